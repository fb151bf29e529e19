// One operation at a time, in any format and rounding mode, with IEEE 754's exception flags: the exact result,
// rounded once. Slow beside the array kernels (round.hpp), and independent of them: integers decide.
//
//     ScalarArithmetic fp16(rounding_to("fp16"), RoundingMode::toward_zero);
//     double y = fp16.add(1.0, 0x1p-12);   // 1; fp16.flags() == ScalarArithmetic::inexact
//
// Operands of arithmetic are binary32 values (the values of any format of find_format are); `convert` takes any
// binary64 number. Results are values of the format. Operations go through binary64 rounded to odd, which one
// further rounding to at most 24 bits makes exact in every mode (round_to_odd.hpp).
#pragma once

#include <cstdint>
#include <initializer_list>

#include "halfstep/format/format.hpp"
#include "halfstep/format/rounding_mode.hpp"

namespace halfstep {

// How a mode decides; of `stochastic` the upper `bits` of `random`.
struct Decision {
    RoundingMode mode;
    int bits;
    std::uint32_t random;
};

class ScalarArithmetic {
public:
    // IEEE 754-2019, section 7; the numbers are TestFloat's. Tininess is looked at after rounding (with unbounded
    // exponent); an exact tiny result raises nothing.
    enum Flag : unsigned { inexact = 1, underflow = 2, overflow = 4, division_by_zero = 8, invalid = 16 };

    // Of a block format an element, as if its scale were 1.
    explicit ScalarArithmetic(const Rounding& rounding) : rounding_(rounding), mode_(rounding.mode) {}
    ScalarArithmetic(const Rounding& rounding, RoundingMode mode) : rounding_(rounding), mode_(mode) {}

    double convert(double x);
    double add(double a, double b);
    double sub(double a, double b);
    double mul(double a, double b);
    double div(double a, double b);
    double sqrt(double a);
    double fma(double a, double b, double c);  // a*b + c
    // a - n*b, n the integer next to a/b, ties to even (IEEE 754-2019, 5.3.1): always exact, with the sign of a where
    // it is zero. Invalid of an infinite a and of b = 0.
    double remainder(double a, double b);
    // The integer the mode chooses, with the sign of a (5.9). `inexact` is raised only where asked for.
    double round_to_integer(double a, bool raise_inexact = false);

    // Comparisons (5.11), false where an operand is NaN; that raises `invalid` where it signals, or any NaN does.
    bool equal(double a, double b, bool any_nan_signals = false);
    bool less(double a, double b, bool any_nan_signals = true);
    bool less_equal(double a, double b, bool any_nan_signals = true);

    // The bits of an integer of `bits` bits, 1 to 64, two's complement where signed (5.4.1). Of NaN and what does not
    // fit, `invalid` and nothing else, and the most negative number, or all ones where unsigned. a: any binary64
    // number.
    std::uint64_t to_integer(double a, int bits, bool is_signed, bool raise_inexact = false);
    // An integer, rounded once; `magnitude` is its absolute value.
    double from_integer(std::uint64_t magnitude, bool negative = false);

    // 32 uniform bits for the results to come, which the mode `stochastic` decides by (stochastic.hpp).
    void draw(std::uint32_t random) { random_ = random; }

    // Raised since they were cleared, or'ed together. A signalling NaN raises `invalid`.
    unsigned flags() const { return flags_; }
    void clear_flags() { flags_ = 0; }

private:
    double round(double exact);  // exact, or rounded to odd in binary64
    double with_sign(double magnitude, double of) const;
    double input(double x) const;
    double sum(double a, double b, bool exact_zeros);
    Decision decision() const;
    bool ordered(double a, double b, bool any_nan_signals);
    double not_a_number(std::initializer_list<double> operands, bool invalid_operation);

    Rounding rounding_;
    RoundingMode mode_;
    unsigned flags_ = 0;
    std::uint32_t random_ = 0;
};

}  // namespace halfstep
