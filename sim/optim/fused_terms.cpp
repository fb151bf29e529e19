#include "fused_terms.hpp"

#include <cmath>

namespace halfstep {
namespace {

// An unevaluated sum: twice the precision of binary64.
struct Pair {
    double high, low;
};
Pair product(Pair a, Pair b) {
    const double p = a.high * b.high;
    const double rest = std::fma(a.high, b.high, -p) + (a.high * b.low + a.low * b.high);
    const double high = p + rest;
    return {high, rest - (high - p)};
}

}  // namespace

double whole_power(double x, double n) {
    Pair result{1.0, 0.0}, square{x, 0.0};
    for (; n > 0.0; n = std::floor(n / 2.0)) {
        if (std::fmod(n, 2.0) != 0.0) result = product(result, square);
        square = product(square, square);
    }
    return result.high;
}

Expr FusedMoment::correction(const OptimizerContext& c, Host t) const {
    const Host k = c.b.apply([](double x, double n) { return 1.0 - whole_power(x, n); }, c.b.to_host(beta), t);
    return c.b.from_host(k, Role::hyper);
}

}  // namespace halfstep
