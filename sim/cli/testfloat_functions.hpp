// The functions of Berkeley TestFloat that the scalar emulator has, by TestFloat's names: what a line of their vectors
// holds, and how it is computed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/format/scalar.hpp"

namespace halfstep {

struct NumberType {
    enum class Kind { format, binary64, integer, boolean };
    std::string_view name;  // TestFloat's
    Kind kind;
    std::string_view format = {};  // of ours
    int bits = 0;                  // of an integer
    bool is_signed = false;

    int digits() const;  // hexadecimal ones of a vector's word
    bool is_float() const { return kind == Kind::format || kind == Kind::binary64; }
    double number(std::uint64_t word) const;  // of a float
    std::uint64_t word(double number) const;
};

struct TestFloatFunction {
    std::string name;
    std::vector<const NumberType*> operands;
    const NumberType* result;
    std::string_view format;  // that it rounds to, where it rounds
    // From the words of the operands to that of the result.
    std::function<std::uint64_t(ScalarArithmetic&, const std::uint64_t* words)> apply;
};

// raise_inexact: the roundings to an integer do (TestFloat's -exact).
std::vector<TestFloatFunction> testfloat_functions(bool raise_inexact);

}  // namespace halfstep
