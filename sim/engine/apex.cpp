// NVIDIA apex's amp (reference semantics 10; apex/amp before its removal): an optimization level is a choice
// of formats, which `precision` makes, and of what stands around the optimizer:
//   O0  fp32, nothing                         O1  fp32 weights, matrix products of fp16 operands
//   O2  fp16 weights, fp32 masters            O3  fp16 throughout, no masters
// The scaled loss leaves its context with: gradients unscaled by the scale the backward pass used, into
// fp32 (O2); an element that is not finite is an overflow; the scale is updated; and the optimizer's next
// step is skipped where there was one. Clipping, where asked for, is torch's clip_grad_norm_ on the masters.
#include "halfstep/spec/parameters.hpp"
#include "plain_step.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

bool is_fp16(const RoleRounding& r) {
    return r && r->format.name == "fp16";
}

// The level that has these formats.
std::string level_of(const Precision& precision) {
    if (is_fp16(precision[Role::weight])) return is_fp16(precision[Role::master]) ? "O3" : "O2";
    return is_fp16(precision[Role::operand]) ? "O1" : "O0";
}

RecordedStep record(const EngineInputs& in) {
    const std::string found = level_of(in.spec.precision), &asked = in.spec.engine.text("opt_level");
    const std::string preset = "amp_o" + (asked == "auto" ? found : asked).substr(1);
    if (asked != "auto" && asked != found)
        throw SpecError("engine.opt_level", asked + " has other formats than `precision`, which are those of " + found +
                                                "; use precision.preset = \"" + preset + "\"");
    const bool scales = find_loss_scaler(in.spec.loss_scale.kind).scales;
    if ((found == "O1" || found == "O2") && !scales)
        throw SpecError("loss_scale.kind",
                        "apex scales the loss at " + found + ": use \"apex\" (its dynamic scale) or \"constant\"");
    return record_plain_step(
        in, {.masters_from_weights = found == "O2", .find_overflow = [](Training& t) { return t.find_nonfinite(); }});
}

}  // namespace

const EngineRow engine_apex = {
    {"apex",
     "apex amp: optimization levels O0 to O3 with its loss scaling and skipped steps",
     {choice("opt_level", "auto", "the level; auto: the one whose formats `precision` has",
             {"auto", "O0", "O1", "O2", "O3"}),
      number("gradient_clipping", 0.0, "largest 2-norm of the unscaled gradient; 0: no clipping", Range::at_least(0))}},
    record};

}  // namespace halfstep
