#include "testfloat_functions.hpp"

#include <array>
#include <bit>

#include "halfstep/format/encoding.hpp"
#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

using Kind = NumberType::Kind;
using Words = const std::uint64_t*;

constexpr NumberType boolean = {"bool", Kind::boolean};
constexpr std::array<NumberType, 8> types = {{{"f16", Kind::format, "fp16"},
                                              {"bf16", Kind::format, "bf16"},
                                              {"f32", Kind::format, "fp32"},
                                              {"f64", Kind::binary64},
                                              {"ui32", Kind::integer, {}, 32, false},
                                              {"i32", Kind::integer, {}, 32, true},
                                              {"ui64", Kind::integer, {}, 64, false},
                                              {"i64", Kind::integer, {}, 64, true}}};

using Arithmetic = double (*)(ScalarArithmetic&, const std::array<double, 3>&);
struct Operation {
    std::string_view name;
    int operands;
    Arithmetic apply;
};
constexpr std::array<Operation, 7> operations = {
    {{"add", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.add(x[0], x[1]); }},
     {"sub", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.sub(x[0], x[1]); }},
     {"mul", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.mul(x[0], x[1]); }},
     {"div", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.div(x[0], x[1]); }},
     {"rem", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.remainder(x[0], x[1]); }},
     {"sqrt", 1, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.sqrt(x[0]); }},
     {"mulAdd", 3, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.fma(x[0], x[1], x[2]); }}}};

using Comparing = bool (ScalarArithmetic::*)(double, double, bool);
struct Comparison {
    std::string_view name;
    Comparing apply;
    bool any_nan_signals;
};
constexpr std::array<Comparison, 6> comparisons = {{{"eq", &ScalarArithmetic::equal, false},
                                                    {"le", &ScalarArithmetic::less_equal, true},
                                                    {"lt", &ScalarArithmetic::less, true},
                                                    {"eq_signaling", &ScalarArithmetic::equal, true},
                                                    {"le_quiet", &ScalarArithmetic::less_equal, false},
                                                    {"lt_quiet", &ScalarArithmetic::less, false}}};

std::string join(std::string_view type, std::string_view operation) {
    return std::string(type) + "_" + std::string(operation);
}

// What one format can do by itself.
void add_operations(const NumberType& t, bool raise_inexact, std::vector<TestFloatFunction>& all) {
    for (const Operation& o : operations)
        all.push_back({join(t.name, o.name), std::vector<const NumberType*>(std::size_t(o.operands), &t), &t, t.format,
                       [&t, &o](ScalarArithmetic& a, Words w) {
                           std::array<double, 3> x = {};
                           for (std::size_t i = 0; i < std::size_t(o.operands); ++i) x[i] = t.number(w[i]);
                           return t.word(o.apply(a, x));
                       }});
    all.push_back({join(t.name, "roundToInt"), {&t}, &t, t.format, [&t, raise_inexact](ScalarArithmetic& a, Words w) {
                       return t.word(a.round_to_integer(t.number(w[0]), raise_inexact));
                   }});
    for (const Comparison& c : comparisons)
        all.push_back({join(t.name, c.name), {&t, &t}, &boolean, t.format, [&t, &c](ScalarArithmetic& a, Words w) {
                           return std::uint64_t{(a.*c.apply)(t.number(w[0]), t.number(w[1]), c.any_nan_signals)};
                       }});
}

std::uint64_t widen(ScalarArithmetic& a, const NumberType& from, std::uint64_t word) {
    const double x = from.number(word);
    a.equal(x, x);  // raises `invalid` for a signalling NaN; the value is exact
    return std::bit_cast<std::uint64_t>(x);
}

std::uint64_t from_integer(ScalarArithmetic& a, const NumberType& from, const NumberType& to, std::uint64_t word) {
    const bool negative = from.is_signed && (word >> (from.bits - 1) & 1) != 0;
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - from.bits);
    return to.word(a.from_integer(negative ? (0 - word) & all : word, negative));
}

// Between floats, and to and from integers.
void add_conversion(const NumberType& from, const NumberType& to, bool raise_inexact,
                    std::vector<TestFloatFunction>& all) {
    TestFloatFunction f{join(from.name, "to_" + std::string(to.name)), {&from}, &to, to.format, {}};
    if (from.is_float() && to.kind == Kind::format) {
        f.apply = [&](ScalarArithmetic& a, Words w) { return to.word(a.convert(from.number(w[0]))); };
    } else if (from.kind == Kind::format && to.kind == Kind::binary64) {
        f.format = from.format;
        f.apply = [&](ScalarArithmetic& a, Words w) { return widen(a, from, w[0]); };
    } else if (from.is_float() && to.kind == Kind::integer) {
        f.format = from.kind == Kind::format ? from.format : "fp32";
        f.apply = [&, raise_inexact](ScalarArithmetic& a, Words w) {
            return a.to_integer(from.number(w[0]), to.bits, to.is_signed, raise_inexact);
        };
    } else if (from.kind == Kind::integer && to.kind == Kind::format) {
        f.apply = [&](ScalarArithmetic& a, Words w) { return from_integer(a, from, to, w[0]); };
    } else {
        return;
    }
    all.push_back(std::move(f));
}

}  // namespace

int NumberType::digits() const {
    switch (kind) {
        case Kind::format:
            return (width(*find_format(format)) + 3) / 4;
        case Kind::binary64:
            return 16;
        case Kind::integer:
            return bits / 4;
        default:
            return 1;
    }
}

double NumberType::number(std::uint64_t word) const {
    return kind == Kind::binary64 ? std::bit_cast<double>(word)
                                  : decode(*find_format(format), static_cast<std::uint32_t>(word));
}

std::uint64_t NumberType::word(double number) const {
    return kind == Kind::binary64 ? std::bit_cast<std::uint64_t>(number) : encode(*find_format(format), number);
}

std::vector<TestFloatFunction> testfloat_functions(bool raise_inexact) {
    std::vector<TestFloatFunction> all;
    for (const NumberType& t : types)
        if (t.kind == Kind::format) add_operations(t, raise_inexact, all);
    for (const NumberType& from : types)
        for (const NumberType& to : types)
            if (&from != &to) add_conversion(from, to, raise_inexact, all);
    return all;
}

}  // namespace halfstep
