// The optimizer: its name, its parameters, and what the 1-bit optimizers demand.
#include <algorithm>

#include "../optimizer_classes.hpp"
#include "../python_value.hpp"
#include "checks.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr const char* norm_key = "optimizer.params.max_grad_norm";

constexpr Rule rows[] = {
    {"onebit-with-zero", Severity::error, "zero_optimization.stage",
     "OneBitAdam, ZeroOneAdam or OneBitLamb built from the file at ZeRO stage 1 or above; "
     "zero_allow_untested_optimizer changes nothing",
     "stops with an AssertionError while it builds the optimizer",
     "refused; compression needs the whole momentum on every rank"},
    {"onebit-not-fp16", Severity::warning, "fp16.enabled (bf16.enabled where bf16 is on)",
     "one of the three built from the file while fp16 is off, in fp32 and bf16 alike",
     "warns on every rank, when the optimizer exists",
     "in fp32 no overflow is looked for: an infinity or NaN enters moments and error feedback for good, and the first "
     "batch is lost to initialisation; under bf16 the fused wrapper applies non-finite gradients"},
    {"optimizer-unknown", Severity::error, "optimizer.type",
     "a type that is neither one of DeepSpeed's 12 names (any case) nor a class of torch.optim (exact case: SGD works, "
     "sgd does not)",
     "stops with an AssertionError", "refused"},
    {"optimizer-param-unknown", Severity::error, "optimizer.params",
     "a parameter that the optimizer's constructor lacks", "stops with a TypeError in the constructor", "refused"},
    {"amsgrad-unsupported", Severity::error, "optimizer.params.amsgrad", "amsgrad for a 1-bit or fused optimizer",
     "stops with a RuntimeError in the constructor", "refused"},
    {"max-grad-norm-in-params", Severity::error, norm_key,
     "max_grad_norm in the parameters, whatever its value, of an optimizer built from the file",
     "stops with a ValueError while it builds the optimizer", "refused; gradient_clipping is what clips"},
    {"max-grad-norm-not-fp16", Severity::warning, norm_key,
     "max_grad_norm above 0 while fp16 is off; the section counts even when the program gives the optimizer",
     "warns on rank 0 and overwrites the value by 0",
     "the bound is lost; gradient_clipping (1.0 where it is not written) decides"},
    {"max-grad-norm-fp16", Severity::warning, norm_key, "max_grad_norm above 0 while fp16 is on",
     "says on rank 0 that the fp16 wrapper gets it", "it does not: the wrapper gets gradient_clipping"},
    {"client-optimizer-overrides-config", Severity::silent, "optimizer.type",
     "the program gives an optimizer object (--client-optimizer) and the file names one",
     "builds nothing from the optimizer section",
     "no compression although the file may name a 1-bit optimizer; torch's classes take the unfused wrapper"},
};

std::string type_text(const StartUp& start) {
    return *start.written("optimizer.type")->text();
}

}  // namespace

std::span<const Rule> optimizer_rules() {
    return rows;
}

void check_optimizer_name(const StartUp& start, Hits& hits) {
    const ConfigNode* type = start.written("optimizer.type");
    if (!start.arguments.client_optimizer.empty() || !type || !type->text()) return;
    const auto own = deepspeed_optimizers();
    const auto torch = torch_optimizers();
    const std::string name = start.config_optimizer();
    if (std::find(own.begin(), own.end(), name) != own.end()) return;
    if (std::find(torch.begin(), torch.end(), name) != torch.end()) return;
    std::vector<std::string> names = {"OneBitAdam", "OneBitLamb", "ZeroOneAdam", "Lamb", "Lion", "Muon"};
    names.insert(names.end(), torch.begin(), torch.end());
    std::string found = "found " + in_quotes(name);
    if (const auto nearest = nearest_name(name, names)) found += "; did you mean " + in_quotes(*nearest) + "?";
    hits.push_back(
        {&rule("optimizer-unknown"), "optimizer.type", found, {changed("optimizer.type", std::string("Adam"))}});
}

