#include "halfstep/format/block.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "guarded.hpp"

namespace halfstep {
namespace {

constexpr int most_elements = 32, scale_limit = 127;

Rounding element_of(Rounding rounding) {
    rounding.format.block = 0;
    rounding.overflow = Overflow::saturate;
    return rounding;
}

double shared_scale(const double* x, int n, int emax) {
    double largest = 0.0;
    for (int i = 0; i < n; ++i) {
        if (!std::isfinite(x[i])) return std::numeric_limits<double>::quiet_NaN();
        largest = std::max(largest, std::fabs(x[i]));
    }
    const int exponent = largest == 0.0 ? -scale_limit : std::ilogb(largest) - emax;
    return std::ldexp(1.0, std::clamp(exponent, -scale_limit, scale_limit));
}

}  // namespace

RoundBlock::RoundBlock(const Rounding& rounding)
    : size_(rounding.format.block),
      emax_(rounding.format.emax),
      stochastic_(rounding.mode == RoundingMode::stochastic),
      element_(element_of(rounding)) {
    if (size_ < 1 || size_ > most_elements) throw std::invalid_argument(rounding.format.name + " is no block format");
}

double RoundBlock::scale(const double* x, int n) const {
    return guarded([&] { return shared_scale(x, n, emax_); });
}

// Scaling by a power of two is exact here: elements of binary32 or, rounded to odd, of binary64 stay normal.
template <class RoundElements>
void RoundBlock::blocks(const double* x, double* y, int n, RoundElements round) const {
    const FloatingPointEnvironment environment;
    for (int start = 0; start < n; start += size_) {
        const int count = std::min(size_, n - start);
        const double shared = shared_scale(x + start, count, emax_);
        std::array<double, most_elements> scaled{};
        for (int i = 0; i < count; ++i) scaled[std::size_t(i)] = x[start + i] / shared;
        round(start, scaled.data(), count);
        for (int i = 0; i < count; ++i) y[start + i] = scaled[std::size_t(i)] * shared;
    }
}

void RoundBlock::operator()(const double* x, double* y, int n) const {
    if (stochastic_) throw std::logic_error("stochastic rounding needs random bits");
    const RoundMode round(element_);
    blocks(x, y, n, [&](int, double* v, int count) {
        for (int i = 0; i < count; ++i) v[i] = round(v[i]);
    });
}

void RoundBlock::operator()(const RandomBits& bits, const RandomPlace& place, std::uint32_t first, const double* x,
                            double* y, int n) const {
    const RoundStochastic round(element_);
    blocks(x, y, n, [&](int start, double* v, int count) {
        round(bits, place, first + static_cast<std::uint32_t>(start), v, v, count);
    });
}

}  // namespace halfstep
