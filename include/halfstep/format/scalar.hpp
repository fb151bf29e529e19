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
    double not_a_number(std::initializer_list<double> operands, bool invalid_operation);

    Rounding rounding_;
    RoundingMode mode_;
    unsigned flags_ = 0;
    std::uint32_t random_ = 0;
};

}  // namespace halfstep
