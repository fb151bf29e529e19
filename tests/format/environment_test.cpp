// A caller's rounding mode, flushing and traps change no bit, and stay the caller's.
#include "halfstep/format/environment.hpp"

#include <bit>
#include <cfenv>
#include <cmath>
#include <functional>
#include <type_traits>

#include "catch.hpp"
#include "halfstep/format/arrays.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/encoding.hpp"
#include "halfstep/format/exact_sum.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/format/stochastic.hpp"

using namespace halfstep;

namespace {

enum class Callers { plain, flushing, trapping };

// What a caller may have set. Everything in its scope but the entry points runs so too, which is why results
// are kept as bits: a conversion of a subnormal number would flush it.
class CallersEnvironment {
public:
    CallersEnvironment(int mode, Callers kind) {
        std::fegetenv(&before_);
        std::feclearexcept(FE_ALL_EXCEPT);
        std::fesetround(mode);
#if defined(__SSE2__)
        if (kind == Callers::flushing) _mm_setcsr(_mm_getcsr() | 0x8040u);
        if (kind == Callers::trapping) _mm_setcsr(_mm_getcsr() & ~0x1f80u);
        set_ = _mm_getcsr();
#else
        (void)kind;
        set_ = mode;
#endif
    }
    ~CallersEnvironment() {
        std::fesetenv(&before_);
    }
    CallersEnvironment(const CallersEnvironment&) = delete;
    CallersEnvironment& operator=(const CallersEnvironment&) = delete;
    // The exception flags, too.
    bool unchanged() const {
#if defined(__SSE2__)
        return _mm_getcsr() == set_;
#else
        return std::fegetround() == set_ && std::fetestexcept(FE_ALL_EXCEPT) == 0;
#endif
    }

private:
    std::fenv_t before_;
#if defined(__SSE2__)
    unsigned set_;
#else
    int set_;
#endif
};

// Operands, made before anything is set: every binade of binary32 and its subnormal numbers; all of binary64.
struct Operands {
    static constexpr std::size_t n = 300;
    std::vector<float> x;
    std::vector<double> wide;
    Operands() {
        for (int i = 0; i < int(n); ++i) {
            const double v = std::ldexp(1.0 + i * 0x1.1111p-9, i % 2 ? i % 40 - 30 : i - 150);
            x.push_back(static_cast<float>(i % 3 ? v : -v));
            wide.push_back(std::ldexp(1.0 + i * 0x1.1111p-9, i % 5 ? -(i % 50) * 2 + 7 : -1000 - i / 4));
        }
    }
};
const Operands& operands() {
    static const Operands all;
    return all;
}

using Bits = std::vector<std::uint64_t>;

void keep(Bits& out, const std::vector<float>& v) {
    for (const float& x : v) out.push_back(to_bits(x));
}
void keep(Bits& out, const std::vector<double>& v) {
    for (const double& x : v) out.push_back(to_bits(x));
}

struct EntryPoint {
    std::string name;
    std::function<void(Bits&)> call;
};

// A function of one number, at every operand.
EntryPoint of_numbers(const std::string& name, std::function<double(double)> f) {
    return {name, [f](Bits& out) {
                for (const double& x : operands().wide) out.push_back(to_bits(f(x)));
            }};
}

void add_arrays(std::vector<EntryPoint>& all, const std::string& name, const Rounding& r) {
    const auto entry = [&](const std::string& what, std::function<void(std::vector<float>&)> f) {
        all.push_back({what + " " + name, [f](Bits& out) {
                           std::vector<float> y(Operands::n);
                           f(y);
                           keep(out, y);
                       }});
    };
    entry("round", [r](std::vector<float>& y) { round(r, operands().x, y); });
    entry("round from binary64", [r](std::vector<float>& y) { round(r, std::span(operands().wide), y); });
    if (r.format.block > 0) return;
    std::vector<float> a(Operands::n);
    round(r, operands().x, a);
    const std::vector<float> b(a.rbegin(), a.rend());
    entry("add", [=](std::vector<float>& y) { add(r, a, b, y); });
    entry("sub", [=](std::vector<float>& y) { sub(r, a, b, y); });
    entry("mul", [=](std::vector<float>& y) { mul(r, a, b, y); });
    entry("div", [=](std::vector<float>& y) { div(r, a, b, y); });
    entry("fma", [=](std::vector<float>& y) { fma(r, a, b, a, y); });
    entry("sqrt", [=](std::vector<float>& y) { sqrt(r, a, y); });
}

void add_scalars(std::vector<EntryPoint>& all, const std::string& name, const Rounding& r) {
    all.push_back({"scalar " + name, [r](Bits& out) {
                       ScalarArithmetic s(r);
                       const std::vector<double>& v = operands().wide;
                       for (std::size_t i = 0; i < v.size(); ++i) {
                           // Powers of two, as bits: no arithmetic here.
                           const double a = from_bits<double>((1023ull - i % 149) << 52);
                           const double b = from_bits<double>((1023ull - i % 7) << 52 | (i % 3) << 51);
                           for (const double y : {s.convert(v[i]), s.add(a, b), s.sub(a, b), s.mul(a, b), s.div(b, a),
                                                  s.sqrt(a), s.fma(a, b, a)})
                               out.push_back(to_bits(y));
                           out.push_back(s.flags());
                           s.clear_flags();
                       }
                   }});
}

void add_random(std::vector<EntryPoint>& all) {
    for (const char* name : {"fp16", "fp32", "mxfp8_e4m3"}) {
        Rounding r = rounding_to(name);
        r.mode = RoundingMode::stochastic;
        all.push_back({std::string("round with random bits ") + name, [r](Bits& out) {
                           std::vector<float> y(Operands::n);
                           round(r, RandomBits(1, "e"), {}, 0, operands().x, y);
                           keep(out, y);
                       }});
        if (r.format.block == 0)
            all.push_back({std::string("RoundStochastic ") + name, [r](Bits& out) {
                               std::vector<double> y(Operands::n);
                               RoundStochastic{r}(RandomBits(1, "e"), {}, 0, operands().wide.data(), y.data(),
                                                  int(Operands::n));
                               keep(out, y);
                           }});
    }
    all.push_back({"RandomStream", [](Bits& out) {
                       const RandomStream stream(3, "n");
                       for (std::uint32_t i = 0; i < 2000; ++i) {
                           out.push_back(to_bits(stream.uniform(1, 2, i)));
                           out.push_back(to_bits(stream.normal(1, 2, i)));
                           out.push_back(stream.below(0xffffffffu, 1, 2, i));
                       }
                   }});
}

void add_others(std::vector<EntryPoint>& all) {
    all.push_back({"RoundBlock", [](Bits& out) {
                       const RoundBlock block(rounding_to("mxfp6_e3m2"));
                       std::vector<double> y(Operands::n);
                       block(operands().wide.data(), y.data(), int(Operands::n));
                       keep(out, y);
                       for (std::size_t i = 0; i + 32 < Operands::n; i += 32)
                           out.push_back(to_bits(block.scale(operands().wide.data() + i, 32)));
                       const std::vector<double> tiny(32, 0x1p-1060);
                       out.push_back(to_bits(block.scale(tiny.data(), 32)));
                   }});
    all.push_back({"sum_to_odd", [](Bits& out) {
                       for (std::size_t i = 0; i + 5 < Operands::n; ++i) {
                           const double* v = operands().wide.data() + i;
                           std::vector<double> terms(v, v + 5);
                           out.push_back(to_bits(sum_to_odd(terms, RoundMode(rounding_to("fp16")))));
                       }
                       std::vector<double> cancels = {1.0, -1.0};
                       out.push_back(to_bits(sum_to_odd(cancels)));
                   }});
    all.push_back({"sincos_turns", [](Bits& out) {
                       for (std::uint64_t i = 0; i < 1000; ++i) {  // in [1/2, 1)
                           const SinCos s = sincos_turns(from_bits<double>(1022ull << 52 | i * 0x41893a1b7f2ull));
                           out.push_back(to_bits(s.sin));
                           out.push_back(to_bits(s.cos));
                       }
                   }});
    all.push_back({"encode and decode", [](Bits& out) {
                       for (const char* name : {"fp32", "fp16", "fp8_e4m3", "q3.4"}) {
                           const Format format = *find_format(name);
                           for (std::uint32_t bits = 0; bits < 128; ++bits) {
                               const double x = decode(format, bits);
                               out.push_back(to_bits(x));
                               out.push_back(encode(format, x));
                           }
                           bool refused = false;
                           try {
                               encode(format, 0x1p-1060);
                           } catch (const std::invalid_argument&) {
                               refused = true;
                           }
                           out.push_back(refused);
                       }
                   }});
    all.push_back({"formats and constants", [](Bits& out) {
                       for (const char* name : {"fp32", "bf16", "e4m5", "q0.7"}) {
                           const Rounding r = rounding_to(name);
                           for (const double v : {r.format.max_finite, r.format.lowest(), r.format.min_normal(),
                                                  r.format.min_subnormal(), r.format.unit_roundoff()})
                               out.push_back(to_bits(v));
                           out.push_back(contains(rounding_to("fp32"), r));
                           const RoundingConstants<float> k(r);
                           out.push_back(to_bits(k.lowest_exponent));
                           out.push_back(to_bits(k.highest_exponent));
                           out.push_back(to_bits(k.factor));
                       }
                   }});
}

std::vector<EntryPoint> entry_points() {
    std::vector<EntryPoint> all;
    for (const char* name : {"fp32", "tf32", "bf16", "fp16", "fp8_e4m3", "q3.4", "mxfp8_e4m3"})
        for (const RoundingMode mode : {RoundingMode::ties_to_even, RoundingMode::toward_positive}) {
            Rounding r = rounding_to(name);
            r.mode = mode;
            const std::string what = std::string(name) + (mode == RoundingMode::ties_to_even ? "" : " up");
            add_arrays(all, what, r);
            if (r.format.block == 0) add_scalars(all, what, r);
            all.push_back(of_numbers("round_to " + what, [r](double x) { return round_to(r, x); }));
        }
    const std::pair<const char*, double (*)(double)> functions[] = {
        {"exp", exp_to_odd},     {"log", log_to_odd},         {"tanh", tanh_to_odd}, {"expm1", expm1_to_odd},
        {"log1p", log1p_to_odd}, {"sigmoid", sigmoid_to_odd}, {"erf", erf_to_odd},   {"sin", sin_to_odd},
        {"cos", cos_to_odd},     {"rsqrt", rsqrt_to_odd}};
    for (const auto& [name, f] : functions) all.push_back(of_numbers(name, f));
    all.push_back(of_numbers("powi", [](double x) { return powi_to_odd(x, 3); }));
    all.push_back(of_numbers("powi", [](double x) { return powi_to_odd(x, -2); }));
    const std::pair<const char*, void (*)(const double*, double*, int)> arrays[] = {
        {"exp", exp_to_odd}, {"log", log_to_odd}, {"tanh", tanh_to_odd}};
    for (const auto& [name, f] : arrays)
        all.push_back({std::string(name) + " of arrays", [f = f](Bits& out) {
                           std::vector<double> y(Operands::n);
                           f(operands().wide.data(), y.data(), int(Operands::n));
                           keep(out, y);
                       }});
    add_random(all);
    add_others(all);
    return all;
}

}  // namespace

