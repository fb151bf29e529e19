// Rounding the slow way, for loops that compute beside the emulator: each operation in binary64, then
// to the format of its role.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>

namespace halfstep::test {

// Rounds to p bits with exponents from emin to emax, ties to even, by scaling to an integer.
struct Narrow {
    int p, emin, emax;
    double operator()(double x) const {
        if (x == 0.0 || !std::isfinite(x)) return x;
        const int place = std::max(std::ilogb(x), emin) - p + 1;
        const double y = std::ldexp(std::nearbyint(std::ldexp(x, -place)), place);
        return std::fabs(y) > std::ldexp(2.0 - std::ldexp(1.0, 1 - p), emax) ? std::copysign(HUGE_VAL, x) : y;
    }
};
inline const Narrow fp32{24, -126, 127}, fp16{11, -14, 15}, bf16{8, -126, 127};

// Where the presets differ; docs/architecture.md has the table of roles.
struct Roles {
    Narrow weight, fused, gradient, hyper, update, master, moment;
};
inline Roles roles_of(const std::string& preset) {
    if (preset == "fp16") return {fp16, fp32, fp16, fp32, fp32, fp32, fp32};
    if (preset == "bf16") return {bf16, fp32, bf16, fp32, fp32, fp32, fp32};
    if (preset == "fp16_pure") return {fp16, fp16, fp16, fp16, fp16, fp16, fp16};
    return {fp32, fp32, fp32, fp32, fp32, fp32, fp32};
}

}  // namespace halfstep::test
