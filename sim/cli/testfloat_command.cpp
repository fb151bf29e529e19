// halfstep testfloat: Berkeley TestFloat vectors on standard input against the scalar emulator.
#include <array>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "commands.hpp"
#include "halfstep/format/encoding.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/spec/wording.hpp"
#include "input.hpp"

namespace halfstep {
namespace {

// What a vector's numbers are: a format of ours, or binary64, from which numbers are converted only.
struct NumberType {
    std::string_view name;    // TestFloat's
    std::string_view format;  // empty: binary64
};
constexpr std::array<NumberType, 4> types = {{{"f16", "fp16"}, {"bf16", "bf16"}, {"f32", "fp32"}, {"f64", ""}}};

const NumberType* find_type(std::string_view name) {
    for (const NumberType& t : types)
        if (t.name == name) return &t;
    return nullptr;
}

struct Operation {
    std::string_view name;
    int operands;
    double (*apply)(ScalarArithmetic&, const std::array<double, 3>&);
};
constexpr std::array<Operation, 6> operations = {
    {{"add", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.add(x[0], x[1]); }},
     {"sub", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.sub(x[0], x[1]); }},
     {"mul", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.mul(x[0], x[1]); }},
     {"div", 2, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.div(x[0], x[1]); }},
     {"sqrt", 1, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.sqrt(x[0]); }},
     {"mulAdd", 3, [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.fma(x[0], x[1], x[2]); }}}};
constexpr Operation conversion = {"to", 1,
                                  [](ScalarArithmetic& a, const std::array<double, 3>& x) { return a.convert(x[0]); }};

struct Function {
    const NumberType* from;
    const NumberType* to;
    const Operation* operation;
};

std::vector<std::string> function_names() {
    std::vector<std::string> names;
    for (const NumberType& t : types)
        for (const Operation& o : operations)
            if (!t.format.empty()) names.push_back(std::string(t.name) + "_" + std::string(o.name));
    for (const NumberType& from : types)
        for (const NumberType& to : types)
            if (&from != &to && !to.format.empty())
                names.push_back(std::string(from.name) + "_to_" + std::string(to.name));
    return names;
}

Function find_function(const std::string& name) {
    const std::size_t first = name.find('_'), second = name.find("_to_");
    const NumberType* from = find_type(name.substr(0, first));
    if (from && second != std::string::npos && second == first) {
        const NumberType* to = find_type(name.substr(second + 4));
        if (to && to != from && !to->format.empty()) return {from, to, &conversion};
    } else if (from && !from->format.empty() && first != std::string::npos) {
        for (const Operation& o : operations)
            if (name.substr(first + 1) == o.name) return {from, from, &o};
    }
    throw InputError("halfstep testfloat: " + unknown_name("function", name, function_names()));
}

RoundingMode find_mode(const std::string& name) {
    if (const auto mode = find_rounding_mode(name)) return *mode;
    std::vector<std::string> names;
    for (const RoundingModeName& m : deterministic_rounding_modes()) names.emplace_back(m.testfloat);
    throw InputError("halfstep testfloat: --rounding: " + unknown_name("mode", name, names));
}

int digits(const NumberType& type) {
    return type.format.empty() ? 16 : (width(*find_format(type.format)) + 3) / 4;
}

double value_of(const NumberType& type, std::uint64_t bits) {
    return type.format.empty() ? from_bits<double>(bits)
                               : decode(*find_format(type.format), static_cast<std::uint32_t>(bits));
}

// The words of a line as numbers of so many hexadecimal digits each; throws where they are not.
std::vector<std::uint64_t> read_vector(const std::string& line, std::int64_t number, const std::vector<int>& widths) {
    const auto fail = [&](const std::string& what) {
        throw InputError("<stdin>:" + std::to_string(number) + ":1: " + what);
    };
    std::vector<std::uint64_t> words;
    std::istringstream in(line);
    for (std::string word; in >> word;) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
        const std::size_t at = words.size();
        if (error != std::errc() || end != word.data() + word.size() || at >= widths.size() ||
            word.size() != static_cast<std::size_t>(widths[at]))
            fail("found " + in_quotes(word) + " as word " + std::to_string(at + 1) + "; expected " +
                 (at < widths.size() ? std::to_string(widths[at]) + " hexadecimal digits" : "no further word"));
        words.push_back(value);
    }
    if (words.size() < widths.size() - 1)
        fail("found " + std::to_string(words.size()) + " words; expected " + std::to_string(widths.size() - 1) +
             ": the operands and the result, and the flags where they are compared");
    return words;
}

std::string hexadecimal(std::uint64_t bits, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*llX", digits, static_cast<unsigned long long>(bits));
    return text;
}

}  // namespace

int testfloat_command(const std::string& name, const std::string& mode, bool compare_flags) {
    const Function function = find_function(name);
    const Format format = *find_format(function.to->format);
    ScalarArithmetic arithmetic(rounding_to(function.to->format), find_mode(mode));
    const auto operands = static_cast<std::size_t>(function.operation->operands);
    std::vector<int> widths(operands, digits(*function.from));
    widths.push_back(digits(*function.to));
    widths.push_back(2);

    std::int64_t passed = 0, failed = 0, number = 0;
    for (std::string line; std::getline(std::cin, line);) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const std::vector<std::uint64_t> words = read_vector(line, number, widths);
        if (compare_flags && words.size() < widths.size())
            throw InputError("<stdin>:" + std::to_string(number) + ":1: the flags are missing, which --flags compares");
        std::array<double, 3> x = {};
        for (std::size_t i = 0; i < operands; ++i) x[i] = value_of(*function.from, words[i]);
        arithmetic.clear_flags();
        const double result = function.operation->apply(arithmetic, x);
        const std::uint64_t bits = encode(format, result);
        // NaN are one class.
        const bool expects_nan = std::isnan(decode(format, static_cast<std::uint32_t>(words[operands])));
        const bool same = (expects_nan ? std::isnan(result) : bits == words[operands]) &&
                          (!compare_flags || arithmetic.flags() == words[operands + 1]);
        if (same) {
            ++passed;
            continue;
        }
        ++failed;
        std::printf("%s: found %s", line.c_str(), hexadecimal(bits, widths[operands]).c_str());
        if (compare_flags) std::printf(" %s", hexadecimal(arithmetic.flags(), 2).c_str());
        std::printf("\n");
    }
    if (passed + failed == 0) throw InputError("halfstep testfloat: no vectors on standard input");
    std::printf("%lld passed, %lld failed\n", static_cast<long long>(passed), static_cast<long long>(failed));
    return failed == 0 ? 0 : 1;
}

}  // namespace halfstep
