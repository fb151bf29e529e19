#include "halfstep/format/arrays.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "halfstep/format/block.hpp"
#include "halfstep/format/environment.hpp"
#include "independent.hpp"
#include "operations.hpp"

namespace halfstep {
namespace {

template <class... Span>
std::ptrdiff_t common_size(std::span<float> y, Span... operands) {
    if (((operands.size() != y.size()) || ...)) throw std::invalid_argument("the arrays differ in size");
    return static_cast<std::ptrdiff_t>(y.size());
}

void refuse_general(const Rounding& rounding) {
    if (rounding.mode == RoundingMode::stochastic) throw std::logic_error("stochastic rounding needs random bits");
    if (rounding.format.block > 0) throw std::logic_error(rounding.format.name + " rounds blocks of elements");
}

// Calls with the way as a constant.
template <class Use>
void by_way(Way way, Use use) {
    switch (way) {
        case Way::native:
            return use(std::integral_constant<Way, Way::native>());
        case Way::magic:
            return use(std::integral_constant<Way, Way::magic>());
        case Way::mask:
            return use(std::integral_constant<Way, Way::mask>());
        case Way::odd:
            return use(std::integral_constant<Way, Way::odd>());
        default:
            return use(std::integral_constant<Way, Way::mode>());
    }
}

Rounding with_inputs_kept(Rounding rounding) {
    rounding.subnormal_inputs = Subnormals::keep;
    return rounding;
}

template <class F>
void binary(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    const std::ptrdiff_t n = common_size(y, a, b);
    refuse_general(rounding);
    const FloatingPointEnvironment environment;
    const RoundingData<float> data(rounding);
    by_way(way_of_operation(with_inputs_kept(rounding), true), [&](auto way) {
        const Rounder<way()> to(data);
        const Inputs input(rounding);
        const float *p = a.data(), *q = b.data();
        float* out = y.data();
        HALFSTEP_INDEPENDENT
        for (std::ptrdiff_t i = 0; i < n; ++i) out[i] = kernels::apply<F>(to, input(p[i]), input(q[i]));
    });
}

// Conversions and square roots.
template <class F>
void unary(const Rounding& rounding, Way way, std::span<const float> x, std::span<float> y) {
    const std::ptrdiff_t n = common_size(y, x);
    const FloatingPointEnvironment environment;
    const RoundingData<float> data(rounding);
    by_way(way, [&](auto constant) {
        const Rounder<constant()> to(data);
        const Inputs input(rounding);
        const float* p = x.data();
        float* out = y.data();
        HALFSTEP_INDEPENDENT
        for (std::ptrdiff_t i = 0; i < n; ++i) out[i] = kernels::apply<F>(to, input(p[i]));
    });
}

constexpr int block = 256;  // of 8 blocks of the block formats

// round(x, y, n) with the numbers widened, a block at a time.
template <class Number, class Round>
void widened(std::span<const Number> x, std::span<float> y, Round round) {
    std::array<double, block> wide;
    const std::ptrdiff_t n = common_size(y, x);
    for (std::ptrdiff_t start = 0; start < n; start += block) {
        const int count = static_cast<int>(std::min<std::ptrdiff_t>(block, n - start));
        for (int i = 0; i < count; ++i) wide[std::size_t(i)] = static_cast<double>(x[std::size_t(start + i)]);
        round(static_cast<std::uint32_t>(start), wide.data(), count);
        for (int i = 0; i < count; ++i) y[std::size_t(start + i)] = static_cast<float>(wide[std::size_t(i)]);
    }
}

}  // namespace

void round(const Rounding& rounding, std::span<const float> x, std::span<float> y) {
    if (rounding.mode == RoundingMode::stochastic) refuse_general(rounding);
    if (rounding.format.block > 0) {
        const FloatingPointEnvironment environment;
        const RoundBlock to(rounding);
        return widened(x, y, [&](auto, double* v, int n) { to(v, v, n); });
    }
    unary<kernels::Cast>(rounding, way_of_value(with_inputs_kept(rounding)), x, y);
}

void round(const Rounding& rounding, std::span<const double> x, std::span<float> y) {
    if (rounding.mode == RoundingMode::stochastic) refuse_general(rounding);
    const FloatingPointEnvironment environment;
    if (rounding.format.block > 0) {
        const RoundBlock to(rounding);
        return widened(x, y, [&](auto, double* v, int n) { to(v, v, n); });
    }
    const RoundMode to(rounding);
    const Inputs input(rounding);
    widened(x, y, [&](auto, double* v, int n) {
        const RoundMode local = to;
        for (int i = 0; i < n; ++i) v[i] = local(input(v[i]));
    });
}

void round(const Rounding& rounding, const RandomBits& bits, const RandomPlace& place, std::uint32_t first,
           std::span<const float> x, std::span<float> y) {
    if (rounding.mode != RoundingMode::stochastic) return round(rounding, x, y);
    const FloatingPointEnvironment environment;
    if (rounding.format.block > 0) {
        const RoundBlock to(rounding);
        return widened(x, y, [&](std::uint32_t start, double* v, int n) { to(bits, place, first + start, v, v, n); });
    }
    const RoundStochastic to(rounding);
    const Inputs input(rounding);
    widened(x, y, [&](std::uint32_t start, double* v, int n) {
        for (int i = 0; i < n; ++i) v[i] = input(v[i]);
        to(bits, place, first + start, v, v, n);
    });
}

void add(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    binary<kernels::Add>(rounding, a, b, y);
}
void sub(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    binary<kernels::Sub>(rounding, a, b, y);
}
void mul(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    binary<kernels::Mul>(rounding, a, b, y);
}
void div(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    binary<kernels::Div>(rounding, a, b, y);
}
void sqrt(const Rounding& rounding, std::span<const float> a, std::span<float> y) {
    refuse_general(rounding);
    unary<kernels::Sqrt>(rounding, way_of_operation(with_inputs_kept(rounding), true), a, y);
}

void fma(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<const float> c,
         std::span<float> y) {
    const std::ptrdiff_t n = common_size(y, a, b, c);
    refuse_general(rounding);
    const FloatingPointEnvironment environment;
    const RoundMode to(rounding);
    const Inputs input(rounding);
    const float *p = a.data(), *q = b.data(), *r = c.data();
    float* out = y.data();
    HALFSTEP_INDEPENDENT
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        const double product = static_cast<double>(input(p[i])) * static_cast<double>(input(q[i]));  // exact
        const double term = static_cast<double>(input(r[i]));
        out[i] = static_cast<float>(to(with_zero_sign(to, add_to_odd(product, term), product, term)));
    }
}

}  // namespace halfstep
