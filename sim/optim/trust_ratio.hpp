// LAMB's trust ratio |w| / |u| and its bounds (reference semantics, sections 6 and 9).
#pragma once

#include "halfstep/program/expr.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {

// 1 where either norm is 0; otherwise the ratio, compared with `most` first and with `least` after it,
// so that `least` wins. A NaN stays.
struct BoundedTrustRatio {
    double operator()(double weight_norm, double update_norm, double ratio, double most, double least) const {
        if (weight_norm == 0.0 || update_norm == 0.0) return 1.0;
        if (ratio > most) ratio = most;
        return ratio < least ? least : ratio;
    }
};
inline constexpr BoundedTrustRatio bounded_trust_ratio;

// What it is given as the ratio. The originals divide only where neither norm is 0, so no division by zero
// may be seen here either.
inline Expr trust_ratio(const Expr& weight_norm, const Expr& update_norm) {
    return weight_norm / select(update_norm, update_norm, 1.0);
}

inline std::vector<Parameter> trust_ratio_parameters() {
    return {number("max_coeff", 10.0, "largest trust ratio", Range::at_least(0)),
            number("min_coeff", 0.01, "smallest trust ratio; it wins over max_coeff", Range::at_least(0))};
}

}  // namespace halfstep
