#include "halfstep/run/recipe_check.hpp"

#include <algorithm>

#include "halfstep/config/config_check.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

// What a configuration calls an optimizer of ours; empty for one that DeepSpeed does not build.
std::string configured_name(const std::string& kind) {
    static const std::vector<std::pair<std::string, std::string>> names = {{"adam", "Adam"},
                                                                           {"adamw", "AdamW"},
                                                                           {"fused_adam", "Adam"},
                                                                           {"lamb", "Lamb"},
                                                                           {"fused_lamb", "Lamb"},
                                                                           {"onebit_adam", "OneBitAdam"},
                                                                           {"zero_one_adam", "ZeroOneAdam"},
                                                                           {"onebit_lamb", "OneBitLamb"},
                                                                           {"sgd", "SGD"},
                                                                           {"momentum", "SGD"}};
    for (const auto& [ours, theirs] : names)
        if (ours == kind) return theirs;
    return {};
}

// fp16, bf16 or nothing: what the wrapper, or else the format of `weight`, says is switched on.
std::string low_precision(const RunSpec& spec) {
    const std::string& wrapper = spec.engine.text("wrapper");
    const RoleRounding& weight = spec.precision[Role::weight];
    const std::string name = wrapper != "auto" ? wrapper.substr(0, 4) : weight ? weight->format.name : "";
    return name == "fp16" || name == "bf16" ? name : "";
}

bool has_stage(const RunSpec& spec) {
    return spec.engine.integer("zero_stage") > 0;
}

// The configuration that would ask DeepSpeed for this run, as far as its rules look at combinations.
ConfigFile configuration_of(const RunSpec& spec) {
    ConfigFile file;
    file.name = spec.scenario;
    ConfigNode& root = file.root;
    root.data = ConfigNode::Object();
    root.set("train_micro_batch_size_per_gpu", {std::int64_t{std::max(1, spec.batch)}, {}});
    if (const std::string name = configured_name(spec.optimizer.kind); !name.empty())
        root.set("optimizer.type", {name, {}});
    if (const std::string on = low_precision(spec); !on.empty()) root.set(on + ".enabled", {true, {}});
    if (spec.loss_scale.kind == "static") root.set("fp16.loss_scale", {spec.loss_scale.number("scale"), {}});
    if (spec.engine.text("wrapper") == "bf16_optimizer") {  // what ZeRO stage 1 with fp32 accumulation brings up
        root.set("zero_optimization.stage", {std::int64_t{1}, {}});
        root.set("data_types.grad_accum_dtype", {std::string("fp32"), {}});
    }
    if (has_stage(spec)) root.set("zero_optimization.stage", {spec.engine.integer("zero_stage"), {}});
    return file;
}

std::vector<std::string> overrides_of(const RunSpec& spec) {
    return spec.engine.has("override") ? spec.engine.texts("override") : std::vector<std::string>();
}

std::string scenario_key(const RunSpec& spec, const std::string& key) {
    if (key == "fp16.enabled" || key == "bf16.enabled") return "precision.preset";
    if (key == "fp16.loss_scale") return "loss_scale.kind";
    if (key == "zero_optimization.stage") return has_stage(spec) ? "engine.zero_stage" : "engine.wrapper";
    if (key.rfind("optimizer.", 0) == 0) return "optimizer.kind";
    return "engine.kind";
}

}  // namespace

std::vector<RecipeFinding> recipe_findings(const RunSpec& spec) {
    std::vector<RecipeFinding> findings;
    if (spec.engine.kind != "deepspeed") return findings;
    const std::vector<std::string> overridden = overrides_of(spec);
    StartArguments arguments;
    arguments.world_size = spec.workers;
    arguments.overridden = overridden;
    for (const Finding& finding : check_config(configuration_of(spec), arguments).findings)
        findings.push_back({finding.rule->id, scenario_key(spec, finding.key), finding.message(),
                            finding.rule->severity == Severity::error,
                            std::find(overridden.begin(), overridden.end(), finding.rule->id) != overridden.end()});
    return findings;
}

void check_recipe(const RunSpec& spec) {
    if (spec.engine.kind != "deepspeed") return;
    const std::vector<std::string> overridden = overrides_of(spec);
    for (std::size_t i = 0; i < overridden.size(); ++i) {
        if (find_config_rule(overridden[i])) continue;
        std::vector<std::string> ids;
        for (const Rule* rule : config_rules())
            if (rule->severity == Severity::error) ids.push_back(rule->id);
        throw SpecError("engine.override[" + std::to_string(i) + "]", unknown_name("rule", overridden[i], ids));
    }
    for (const RecipeFinding& finding : recipe_findings(spec))
        if (finding.refused && !finding.overridden)
            throw SpecError(finding.key, finding.message + ". To run it all the same: engine.override = [" +
                                             in_quotes(finding.rule) + "]");
}

}  // namespace halfstep
