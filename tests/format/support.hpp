// What the tests of this folder share: formats to try, operands worth trying, a kernel applied the
// way the library chooses it, and a list of mismatches that keeps the first ones readable.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "halfstep/format/format.hpp"
#include "halfstep/format/round.hpp"

namespace support {

using halfstep::Format;
using halfstep::Overflow;
using halfstep::Rounding;
using halfstep::Subnormals;

// Same bits, any NaN being equal to any other.
inline bool same(double a, double b) {
    return (a != a && b != b) || halfstep::to_bits(a) == halfstep::to_bits(b);
}

// Counts disagreements; text() is empty when there are none, else the number and the first five.
class Mismatches {
public:
    // The operands are printed as hexadecimal floating-point numbers.
    void expect(double got, double wanted, const std::string& what, std::initializer_list<double> operands) {
        ++checked_;
        if (!same(got, wanted)) add(got, wanted, what, operands);
    }
    long checked() const { return checked_; }
    std::string text() const { return count_ == 0 ? "" : std::to_string(count_) + " wrong" + first_; }

private:
    void add(double got, double wanted, const std::string& what, std::initializer_list<double> operands);
    long checked_ = 0, count_ = 0;
    std::string first_;
};

// x rounded in carrier T by the form choose_kernel<T> names; `available` says whether there is one.
template <class T>
bool available(const Rounding& rounding) {
    return halfstep::choose_kernel<T>(rounding) != halfstep::KernelForm::unavailable;
}
template <class T>
std::function<T(T)> kernel(const Rounding& rounding) {
    const halfstep::RoundingConstants<T> constants(rounding);
    switch (halfstep::choose_kernel<T>(rounding)) {
        case halfstep::KernelForm::native:
            return halfstep::RoundNative<T>(constants);
        case halfstep::KernelForm::magic:
            return halfstep::RoundMagic<T>(constants);
        case halfstep::KernelForm::mask:
            return halfstep::RoundMask<T>(constants);
        case halfstep::KernelForm::unavailable:
            break;
    }
    return {};
}

// The plain named formats and every e<E>m<M>.
std::vector<Format> all_formats();
// A format with each overflow rule and subnormals kept and flushed.
std::vector<Rounding> all_roundings(const Format& format);
std::string describe(const Rounding& rounding);

// Non-negative values of a rounding in increasing order, infinity last if it has one. Precision at
// most 11.
std::vector<double> values_of(const Rounding& rounding);

// Signed numbers where a rounding to the format changes its mind: zeros, the ends of the range,
// subnormals, binade edges, ties and the neighbours of ties in carrier T, infinities, NaN.
template <class T>
std::vector<T> edge_cases(const Format& format);

// A value of the format: a random significand (often at a binade edge) in a random binade.
double random_value(const Format& format, std::mt19937_64& random);

}  // namespace support
