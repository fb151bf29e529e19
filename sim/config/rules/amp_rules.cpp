// apex amp.
#include "checks.hpp"

namespace halfstep {
namespace {

constexpr const char* key = "amp.enabled";

constexpr Rule rows[] = {
    {"amp-enabled-missing", Severity::error, key, "an amp section without `enabled`",
     "stops with a KeyError, which nothing guards against", "refused"},
    {"amp-with-zero", Severity::error, key, "amp is on at ZeRO stage 1 or above",
     "stops with an AssertionError after the optimizer is built", "refused"},
    {"amp-grad-accum-dtype", Severity::error, "data_types.grad_accum_dtype",
     "amp is on at stage 0 and data_types.grad_accum_dtype is another type than the model's",
     "stops with a NotImplementedError, before it looks at fp16 and bf16", "refused"},
    {"amp-with-low-precision", Severity::error, key, "amp is on at stage 0 together with fp16 or bf16",
     "stops with a NotImplementedError", "refused: two loss scalers would multiply"},
    {"amp-apex-missing", Severity::error, key,
     "amp is on at stage 0 with an fp32 model, and apex cannot be imported (--without-apex)",
     "stops with a RuntimeError", "refused; depends on the machine. Current apex has no amp any more"},
};

}  // namespace

std::span<const Rule> amp_rules() {
    return rows;
}

void check_amp_section(const StartUp& start, Hits& hits) {
    const ConfigNode* amp = start.written("amp");
    if (!amp) return;
    if (!amp->object())
        hits.push_back(
            {&rule("unguarded-value"), "amp", "found " + describe(*amp) + "; accepted: an object", {removed("amp")}});
    else if (!amp->find("enabled"))
        hits.push_back({&rule("amp-enabled-missing"), key, "found none", {changed(key, false)}});
}

void check_amp_with_zero(const StartUp& start, Hits& hits) {
    if (start.has_optimizer() && start.amp_on() && start.stage > 0)
        hits.push_back({&rule("amp-with-zero"),
                        key,
                        "found amp with ZeRO stage " + std::to_string(start.stage),
                        {without_zero()}});
}

void check_amp(const StartUp& start, Hits& hits) {
    if (!start.has_optimizer() || !start.amp_on() || start.stage > 0) return;
    if (start.accumulation_dtype() != start.model_dtype())
        hits.push_back({&rule("amp-grad-accum-dtype"),
                        "data_types.grad_accum_dtype",
                        "found " + describe(*start.written("data_types.grad_accum_dtype")) + ", but the model is " +
                            start.model_dtype(),
                        {removed("data_types.grad_accum_dtype")}});
    else if (start.fp16_on || start.bf16_on)
        hits.push_back({&rule("amp-with-low-precision"),
                        key,
                        std::string("found amp with ") + (start.fp16_on ? "fp16" : "bf16"),
                        {changed(key, false)}});
    else if (!start.arguments.apex)
        hits.push_back({&rule("amp-apex-missing"), key, "found amp without apex", {changed(key, false)}});
}

}  // namespace halfstep
