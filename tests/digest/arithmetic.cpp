#include <cmath>
#include <cstdint>

#include "covered.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/philox.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/format/stochastic.hpp"
#include "halfstep/trace/digest.hpp"
#include "inputs.hpp"

namespace halfstep::digests {
namespace {

constexpr std::size_t values_a_line = 3000;

std::string rounded(const Format& format, RoundingMode mode) {
    Digest digest;
    const std::vector<double> values = inputs(format, values_a_line, 1);
    for (const Rounding& rounding : choices(format, mode))
        for (const double x : values) digest.add(round_to(rounding, x));
    return digest.hex();
}

std::string operations(const Format& format, RoundingMode mode) {
    Digest digest;
    std::vector<double> a = inputs(format, values_a_line, 2), b = inputs(format, values_a_line, 3);
    for (std::vector<double>* values : {&a, &b})
        for (double& x : *values) x = static_cast<float>(x);  // operands are binary32 values
    for (const Rounding& rounding : choices(format, mode)) {
        ScalarArithmetic arithmetic(rounding, mode);
        for (std::size_t i = 0; i < a.size(); ++i) {
            // Each operand meets the edges and a random number.
            const double y = b[i], z = b[(i * 7 + 5) % b.size()], x = a[(i + i / 40) % a.size()];
            for (const double result : {arithmetic.add(x, y), arithmetic.sub(x, y), arithmetic.mul(x, y),
                                        arithmetic.div(x, y), arithmetic.sqrt(x), arithmetic.fma(x, y, z)})
                digest.add(result);
            digest.add(arithmetic.flags());
            arithmetic.clear_flags();
        }
    }
    return digest.hex();
}

// One value at a time and as an array, which have to agree anyway.
std::string elementary(double (*one)(double), void (*many)(const double*, double*, int), const Format& format) {
    Digest digest;
    const std::vector<double> x = inputs(format, 8191, 4);
    std::vector<double> y(x.size());
    many(x.data(), y.data(), static_cast<int>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
        digest.add(one(x[i]));
        digest.add(y[i]);
    }
    return digest.hex();
}

std::string slow_elementary(double (*f)(double)) {
    Digest digest;
    for (const char* format : {"fp32", "fp16"})
        for (const double x : inputs(*find_format(format), 2000, 5)) digest.add(f(x));
    return digest.hex();
}

// Arrays with 4 and with 32 random bits; of a block format in its blocks.
std::string stochastic(const Format& format) {
    Digest digest;
    Rounding rounding = rounding_to(format.name);
    rounding.mode = RoundingMode::stochastic;
    const RandomBits bits(7, "digest");
    std::vector<double> x = inputs(format, values_a_line, 6), y(x.size());
    for (double& v : x)
        if (format.block > 0 && !std::isfinite(v)) v = 1.0;
    for (rounding.random_bits = 4; rounding.random_bits <= 32; rounding.random_bits += 28) {
        const int n = static_cast<int>(x.size());
        if (format.block > 0)
            RoundBlock{rounding}(bits, {3, 1, 2}, 0, x.data(), y.data(), n);
        else
            RoundStochastic{rounding}(bits, {3, 1, 2}, 0, x.data(), y.data(), n);
        for (const double v : y) digest.add(v);
    }
    return digest.hex();
}

std::string sines() {
    Digest digest;
    for (int i = 0; i < 8192; ++i) {
        const SinCos at = sincos_turns(i / 8192.0 + i * 0x1p-40);
        digest.add(at.sin);
        digest.add(at.cos);
    }
    return digest.hex();
}

std::string philox() {
    Digest digest;
    for (const std::uint64_t seed : {std::uint64_t(0), std::uint64_t(1), ~std::uint64_t(0)}) {
        const RandomStream stream(seed, "a stream");
        for (std::uint32_t i = 0; i < 2000; ++i) {
            digest.add(stream.uniform(i / 7, i % 5, i));
            digest.add(stream.normal(i / 7, i % 5, i));
            digest.add(stream.below(i + 1, i / 7, i % 5, i));
        }
    }
    return digest.hex();
}

}  // namespace

void add_arithmetic(Lines& lines) {
    for (const Format& format : named_formats())
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            const std::string name = format.name + " " + std::string(mode.name);
            lines.push_back({"round " + name, [&format, &mode] { return rounded(format, mode.mode); }});
            lines.push_back({"scalar " + name, [&format, &mode] { return operations(format, mode.mode); }});
        }
    struct Function {
        const char* name;
        double (*one)(double);
        void (*many)(const double*, double*, int);
    };
    static constexpr Function functions[] = {
        {"exp", exp_to_odd, exp_to_odd}, {"log", log_to_odd, log_to_odd}, {"tanh", tanh_to_odd, tanh_to_odd}};
    for (const Function& f : functions)
        for (const char* range : {"fp32", "fp16"})
            lines.push_back({std::string("elementary ") + f.name + " over " + range,
                             [&f, format = *find_format(range)] { return elementary(f.one, f.many, format); }});
    struct Slower {
        const char* name;
        double (*f)(double);
    };
    static constexpr Slower slower[] = {{"expm1", expm1_to_odd},
                                        {"log1p", log1p_to_odd},
                                        {"sigmoid", sigmoid_to_odd},
                                        {"erf", erf_to_odd},
                                        {"sin", sin_to_odd},
                                        {"cos", cos_to_odd},
                                        {"rsqrt", rsqrt_to_odd},
                                        {"cube", [](double x) { return powi_to_odd(x, 3); }},
                                        {"power -5", [](double x) { return powi_to_odd(x, -5); }}};
    for (const Slower& f : slower)
        lines.push_back({std::string("elementary ") + f.name, [&f] { return slow_elementary(f.f); }});
    for (const Format& format : named_formats())
        lines.push_back({"stochastic " + format.name, [&format] { return stochastic(format); }});
    lines.push_back({"elementary sine and cosine", sines});
    lines.push_back({"random Philox", philox});
}

}  // namespace halfstep::digests
