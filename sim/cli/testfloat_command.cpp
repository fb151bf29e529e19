// halfstep testfloat: Berkeley TestFloat vectors on standard input against the scalar emulator.
#include <charconv>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "commands.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/spec/wording.hpp"
#include "input.hpp"
#include "testfloat_functions.hpp"

namespace halfstep {
namespace {

TestFloatFunction find_function(const std::string& name, bool raise_inexact) {
    std::vector<std::string> names;
    for (TestFloatFunction& f : testfloat_functions(raise_inexact)) {
        if (f.name == name) return std::move(f);
        names.push_back(f.name);
    }
    throw InputError("halfstep testfloat: " + unknown_name("function", name, names));
}

RoundingMode find_mode(const std::string& name) {
    if (const auto mode = find_rounding_mode(name)) return *mode;
    std::vector<std::string> names;
    for (const RoundingModeName& m : deterministic_rounding_modes()) names.emplace_back(m.testfloat);
    throw InputError("halfstep testfloat: --rounding: " + unknown_name("mode", name, names));
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

int testfloat_command(const std::string& name, const std::string& mode, bool compare_flags, bool raise_inexact) {
    const TestFloatFunction function = find_function(name, raise_inexact);
    const NumberType& type = *function.result;
    ScalarArithmetic arithmetic(rounding_to(function.format), find_mode(mode));
    const std::size_t operands = function.operands.size();
    std::vector<int> widths;
    for (const NumberType* t : function.operands) widths.push_back(t->digits());
    widths.push_back(type.digits());
    widths.push_back(2);

    std::int64_t passed = 0, failed = 0, number = 0;
    for (std::string line; std::getline(std::cin, line);) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const std::vector<std::uint64_t> words = read_vector(line, number, widths);
        if (compare_flags && words.size() < widths.size())
            throw InputError("<stdin>:" + std::to_string(number) + ":1: the flags are missing, which --flags compares");
        arithmetic.clear_flags();
        const std::uint64_t bits = function.apply(arithmetic, words.data());
        // NaN are one class, and what an integer is that does not fit is the implementation's choice.
        const bool any_value =
            type.is_float()
                ? std::isnan(type.number(words[operands])) && std::isnan(type.number(bits))
                : type.kind == NumberType::Kind::integer && (arithmetic.flags() & ScalarArithmetic::invalid) != 0;
        const bool same =
            (any_value || bits == words[operands]) && (!compare_flags || arithmetic.flags() == words[operands + 1]);
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
