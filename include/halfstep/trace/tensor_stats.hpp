// What one tensor, or everything rounded in one role, looked like at one step: magnitudes, counts of
// what was lost, and a histogram of exponents. Streamed at a cadence of its own (run.trace_every).
//
// On disk, one row each (empty fields where a number does not exist):
//   tensors.csv    run,seed,step,role,tensor,count,zeros,subnormals,infinities,nans,overflows,underflows,
//                  unchanged,min_abs,max_abs,rms
//   exponents.csv  run,seed,step,role,tensor,exponent,count
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace halfstep {

struct TensorStats {
    std::string role;    // whose format the values have
    std::string tensor;  // a stored tensor ("w1", "exp_avg[0]"), or "(forward)", "(backward)", "(update)", ...: every
                         // result rounded in that role by that piece of the step
    // Over all workers' copies and all elements.
    std::int64_t count = 0;
    std::int64_t zeros = 0, subnormals = 0, infinities = 0, nans = 0;
    // Roundings of the step: a finite exact result that became infinite (or saturated), and a nonzero exact
    // result that became zero.
    std::int64_t overflows = 0, underflows = 0;
    std::int64_t unchanged = 0;  // weights with w + u == w, u != 0
    // Of finite nonzero values; NaN where there are none.
    double min_abs = std::numeric_limits<double>::quiet_NaN();
    double max_abs = std::numeric_limits<double>::quiet_NaN();
    double rms = std::numeric_limits<double>::quiet_NaN();  // of finite values, zeros included
    // Of finite nonzero values: floor(log2 |x|) and how often, ascending, without gaps' zeros.
    std::vector<std::pair<int, std::int64_t>> exponents;
    bool operator==(const TensorStats&) const = default;
};

}  // namespace halfstep
