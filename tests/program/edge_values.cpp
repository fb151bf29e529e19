#include "edge_values.hpp"

#include <cmath>
#include <limits>

namespace edge {

using halfstep::Overflow;
using halfstep::Rounding;
using halfstep::Subnormals;

const std::vector<Rounding>& roundings() {
    static const std::vector<Rounding> all = [] {
        std::vector<Rounding> list;
        for (const char* name : {"fp32", "fp16", "bf16", "tf32", "fp8_e4m3", "fp8_e5m2", "e5m2", "e6m9", "e7m20",
                                 "e7m10", "e8m8", "e8m15", "e8m22", "e8m23", "e4m7", "e3m4", "e2m1", "e5m13"}) {
            const Rounding own = halfstep::rounding_to(name);
            list.push_back(own);
            list.push_back({own.format, Overflow::saturate, Subnormals::keep});
            list.push_back({own.format, own.overflow, Subnormals::flush});
            list.push_back({own.format, Overflow::nan, Subnormals::flush});
        }
        return list;
    }();
    return all;
}

std::string describe(const Rounding& r) {
    const char* overflow = r.overflow == Overflow::infinity ? "inf" : r.overflow == Overflow::saturate ? "sat" : "nan";
    return r.format.name + "/" + overflow + (r.subnormals == Subnormals::flush ? "/flush" : "");
}

std::vector<double> values(random_program::Random& random, const Rounding& rounding, int n) {
    const halfstep::Format& f = rounding.format;
    const int lowest = f.emin - f.precision, highest = f.emax + 1;
    const int center = lowest + random.below(highest - lowest + 1);
    std::vector<double> x;
    for (int i = 0; i < n; ++i) {
        const double sign = random.chance(50) ? 1.0 : -1.0;
        // One bit more than the format has: ties.
        const double significand = 1.0 + std::ldexp(random.below(1 << f.precision), -f.precision);
        int exponent = center + random.below(2 * f.precision + 5) - f.precision - 2;
        switch (random.below(12)) {
            case 0:
                exponent = lowest + random.below(f.precision + 3);
                break;
            case 1:
                exponent = highest - random.below(3);
                break;
            case 2:
                exponent = random.below(9) - 4;
                break;
            default:
                break;
        }
        switch (random.below(40)) {
            case 0:
                x.push_back(sign * 0.0);
                break;
            case 1:
                x.push_back(sign * std::numeric_limits<double>::infinity());
                break;
            case 2:
                x.push_back(std::numeric_limits<double>::quiet_NaN());
                break;
            case 3:
                x.push_back(sign * f.max_finite);
                break;
            case 4:
                x.push_back(sign * std::ldexp(1.0, f.emin));
                break;
            case 5:
                x.push_back(sign);
                break;
            default:
                x.push_back(sign * std::ldexp(significand, exponent));
                break;
        }
    }
    return x;
}

}  // namespace edge
