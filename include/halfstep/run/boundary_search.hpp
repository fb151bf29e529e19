// Where on one axis a verdict stops holding.
#pragma once

#include <functional>

#include "halfstep/spec/sweep.hpp"

namespace halfstep {

struct BoundaryAnswer {
    double value = 0;      // the last value at which it holds, seen from the end where it should; NaN: not even there
    double fails_at = 0;   // the nearest value beyond at which it does not; NaN: it holds at every value tried
    bool monotone = true;  // false: beyond it holds again,
    double again_at = 0;   // here; NaN where it does not
    bool operator==(const BoundaryAnswer&) const = default;
};

// Asks at the search's values (at five of them where there are more, nothing lies between them and none is known
// already), then halves the stretch between the last that holds and the first that does not, until both are as near
// as `resolution` says, or neighbours. `holds` may throw; the search ends then.
BoundaryAnswer search_boundary(const BoundarySearch& search, const std::function<bool(const SweepValue&)>& holds);

}  // namespace halfstep
