// Nothing but the optimizer (plain_step.hpp).
#include "halfstep/spec/parameters.hpp"
#include "plain_step.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

RecordedStep record(const EngineInputs& in) {
    return record_plain_step(
        in, {.masters_from_weights = false, .find_overflow = [](Training& t) { return t.find_overflow(); }});
}

}  // namespace

const EngineRow engine_plain = {
    {"plain",
     "the optimizer alone, with loss scaling where [loss_scale] asks for it",
     {number("gradient_clipping", 0.0, "largest 2-norm of the gradient; 0: no clipping", Range::at_least(0))}},
    record};

}  // namespace halfstep
