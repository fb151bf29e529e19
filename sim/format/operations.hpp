// The operations of one element, and one rounding of them by a way (rounders.hpp).
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "halfstep/format/elementary.hpp"
#include "rounders.hpp"

namespace halfstep::kernels {

// Operations: `direct` in the carrier, `to_odd` in binary64 where the carrier is not exact.
struct Add {
    template <class T>
    static T direct(T a, T b) {
        return a + b;
    }
    static double to_odd(double a, double b) { return add_to_odd(a, b); }
};
struct Sub {
    template <class T>
    static T direct(T a, T b) {
        return a - b;
    }
    static double to_odd(double a, double b) { return sub_to_odd(a, b); }
};
struct Mul {
    template <class T>
    static T direct(T a, T b) {
        return a * b;
    }
    static double to_odd(double a, double b) { return a * b; }  // exact: 24 + 24 bits
};
struct Div {
    template <class T>
    static T direct(T a, T b) {
        return a / b;
    }
    static double to_odd(double a, double b) { return div_to_odd(a, b); }
};
// Exact operations: rounding changes only what the role's format cannot hold.
struct Max {
    template <class T>
    static T direct(T a, T b) {
        return a != a ? a : (b > a || b != b ? b : a);
    }
    static double to_odd(double a, double b) { return direct(a, b); }
};
struct Min {
    template <class T>
    static T direct(T a, T b) {
        return a != a ? a : (b < a || b != b ? b : a);
    }
    static double to_odd(double a, double b) { return direct(a, b); }
};
struct Gate {
    template <class T>
    static T direct(T g, T a) {
        return a > T(0) ? g : T(0);
    }
    static double to_odd(double g, double a) { return direct(g, a); }
};
struct Less {
    template <class T>
    static T direct(T a, T b) {
        return a < b ? T(1) : T(0);
    }
    static double to_odd(double a, double b) { return direct(a, b); }
};
struct LessEqual {
    template <class T>
    static T direct(T a, T b) {
        return a <= b ? T(1) : T(0);
    }
    static double to_odd(double a, double b) { return direct(a, b); }
};
struct Equal {
    template <class T>
    static T direct(T a, T b) {
        return a == b ? T(1) : T(0);
    }
    static double to_odd(double a, double b) { return direct(a, b); }
};

struct Cast {
    template <class T>
    static T direct(T a) {
        return a;
    }
    static double to_odd(double a) { return a; }
};
struct Neg {
    template <class T>
    static T direct(T a) {
        return -a;
    }
    static double to_odd(double a) { return -a; }
};
struct Abs {
    template <class T>
    static T direct(T a) {
        using std::fabs;
        return fabs(a);
    }
    static double to_odd(double a) { return std::fabs(a); }
};
struct Sign {
    template <class T>
    static T direct(T a) {
        return a > T(0) ? T(1) : (a < T(0) ? T(-1) : a);
    }
    static double to_odd(double a) { return direct(a); }
};
struct OneBitSign {
    template <class T>
    static T direct(T a) {
        return a < T(0) ? T(-1) : T(1);
    }
    static double to_odd(double a) { return direct(a); }
};
struct OneBit {
    template <class T>
    static T direct(T scale, T a) {
        return a < T{} ? -scale : scale;
    }
    static double to_odd(double scale, double a) { return direct(scale, a); }
};
struct OneBitError {
    template <class T>
    static T direct(T scale, T a) {
        return a - OneBit::direct(scale, a);
    }
    static double to_odd(double scale, double a) { return sub_to_odd(a, OneBit::direct(scale, a)); }
};
struct Relu {
    template <class T>
    static T direct(T a) {
        return a < T(0) ? T(0) : a;
    }
    static double to_odd(double a) { return direct(a); }
};
struct Sqrt {
    template <class T>
    static T direct(T a) {
        using std::sqrt;
        return sqrt(a);
    }
    static double to_odd(double a) { return sqrt_to_odd(a); }
};

// An elementary function F by f, its result to odd in binary64: in binary32 that rounded, in binary64 what it
// stands for. In wider numbers F::wide.
template <class F, double (*f)(double)>
struct Elementary {
    static float direct(float a) { return static_cast<float>(f(static_cast<double>(a))); }
    static double direct(double a) { return in_binary64(f(a)); }
    template <class T>
    static T direct(const T& a) {
        return F::wide(a);
    }
    static double to_odd(double a) { return f(a); }
};
struct Exp : Elementary<Exp, exp_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return exp(x);
    }
};
struct Log : Elementary<Log, log_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return log(x);
    }
};
struct Tanh : Elementary<Tanh, tanh_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return tanh(x);
    }
};
struct Expm1 : Elementary<Expm1, expm1_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return expm1(x);
    }
};
struct Log1p : Elementary<Log1p, log1p_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return log1p(x);
    }
};
struct Logistic : Elementary<Logistic, sigmoid_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return 1 / (1 + exp(-x));
    }
};
struct Erf : Elementary<Erf, erf_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return erf(x);
    }
};
struct Sin : Elementary<Sin, sin_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return sin(x);
    }
};
struct Cos : Elementary<Cos, cos_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return cos(x);
    }
};
struct Rsqrt : Elementary<Rsqrt, rsqrt_to_odd> {
    template <class T>
    static T wide(const T& x) {
        return 1 / sqrt(x);
    }
};
// a to the power of the whole number n.
struct Powi {
    template <class T>
    static T direct(T a, T n) {
        if constexpr (std::is_same_v<T, float>)
            return static_cast<float>(powi_to_odd(static_cast<double>(a), static_cast<int>(n)));
        else if constexpr (std::is_same_v<T, double>)
            return in_binary64(powi_to_odd(a, static_cast<int>(n)));
        else
            return pow(a, static_cast<int>(n));
    }
    static double to_odd(double a, double n) { return powi_to_odd(a, static_cast<int>(n)); }
};

// The result rounded to odd, with the sign of zero that the mode gives to differences.
template <class F>
double exact_result(const RoundMode& mode, double a, double b) {
    const double r = F::to_odd(a, b);
    if constexpr (std::is_same_v<F, Add>) return with_zero_sign(mode, r, a, b);
    if constexpr (std::is_same_v<F, Sub>) return with_zero_sign(mode, r, a, -b);
    if constexpr (std::is_same_v<F, OneBitError>) return with_zero_sign(mode, r, b, -OneBit::direct(a, b));
    return r;
}

// Operations that `direct` can do on several numbers at once (lanes.hpp).
template <class F>
inline constexpr bool has_lanes =
    std::is_same_v<F, Add> || std::is_same_v<F, Sub> || std::is_same_v<F, Mul> || std::is_same_v<F, Div> ||
    std::is_same_v<F, Cast> || std::is_same_v<F, Neg> || std::is_same_v<F, OneBit> || std::is_same_v<F, OneBitError>;
template <class F, Way way>
inline constexpr bool in_lanes_by = has_lanes<F> && !through_odd(way);

template <class F, class T, Way way>
T apply(const Rounder<way>& round, T a, T b) {
    if constexpr (way == Way::mode)
        return round.from_wide(exact_result<F>(round.r, static_cast<double>(a), static_cast<double>(b)));
    else if constexpr (way == Way::odd)
        return round.from_wide(F::to_odd(static_cast<double>(a), static_cast<double>(b)));
    else
        return round(F::direct(a, b));
}
template <class F, class T, Way way>
T apply(const Rounder<way>& round, T a) {
    if constexpr (through_odd(way))
        return round.from_wide(F::to_odd(static_cast<double>(a)));
    else
        return round(F::direct(a));
}

}  // namespace halfstep::kernels