TEST_CASE("no entry point of the library depends on the caller's rounding mode, flushing or traps, or changes them") {
    for (const EntryPoint& entry : entry_points()) {
        Bits wanted;
        entry.call(wanted);
        for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO})
            for (const Callers kind : {Callers::plain, Callers::flushing, Callers::trapping}) {
                Bits found;
                bool unchanged = false;
                {
                    const CallersEnvironment callers(mode, kind);
                    entry.call(found);
                    unchanged = callers.unchanged();
                }
                INFO(entry.name << ", rounding mode " << mode << ", kind " << int(kind));
                CHECK(unchanged);
                REQUIRE(found.size() == wanted.size());
                long wrong = 0;
                for (std::size_t i = 0; i < found.size(); ++i) wrong += found[i] != wanted[i];
                CHECK(wrong == 0);
            }
    }
}

TEST_CASE("an exception that leaves an entry point leaves the caller's environment as it was") {
    const std::vector<float> three(3);
    std::vector<float> two(2);
    Rounding by_chance = rounding_to("fp16");
    by_chance.mode = RoundingMode::stochastic;
    const RoundBlock block(rounding_to("mxfp8_e4m3"));
    const CallersEnvironment callers(FE_UPWARD, Callers::flushing);
    int thrown = 0;
    const auto throws = [&](auto f) {
        try {
            f();
        } catch (const std::logic_error&) {
            ++thrown;
        }
    };
    throws([&] { round(rounding_to("fp16"), three, two); });
    throws([&] { add(rounding_to("fp16"), three, two, two); });
    throws([&] { round(by_chance, three, two); });
    throws([&] { round_to(by_chance, 1.0); });
    throws([&] { encode(*find_format("fp16"), 0.3); });
    const bool unchanged = callers.unchanged();
    CHECK(thrown == 5);
    CHECK(unchanged);
}
