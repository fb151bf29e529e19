#include "halfstep/format/arrays.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "halfstep/format/block.hpp"
#include "halfstep/format/environment.hpp"
#include "independent.hpp"
#include "narrow_modes.hpp"
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
        case Way::hardware_fp16:
            return use(std::integral_constant<Way, Way::hardware_fp16>());
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

// Of operands that are values of the format.
Way way_of_numbers(const Rounding& rounding) {
    const Way way = way_of_number(rounding);
    return way == Way::mode || exact_in_binary32(rounding) ? way : Way::odd;
}

// y[i] = F of input(the i-th operands), which are as many.
template <class F, Way way, class Input, class... Operand>
void each(const Rounder<way>& to, Input input, std::span<float> y, Operand... x) {
    const auto n = static_cast<std::ptrdiff_t>(y.size());
    float* out = y.data();
    if constexpr (kernels::in_lanes_by<F, way>) {
        in_lanes(
            n, [&]<class V>(std::ptrdiff_t i, V) { store(out + i, kernels::apply<F>(to, input(load<V>(x + i))...)); });
    } else {
        HALFSTEP_INDEPENDENT
        for (std::ptrdiff_t i = 0; i < n; ++i) out[i] = kernels::apply<F>(to, input(x[i])...);
    }
}

template <class F, class... Span>
void elementwise(const Rounding& rounding, Way way, std::span<float> y, Span... operands) {
    common_size(y, operands...);
    const FloatingPointEnvironment environment;
    by_way(way, [&](auto constant) {
        const Rounder<constant()> to(rounding);
        if (rounding.subnormal_inputs == Subnormals::flush)
            each<F>(to, Inputs(rounding), y, operands.data()...);
        else
            each<F>(
                to, [](auto x) { return x; }, y, operands.data()...);
    });
}

template <class F>
void operation(const Rounding& rounding, std::span<float> y, std::span<const float> a, std::span<const float> b) {
    refuse_general(rounding);
    elementwise<F>(rounding, way_of_numbers(rounding), y, a, b);
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
    const Way way = way_of_number(rounding);
    if (way == Way::mode) {
        common_size(y, x);
        const FloatingPointEnvironment environment;
        if (round_narrowly(rounding, x, y)) return;
    }
    elementwise<kernels::Cast>(rounding, way, y, x);
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
    common_size(y, x);
    if (round_narrowly(rounding, bits, place, first, x, y)) return;
    const RoundStochastic to(rounding);
    const Inputs input(rounding);
    widened(x, y, [&](std::uint32_t start, double* v, int n) {
        for (int i = 0; i < n; ++i) v[i] = input(v[i]);
        to(bits, place, first + start, v, v, n);
    });
}

void add(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    operation<kernels::Add>(rounding, y, a, b);
}
void sub(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    operation<kernels::Sub>(rounding, y, a, b);
}
void mul(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    operation<kernels::Mul>(rounding, y, a, b);
}
void div(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y) {
    operation<kernels::Div>(rounding, y, a, b);
}
void sqrt(const Rounding& rounding, std::span<const float> a, std::span<float> y) {
    refuse_general(rounding);
    const Way way = way_of_numbers(rounding);
    elementwise<kernels::Sqrt>(rounding, way == Way::hardware_fp16 ? Way::magic : way, y, a);
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