void check_max_grad_norm(const StartUp& start, Hits& hits) {
    const ConfigNode* params = start.config_optimizer().empty() ? nullptr : start.written("optimizer.params");
    if (!params || params->null()) return;
    if (!params->object()) {
        hits.push_back({&rule("unguarded-value"),
                        "optimizer.params",
                        "found " + describe(*params) + "; accepted: an object",
                        {removed("optimizer.params")}});
        return;
    }
    const ConfigNode* norm = params->find("max_grad_norm");
    const auto x = norm ? arithmetic(*norm) : std::nullopt;
    if (norm && !x)
        hits.push_back({&rule("unguarded-value"),
                        norm_key,
                        "found " + describe(*norm) + "; accepted: a number",
                        {removed(norm_key)}});
    if (!x || !(*x > 0)) return;
    hits.push_back(
        {&rule(start.fp16_on ? "max-grad-norm-fp16" : "max-grad-norm-not-fp16"), norm_key, "found " + describe(*norm)});
}

void check_max_grad_norm_parameter(const StartUp& start, Hits& hits) {
    const ConfigNode* params = start.optimizer_parameters();
    if (!start.builds_optimizer() || !params || !params->find("max_grad_norm")) return;
    hits.push_back({&rule("max-grad-norm-in-params"),
                    norm_key,
                    "found " + describe(*params->find("max_grad_norm")),
                    {removed(norm_key)}});
}

void check_one_bit_stage(const StartUp& start, Hits& hits) {
    if (start.one_bit() && start.stage > 0)
        hits.push_back({&rule("onebit-with-zero"),
                        "zero_optimization.stage",
                        "found " + type_text(start) + " with ZeRO stage " + std::to_string(start.stage),
                        {without_zero()}});
}

void check_constructor(const StartUp& start, Hits& hits) {
    const ConfigNode* params = start.optimizer_parameters();
    if (!start.builds_optimizer() || !params) return;
    const std::string name = start.config_optimizer();
    // DeepSpeed takes these two out before it calls the constructor.
    const bool adam = name == "adam" || name == "adamw";
    std::vector<std::string> known = constructor_parameters(start.optimizer_class());
    if (known.empty() || name.rfind("mu", 0) == 0) return;
    const std::vector<std::string> constructor = known;
    if (adam) known.insert(known.end(), {"torch_adam", "adam_w_mode"});
    known.push_back("max_grad_norm");  // has a rule of its own
    for (const ConfigMember& member : *params->object()) {
        if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
        const std::string path = "optimizer.params." + member.key;
        hits.push_back({&rule("optimizer-param-unknown"),
                        path,
                        start.optimizer_class() + ": " + unknown_name("parameter", member.key, constructor),
                        {removed(path)}});
        return;  // Python's TypeError names one
    }
}

void check_amsgrad(const StartUp& start, Hits& hits) {
    const ConfigNode* params = start.optimizer_parameters();
    const ConfigNode* amsgrad = params ? params->find("amsgrad") : nullptr;
    if (!start.builds_optimizer() || !amsgrad || !truthy(*amsgrad) || !refuses_amsgrad(start.optimizer_class())) return;
    hits.push_back({&rule("amsgrad-unsupported"),
                    "optimizer.params.amsgrad",
                    "found " + describe(*amsgrad) + " for " + start.optimizer_class(),
                    {changed("optimizer.params.amsgrad", false)}});
}

void check_one_bit_precision(const StartUp& start, Hits& hits) {
    if (!start.one_bit() || start.fp16_on) return;
    Hit hit{&rule("onebit-not-fp16"), start.bf16_on ? "bf16.enabled" : "fp16.enabled",
            "found " + type_text(start) + " in " + (start.bf16_on ? "bf16" : "fp32")};
    hit.beside = start.bf16_on ? std::string(start.bf16_path) + ".enabled" : "optimizer.type";
    hits.push_back(std::move(hit));
}

void note_client_optimizer(const StartUp& start, Hits& hits) {
    if (!start.arguments.client_optimizer.empty() && !start.config_optimizer().empty())
        hits.push_back(
            {&rule("client-optimizer-overrides-config"), "optimizer.type",
             "found " + type_text(start) + " beside the program's " + in_quotes(start.arguments.client_optimizer)});
}

}  // namespace halfstep
