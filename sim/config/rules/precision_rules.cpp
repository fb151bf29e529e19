// Which 16-bit type, and which types gradients, parameters and masters are kept in.
#include "../python_value.hpp"
#include "checks.hpp"

namespace halfstep {
namespace {

constexpr const char* param_key = "data_types.param_dtype";
constexpr const char* accumulation_key = "data_types.grad_accum_dtype";
constexpr const char* fp16_masters = "fp16.fp16_master_weights_and_grads";

constexpr Rule rows[] = {
    {"fp16-and-bf16", Severity::error, "bf16.enabled", "fp16 and bf16 are both on",
     "stops with an AssertionError in parsing", "refused"},
    {"bfloat16-alias-ignored", Severity::silent, "bfloat16", "bf16 is present (and not null) beside bfloat16",
     "reads bf16 alone", "training may run in fp32 unnoticed"},
    {"low-precision-masters-need-zero", Severity::error, fp16_masters,
     "16-bit masters or optimizer states at ZeRO stage 0, under ZeRO without CPU offload and CPU Adam, or bf16 "
     "optimizer states without bf16 masters",
     "stops with an AssertionError", "refused"},
    {"param-dtype-conflict", Severity::error, param_key, "data_types.param_dtype is another type than the mode's",
     "stops with an AssertionError", "refused"},
    {"grad-accum-dtype-mismatch", Severity::error, accumulation_key,
     "ZeRO stage 0, no amp, and data_types.grad_accum_dtype is another type than the model's (a name that is no "
     "type: at every stage)",
     "stops with a NotImplementedError", "refused; under ZeRO it is not tested at all"},
};

std::string model_text(const StartUp& start) {
    return "the model is " + start.model_dtype();
}

}  // namespace

std::span<const Rule> precision_rules() {
    return rows;
}

void check_bf16_section(const StartUp& start, Hits& hits) {
    if (const ConfigNode* node = start.written(start.bf16_path);
        node && !(node->null() && start.bf16_path == std::string_view("bf16")))
        add_faults(section_faults(*node, bf16_section(), start.bf16_path), hits);
}

void check_one_low_precision(const StartUp& start, Hits& hits) {
    if (!start.fp16_on || !start.bf16_on) return;
    const std::string path = std::string(start.bf16_path) + ".enabled";
    hits.push_back(
        {&rule("fp16-and-bf16"), "bf16.enabled", "found fp16 and bf16 enabled", {changed(path, false)}, path});
}

void note_ignored_alias(const StartUp& start, Hits& hits) {
    const ConfigNode* bf16 = start.written("bf16");
    if (bf16 && !bf16->null() && start.written("bfloat16"))
        hits.push_back({&rule("bfloat16-alias-ignored"), "bfloat16", "found bfloat16 beside bf16"});
}

void check_low_precision_masters(const StartUp& start, Hits& hits) {
    const std::string bf16 = std::string(start.bf16_path) + ".";
    const auto refuse = [&](const std::string& key, const std::string& found) {
        if (hits.empty()) hits.push_back({&rule("low-precision-masters-need-zero"), key, found, {changed(key, false)}});
    };
    const bool masters = start.bf16.boolean("bf16_master_weights_and_grads", false);
    const bool states = start.bf16.boolean("bf16_optimizer_states", false);
    if (start.stage == 0) {
        const std::string found = "found true at ZeRO stage 0";
        if (start.fp16.boolean("fp16_master_weights_and_grads", false)) refuse(fp16_masters, found);
        if (masters) refuse(bf16 + "bf16_master_weights_and_grads", found);
        if (states) refuse(bf16 + "bf16_optimizer_states", found);
    }
    if (states && !masters) refuse(bf16 + "bf16_optimizer_states", "found true without bf16_master_weights_and_grads");
}

// Tested again when the ZeRO optimizer is built.
void check_master_offload(const StartUp& start, Hits& hits) {
    if (start.stage == 0 || !start.has_optimizer() || start.bf16_optimizer()) return;
    const bool offload = (start.stage == 3 ? start.uses_cpu_optimizer() : start.offloads_to_cpu());
    const bool fits = offload && start.optimizer_class() == "DeepSpeedCPUAdam";
    const std::string found = "found true without CPU offload and CPU Adam";
    const std::string bf16_masters = std::string(start.bf16_path) + ".bf16_master_weights_and_grads";
    if (start.bf16.boolean("bf16_master_weights_and_grads", false) && !fits &&
        (!start.bf16.boolean("bf16_optimizer_states", false) || offload))
        hits.push_back({&rule("low-precision-masters-need-zero"), bf16_masters, found, {changed(bf16_masters, false)}});
    else if (start.fp16.boolean("fp16_master_weights_and_grads", false) && !fits)
        hits.push_back({&rule("low-precision-masters-need-zero"), fp16_masters, found, {changed(fp16_masters, false)}});
}

void check_param_dtype(const StartUp& start, Hits& hits) {
    const ConfigNode* node = start.written(param_key);
    if (!node || node->null() || dtype_name(*node) == start.model_dtype()) return;
    hits.push_back({&rule("param-dtype-conflict"),
                    param_key,
                    "found " + describe(*node) + ", but " + model_text(start),
                    {removed(param_key)}});
}

void check_accumulation_name(const StartUp& start, Hits& hits) {
    const ConfigNode* node = start.written(accumulation_key);
    if ((!start.has_optimizer() && start.stage == 0) || !node || node->null() || !dtype_name(*node).empty()) return;
    hits.push_back({&rule("grad-accum-dtype-mismatch"),
                    accumulation_key,
                    "found " + describe(*node) + ", which is no type",
                    {removed(accumulation_key)}});
}

void check_accumulation_dtype(const StartUp& start, Hits& hits) {
    if (!start.has_optimizer() || start.stage > 0 || start.amp_on()) return;
    if (start.accumulation_dtype() == start.model_dtype()) return;
    hits.push_back({&rule("grad-accum-dtype-mismatch"),
                    accumulation_key,
                    "found " + describe(*start.written(accumulation_key)) + ", but " + model_text(start),
                    {removed(accumulation_key)}});
}

}  // namespace halfstep
