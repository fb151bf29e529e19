// Whole arrays: the exact result of every element, rounded once. Spans of one operation have the same size, otherwise
// std::invalid_argument; `y` may be an operand itself, but no shifted part of one. Ties to even takes 0.06 to 0.2 ns
// an element with AVX-512 (tf32 arithmetic 0.8), `round` in other modes 0.1 to 0.3 and stochastically 0.5 to 0.6,
// arithmetic in other modes and fma 2 (docs/performance.md).
//
//     const Rounding fp16 = rounding_to("fp16");
//     round(fp16, x, a);      // binary32 numbers, each to its nearest fp16 number
//     add(fp16, a, b, sum);   // fp16 + fp16, rounded to fp16
//
// Numbers are kept as binary32, which holds every value of every format. Operands of add, sub, mul, div, sqrt and
// fma are values of the rounding's format, as `round` makes them; for others use `round` first. Those that
// `subnormal_inputs` flushes become zeros, in `round` too, but not in block formats. The mode is any
// but `stochastic`, which needs random bits, and the format is no block format: std::logic_error otherwise;
// `round` with random bits takes these, too.
#pragma once

#include <span>

#include "halfstep/format/format.hpp"
#include "halfstep/format/philox.hpp"

namespace halfstep {

void round(const Rounding& rounding, std::span<const float> x, std::span<float> y);
void round(const Rounding& rounding, std::span<const double> x, std::span<float> y);
// With the random bits of elements `first`, first + 1, ...; block formats are cut into blocks from x[0] on.
void round(const Rounding& rounding, const RandomBits& bits, const RandomPlace& place, std::uint32_t first,
           std::span<const float> x, std::span<float> y);

void add(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y);
void sub(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y);
void mul(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y);
void div(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<float> y);
void sqrt(const Rounding& rounding, std::span<const float> a, std::span<float> y);
// a*b + c
void fma(const Rounding& rounding, std::span<const float> a, std::span<const float> b, std::span<const float> c,
         std::span<float> y);

}  // namespace halfstep
