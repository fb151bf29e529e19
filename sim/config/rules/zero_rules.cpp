// ZeRO: the stage, the optimizers it was tested with, and how its reduce-scatter averages.
#include <algorithm>

#include "../optimizer_classes.hpp"
#include "../python_value.hpp"
#include "checks.hpp"

namespace halfstep {
namespace {

constexpr const char* factor_key = "gradient_predivide_factor";

constexpr Rule rows[] = {
    {"zero-stage-invalid", Severity::error, "zero_optimization.stage", "a stage other than 0, 1, 2, 3",
     "stops with a ValidationError in parsing", "refused"},
    {"zero-bool-format", Severity::warning, "zero_optimization", "zero_optimization is true or false",
     "warns on every rank; true is stage 1", "the rules of ZeRO apply"},
    {"zero-untested-optimizer", Severity::error, "optimizer.type",
     "stage 1 or above, an optimizer class outside ZeRO's list (torch Adam, AdamW, Adagrad; fused and CPU Adam, CPU "
     "Adagrad, fused and CPU Lion, Muon), and no zero_allow_untested_optimizer",
     "stops with an AssertionError after the optimizer is built",
     "refused; a subclass of a listed class does not count"},
    {"zero-untested-optimizer-allowed", Severity::warning, "zero_allow_untested_optimizer",
     "the same with zero_allow_untested_optimizer", "warns on rank 0 and goes on",
     "rules with a norm in them, as LAMB's trust ratio, see only the rank's part of the flat group, so steps differ "
     "from stage 0"},
    {"zero-predivide-factor", Severity::error, factor_key,
     "gradient_predivide_factor is not 1 at stage 2 with reduce_scatter (the default) and mean, or at stage 3 with "
     "reduce_scatter",
     "stops with an AssertionError", "refused; stage 1, and stage 2 without reduce_scatter or with sum, pass"},
    {"zero-prescale-gradients", Severity::error, "prescale_gradients",
     "prescale_gradients is true under the conditions of zero-predivide-factor", "stops with an AssertionError",
     "refused"},
    {"zero-needs-optimizer", Severity::error, "zero_optimization.stage",
     "stage 1 or 2 and no optimizer, neither in the file nor from the program", "stops with an AssertionError",
     "refused; stage 3 passes"},
    {"allreduce-sum-zero3", Severity::error, "gradient_allreduce_op",
     "gradient_allreduce_op is sum at stage 3 (or with ZenFlow or DeepCompile)", "stops with a ValueError",
     "refused; at stages 0 to 2 sum makes gradients W times larger"},
};

// Where the averaging of reduce-scatter is asserted.
bool reduce_scatters(const StartUp& start) {
    if (!start.has_optimizer() || start.bf16_optimizer() || !start.zero.boolean("reduce_scatter", true)) return false;
    return start.stage == 3 || (start.stage == 2 && start.allreduce_op() == "mean");
}

std::string stage_text(const StartUp& start) {
    return " at ZeRO stage " + std::to_string(start.stage);
}

// What is looked at after every value was.
std::vector<SectionFault> contradictions(const StartUp& start) {
    const std::string path = "zero_optimization.";
    const ConfigNode* offload = start.zero.written("offload_optimizer");
    const ConfigNode* ratio = offload ? offload->find("ratio") : nullptr;
    if (ratio && read_number(*ratio).value_or(1) < 1 && start.stage != 3)
        return {{"section-value-wrong-type", path + "offload_optimizer.ratio",
                 "found " + describe(*ratio) + stage_text(start) + "; a share below 1 needs stage 3"}};
    constexpr std::pair<const char*, const char*> replaced[] = {
        {"cpu_offload_param", "offload_param"},
        {"cpu_offload", "offload_optimizer"},
        {"stage3_gather_fp16_weights_on_model_save", "gather_16bit_weights_on_model_save"}};
    for (const auto& [old, present] : replaced)
        if (start.zero.written(old) && start.zero.written(present))
            return {{"section-value-wrong-type", path + old,
                     "found " + describe(*start.zero.written(old)) + " beside " + present + ", which replaces it"}};
    return {};
}

}  // namespace

std::span<const Rule> zero_rules() {
    return rows;
}

void check_zero_section(const StartUp& start, Hits& hits) {
    const ConfigNode* node = start.written("zero_optimization");
    if (!node) return;
    if (const bool* on = std::get_if<bool>(&node->data)) {
        hits.push_back({&rule("zero-bool-format"), "zero_optimization", *on ? "found true" : "found false"});
        return;
    }
    std::vector<SectionFault> faults = section_faults(*node, zero_section(), "zero_optimization");
    // This one is a TypeError, which ends the validation: nothing else is listed with it.
    const auto leaf = std::find_if(faults.begin(), faults.end(),
                                   [](const SectionFault& f) { return f.path == "zero_optimization.leaf_module"; });
    if (leaf != faults.end()) faults = {*leaf};
    if (faults.empty()) faults = contradictions(start);
    add_faults(faults, hits);
}

void check_zero_tested(const StartUp& start, Hits& hits) {
    if (start.stage == 0 || !start.has_optimizer() || tested_with_zero(start.optimizer_class())) return;
    const std::string found = "found " + start.optimizer_class() + stage_text(start);
    if (start.flag("zero_allow_untested_optimizer", false))
        hits.push_back({&rule("zero-untested-optimizer-allowed"), "zero_allow_untested_optimizer", found});
    else
        hits.push_back(
            {&rule("zero-untested-optimizer"), "optimizer.type", found, {without_zero()}, "zero_optimization.stage"});
}

void check_zero_optimizer_given(const StartUp& start, Hits& hits) {
    if ((start.stage == 1 || start.stage == 2) && !start.has_optimizer())
        hits.push_back({&rule("zero-needs-optimizer"),
                        "zero_optimization.stage",
                        "found no optimizer" + stage_text(start),
                        {without_zero()}});
}

void check_predivide(const StartUp& start, Hits& hits) {
    const ConfigNode* factor = start.written(factor_key);
    if (!factor || !reduce_scatters(start)) return;
    if (const auto x = arithmetic(*factor); x && *x == 1.0) return;
    hits.push_back({&rule("zero-predivide-factor"),
                    factor_key,
                    "found " + describe(*factor) + stage_text(start),
                    {changed(factor_key, 1.0)}});
}

void check_prescale(const StartUp& start, Hits& hits) {
    if (start.flag("prescale_gradients", false) && reduce_scatters(start))
        hits.push_back({&rule("zero-prescale-gradients"),
                        "prescale_gradients",
                        "found true" + stage_text(start),
                        {changed("prescale_gradients", false)}});
}

void check_allreduce_sum(const StartUp& start, Hits& hits) {
    if (start.allreduce_op() != "sum") return;
    const ConfigNode* zenflow = start.zero.written("zenflow");
    const ConfigNode* deepcompile = start.written("compile.deepcompile");
    std::string with;
    if (start.stage == 3)
        with = stage_text(start);
    else if (zenflow && zenflow->object())
        with = " with ZenFlow";
    else if (deepcompile && read_boolean(*deepcompile).value_or(false))
        with = " with DeepCompile";
    if (!with.empty())
        hits.push_back({&rule("allreduce-sum-zero3"),
                        "gradient_allreduce_op",
                        "found sum" + with,
                        {changed("gradient_allreduce_op", std::string("mean"))}});
}

}  // namespace halfstep
