// Scalar arithmetic that is slow and plain: every result is exact (or hundreds of bits wide) and
// then rounded once by counting in units of the last place. It shares no code with sim/ and
// decides what the emulated interpreter has to give. Values travel as binary64.
#pragma once

#include "halfstep/format/format.hpp"
#include "halfstep/program/program.hpp"

namespace slow {

double rounded(const halfstep::Rounding& to, double x);

// a op b, rounded once. add, sub, mul, div; max, min and gate(g = a, a = b) choose an operand; less,
// less_equal and equal give 1 or 0.
double binary(halfstep::Op op, double a, double b, const halfstep::Rounding& to);
// sqrt, exp, log, tanh; cast, neg, abs, sign, one_bit_sign and relu are exact before the rounding.
double unary(halfstep::Op op, double a, const halfstep::Rounding& to);

bool is_unary(halfstep::Op op);
bool is_binary(halfstep::Op op);

// Equal to the bit, with all NaN alike and the two zeros different.
bool same(double a, double b);

}  // namespace slow
