// What DeepSpeed wraps around an optimizer (reference semantics, sections 2 and 7). The wrapper goes by the format of
// the weights and by the optimizer; each has a file of its own.
#include "deepspeed.hpp"

#include <string>

#include "halfstep/spec/parameters.hpp"
#include "rows.hpp"

namespace halfstep {
namespace {

std::string wrapper_of(const EngineInputs& in) {
    const std::string& asked = in.spec.engine.text("wrapper");
    if (asked != "auto") return asked;
    const RoleRounding& weight = in.spec.precision[Role::weight];
    const std::string format = weight ? weight->format.name : "fp32";
    if (format == "fp32") return "none";
    if (format == "fp16" || format == "bf16") return format + (in.optimizer_row.fused_wrapper ? "_fused" : "_unfused");
    throw SpecError("engine.wrapper", "DeepSpeed has a wrapper for fp32, fp16 and bf16 weights, not for " + format +
                                          "; name one to use it anyway");
}

// Known rules are checked where they are looked up (run/recipe_check.hpp): this layer knows none.
Parameter override_parameter() {
    return {"override",
            {ValueType::texts},
            Value{std::vector<Value>()},
            "configuration rules that DeepSpeed refuses to start with, to be run all the same "
            "(docs/deepspeed-config.md)"};
}

RecordedStep record(const EngineInputs& in) {
    const std::int64_t stage = in.spec.engine.integer("zero_stage");
    const std::string& asked = in.spec.engine.text("wrapper");
    if (stage > 0 && asked != "auto" && !(stage == 1 && asked == "bf16_optimizer"))
        throw SpecError("engine.wrapper",
                        "ZeRO has an optimizer of its own; accepted at zero_stage = " + std::to_string(stage) +
                            (stage == 1 ? ": auto, bf16_optimizer" : ": auto"));
    if (stage > 0 && asked == "auto") return record_deepspeed_zero(in, static_cast<int>(stage));
    const std::string wrapper = wrapper_of(in);
    if (wrapper == "none") return record_deepspeed_bare(in);
    if (wrapper == "bf16_optimizer") return record_deepspeed_bf16_optimizer(in);
    const bool fp16 = wrapper.starts_with("fp16");
    return wrapper.ends_with("_unfused") ? record_deepspeed_unfused(in, fp16) : record_deepspeed_fused(in, fp16);
}

}  // namespace

const EngineRow engine_deepspeed = {
    {"deepspeed",
     "DeepSpeed: swallowed first batch in fp32, fp32 masters and skipped steps in fp16, ZeRO stages",
     {choice("wrapper", "auto", "which wrapper; auto goes by the format of `weight` and by the optimizer",
             {"auto", "none", "fp16_fused", "bf16_fused", "fp16_unfused", "bf16_unfused", "bf16_optimizer"}),
      number("gradient_clipping", 1.0, "largest gradient norm (DeepSpeed's default since 2026); 0: no clipping",
             Range::at_least(0)),
      boolean("scale_backward", true,
              "the loss is multiplied by the scale before backward; false reproduces the release that forgets to"),
      integer("zero_stage", 0, "ZeRO: what is shared out over the workers", Range::between(0, 3)),
      override_parameter()}},
    record};

}  // namespace halfstep
