#include "elementary_oracle.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/expm1.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "halfstep/format/elementary.hpp"

namespace oracle {
namespace {

namespace mp = boost::multiprecision;
using Quad = mp::number<mp::cpp_bin_float_quad::backend_type, mp::et_off>;
// For the angles: 128 exponent bits and 113 more.
using Wide = mp::number<mp::backends::cpp_bin_float<100>, mp::et_off>;

Cut cut(const Quad& f) {
    if (f == 0) return {static_cast<double>(f), true};
    int exponent = 0;
    const Quad fraction = frexp(Quad(abs(f)), &exponent);
    const Quad scaled = ldexp(fraction, 25);
    const Quad kept = floor(scaled);
    const double value = std::ldexp(static_cast<double>(kept), exponent - 25);
    return {f < 0 ? -value : value, kept == scaled};
}

double error(const Quad& f, double y) {
    const int last_place = std::max(std::ilogb(y), -126) - 23;
    return static_cast<double>(ldexp(Quad(abs(Quad(y) - f)), -last_place));
}

// Near 0 what follows the first term is lost in 113 bits: only its side is kept.
bool is_tiny(double x) {
    return std::fabs(x) < 0x1p-50;
}
Quad beside(double first, int side) {
    return Quad(first) * (1 + ldexp(Quad(side), -100));
}
int sign_of(double x) {
    return x < 0 ? -1 : 1;
}

Quad expm1_of(double x) {
    if (is_tiny(x)) return beside(x, sign_of(x));
    return x > 4000 ? ldexp(Quad(1), 5000) : x < -70 ? Quad(-1) + ldexp(Quad(1), -100) : boost::math::expm1(Quad(x));
}
Quad log1p_of(double x) {
    if (is_tiny(x)) return beside(x, -sign_of(x));
    return boost::math::log1p(Quad(x));
}
Quad sigmoid_of(double x) {
    if (is_tiny(x)) return beside(0.5, sign_of(x));
    if (x > 70) return Quad(1) - ldexp(Quad(1), -90);
    return 1 / (1 + exp(Quad(-std::max(x, -4000.0))));
}
Quad erf_of(double x) {
    if (std::fabs(x) > 8) return (x < 0 ? -1 : 1) * (Quad(1) - ldexp(Quad(1), -90));
    return boost::math::erf(Quad(x));
}
Quad reduced(double x, int& quarter) {
    static const Wide half_pi = acos(Wide(0));
    const Wide n = round(Wide(x) / half_pi);
    quarter = static_cast<int>(static_cast<mp::cpp_int>(n) % 4);
    quarter = (quarter + 4) % 4;
    return static_cast<Quad>(Wide(Wide(x) - n * half_pi));
}
Quad sine(double x, int more) {
    int quarter = 0;
    const Quad r = reduced(x, quarter);
    quarter = (quarter + more) % 4;
    const Quad value = quarter % 2 == 0 ? sin(r) : cos(r);
    return quarter < 2 ? value : Quad(-value);
}
Quad sin_of(double x) {
    if (is_tiny(x)) return beside(x, -1);
    return sine(x, 0);
}
Quad cos_of(double x) {
    if (is_tiny(x)) return beside(1.0, -1);
    return sine(x, 1);
}
Quad rsqrt_of(double x) {
    return 1 / sqrt(Quad(x));
}

template <Quad (*f)(double)>
Cut cut_of(double x) {
    return cut(f(x));
}
template <Quad (*f)(double)>
double error_of(double x, double y) {
    return error(f(x), y);
}
template <Quad (*f)(double)>
constexpr ElementaryFunction row(const char* name, double (*to_odd)(double)) {
    return {name, to_odd, cut_of<f>, error_of<f>};
}

}  // namespace

std::span<const ElementaryFunction> elementary_functions() {
    static constexpr ElementaryFunction all[] = {row<expm1_of>("expm1", halfstep::expm1_to_odd),
                                                 row<log1p_of>("log1p", halfstep::log1p_to_odd),
                                                 row<sigmoid_of>("sigmoid", halfstep::sigmoid_to_odd),
                                                 row<erf_of>("erf", halfstep::erf_to_odd),
                                                 row<sin_of>("sin", halfstep::sin_to_odd),
                                                 row<cos_of>("cos", halfstep::cos_to_odd),
                                                 row<rsqrt_of>("rsqrt", halfstep::rsqrt_to_odd)};
    return all;
}

// Exactly: the significand's power as an integer.
Cut cut_power(double x, int n) {
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(x), &exponent);
    mp::cpp_int significand = static_cast<long long>(std::ldexp(fraction, 53));
    exponent -= 53;
    while (significand % 2 == 0) significand /= 2, ++exponent;
    const int count = std::abs(n);
    const mp::cpp_int power = mp::pow(significand, static_cast<unsigned>(count));
    const int bits = static_cast<int>(msb(power)) + 1;
    mp::cpp_int kept;
    bool exact = false;
    long long at = 0;  // kept * 2^at
    if (n >= 0) {
        const int drop = std::max(0, bits - 25);
        kept = power >> drop;
        exact = (kept << drop) == power;
        at = static_cast<long long>(exponent) * count + drop;
    } else {
        const int shift = bits + 26;
        kept = (mp::cpp_int(1) << shift) / power;
        exact = kept * power == (mp::cpp_int(1) << shift);
        const int drop = static_cast<int>(msb(kept)) + 1 - 25;
        exact = exact && ((kept >> drop) << drop) == kept;
        kept >>= drop;
        at = -static_cast<long long>(exponent) * count - shift + drop;
    }
    const double value =
        std::ldexp(static_cast<double>(kept), static_cast<int>(std::max(-1050LL, std::min(5000LL, at))));
    return {x < 0 && n % 2 != 0 ? -value : value, exact};
}

}  // namespace oracle
