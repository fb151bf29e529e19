#include "slow_arithmetic.hpp"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace slow {
namespace {

using halfstep::Op;
using halfstep::Rounding;
namespace mp = boost::multiprecision;
// Sums of binary32 numbers span 2^-149 to 2^128, products 2^-298 to 2^256: both are exact here. A
// quotient or root of 24-bit numbers is either exact here or further than 2^-100 from a tie.
using Wide = mp::number<mp::cpp_bin_float<640, mp::digit_base_2>, mp::et_off>;
using Transcendental = mp::number<mp::cpp_bin_float<240, mp::digit_base_2>, mp::et_off>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double overflowed(const Rounding& to, double sign) {
    if (to.overflow == halfstep::Overflow::saturate) return std::copysign(to.format.max_finite, sign);
    const bool gives_nan = to.overflow == halfstep::Overflow::nan || !to.format.has_infinity;
    return gives_nan ? nan : std::copysign(infinity, sign);
}

// Counts x in units of the format's last place at x's binade, ties to the even count.
template <class Number>
double round_finite(const Rounding& to, const Number& x) {
    const double sign = x < 0 ? -1.0 : 1.0;
    const Number magnitude = x < 0 ? Number(-x) : x;
    const int binade = std::max(static_cast<int>(ilogb(magnitude)), to.format.emin);
    const int unit = binade - to.format.precision + 1;
    const Number scaled = ldexp(magnitude, -unit);
    Number count = floor(scaled);
    const Number rest = scaled - count;
    const Number half = count / 2;
    const bool odd = half != floor(half);
    if (rest > 0.5 || (rest == 0.5 && odd)) count += 1;
    const double result = static_cast<double>(Number(ldexp(count, unit)));
    if (result > to.format.max_finite) return overflowed(to, sign);
    const double smallest_normal = std::ldexp(1.0, to.format.emin);
    if (to.subnormals == halfstep::Subnormals::flush && result < smallest_normal) return std::copysign(0.0, sign);
    return std::copysign(result, sign);
}

// Zeros, infinities and NaN, which binary64 gets right for operands of binary32.
bool is_special(double x) {
    return x == 0.0 || !std::isfinite(x);
}
double round_special(const Rounding& to, double x) {
    return std::isinf(x) ? overflowed(to, x) : x;
}

double transcendental(Op op, double a, const Rounding& to) {
    const double about = op == Op::exp ? std::exp(a) : op == Op::log ? std::log(a) : std::tanh(a);
    if (op == Op::exp && std::isfinite(a) && std::fabs(a) > 300.0)
        return a > 0 ? overflowed(to, 1.0) : 0.0;  // far beyond binary32
    if (is_special(about)) return round_special(to, about);
    if (op == Op::tanh && std::fabs(a) < 0x1p-60)  // so close to a that 240 bits do not hold the difference
        return round_finite<Wide>(to, Wide(a) - Wide(a) * Wide(a) * Wide(a) / 3);
    const Transcendental x = a;
    return round_finite<Transcendental>(to, op == Op::exp ? exp(x) : op == Op::log ? log(x) : tanh(x));
}

double larger(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return nan;
    return b > a ? b : a;
}
double smaller(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return nan;
    return b < a ? b : a;
}

}  // namespace

double rounded(const Rounding& to, double x) {
    return is_special(x) ? round_special(to, x) : round_finite<Wide>(to, x);
}

double binary(Op op, double a, double b, const Rounding& to) {
    switch (op) {
        case Op::add:
            return is_special(a + b) ? round_special(to, a + b) : round_finite<Wide>(to, Wide(a) + Wide(b));
        case Op::sub:
            return is_special(a - b) ? round_special(to, a - b) : round_finite<Wide>(to, Wide(a) - Wide(b));
        case Op::mul:
            return is_special(a * b) ? round_special(to, a * b) : round_finite<Wide>(to, Wide(a) * Wide(b));
        case Op::div:
            return is_special(a / b) ? round_special(to, a / b) : round_finite<Wide>(to, Wide(a) / Wide(b));
        case Op::max:
            return rounded(to, larger(a, b));
        case Op::min:
            return rounded(to, smaller(a, b));
        case Op::gate:
            return rounded(to, b > 0.0 ? a : 0.0);
        case Op::one_bit:
            return rounded(to, b < 0.0 ? -a : a);
        case Op::one_bit_error:
            return binary(Op::sub, b, b < 0.0 ? -a : a, to);
        case Op::less:
            return rounded(to, std::isless(a, b) ? 1.0 : 0.0);
        case Op::less_equal:
            return rounded(to, std::islessequal(a, b) ? 1.0 : 0.0);
        case Op::equal:
            return rounded(to, std::isunordered(a, b) || std::islessgreater(a, b) ? 0.0 : 1.0);
        default:
            throw std::logic_error("not a binary operation");
    }
}

double unary(Op op, double a, const Rounding& to) {
    switch (op) {
        case Op::sqrt:
            return is_special(a) || a < 0 ? round_special(to, std::sqrt(a)) : round_finite<Wide>(to, sqrt(Wide(a)));
        case Op::exp:
        case Op::log:
        case Op::tanh:
            return transcendental(op, a, to);
        case Op::cast:
            return rounded(to, a);
        case Op::neg:
            return rounded(to, -a);
        case Op::abs:
            return rounded(to, std::fabs(a));
        case Op::sign:
            return std::isnan(a) || a == 0.0 ? a : rounded(to, std::copysign(1.0, a));
        case Op::one_bit_sign:
            return rounded(to, a < 0.0 ? -1.0 : 1.0);
        case Op::relu:
            return rounded(to, a < 0.0 ? 0.0 : a);
        default:
            throw std::logic_error("not a unary operation");
    }
}

bool is_binary(Op op) {
    for (const Op one : {Op::add, Op::sub, Op::mul, Op::div, Op::max, Op::min, Op::gate, Op::one_bit, Op::one_bit_error,
                         Op::less, Op::less_equal, Op::equal})
        if (op == one) return true;
    return false;
}
bool is_unary(Op op) {
    for (const Op one :
         {Op::sqrt, Op::exp, Op::log, Op::tanh, Op::cast, Op::neg, Op::abs, Op::sign, Op::one_bit_sign, Op::relu})
        if (op == one) return true;
    return false;
}

bool same(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace slow
