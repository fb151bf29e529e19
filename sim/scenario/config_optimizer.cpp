// The optimizer section of a DeepSpeed configuration as the table [optimizer].
#include <algorithm>

#include "config_tables.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

std::string path_of(const std::string& parameter) {
    return "optimizer.params." + parameter;
}

// A switch as Python takes it: 0 and false are off.
bool is_true(const ConfigTables& t, const char* parameter, bool otherwise) {
    const ConfigNode* node = t.written(path_of(parameter));
    if (!node) return otherwise;
    if (const bool* b = std::get_if<bool>(&node->data)) return *b;
    if (const auto* i = std::get_if<std::int64_t>(&node->data)) return *i != 0;
    const double* x = std::get_if<double>(&node->data);
    return !x || *x != 0.0;
}

bool decouples_decay(const ConfigTables& t) {
    return t.state.optimizer_name == "adamw" || is_true(t, "adam_w_mode", true);
}

bool has_kind(const ConfigTables& t, const char* kind) {
    return find_kind(t.catalogue.optimizers, kind) != nullptr;
}

// Our kind for the class that DeepSpeed builds.
std::string kind_of(ConfigTables& t) {
    const std::string& built = t.state.optimizer;
    if (built == "OnebitAdam") return "onebit_adam";
    if (built == "ZeroOneAdam") return "zero_one_adam";
    if (built == "OnebitLamb") return "onebit_lamb";
    if (built == "FusedLamb") return "lamb";
    if (built == "SGD") return is_true(t, "momentum", false) ? "momentum" : "sgd";
    const bool fused = built == "FusedAdam" || built == "DeepSpeedCPUAdam" || built == "ZenFlowCPUAdam";
    if (!fused && built != "Adam" && built != "AdamW")
        t.fail("optimizer.type", (built.empty() ? "no optimizer comes up" : built + " comes up") +
                                     ", which is not simulated; accepted: Adam, AdamW, OneBitAdam, ZeroOneAdam, "
                                     "OneBitLamb, Lamb, SGD");
    const bool decoupled = fused ? decouples_decay(t) : built == "AdamW";
    if (fused && has_kind(t, "fused_adam")) return "fused_adam";
    if (fused)
        t.note("optimizer.type", built + " folds its constants in another order than " +
                                     (decoupled ? "adamw" : "adam") + " here, so last bits differ");
    return decoupled ? "adamw" : "adam";
}

// Parameters without any effect on the numbers, or already looked at.
bool has_no_effect(const std::string& kind, const std::string& name) {
    static const std::vector<std::string> anywhere = {
        "cuda_aware",           "comm_backend_name", "max_grad_norm", "set_grad_none", "torch_adam",
        "adam_w_mode",          "foreach",           "fused",         "capturable",    "differentiable",
        "fp32_optimizer_states"};
    if (std::find(anywhere.begin(), anywhere.end(), name) != anywhere.end()) return true;
    // The 1-bit optimizers take these and read neither.
    const bool one_bit = kind == "onebit_adam" || kind == "zero_one_adam" || kind == "onebit_lamb";
    return one_bit && (name == "bias_correction" || name == "eps_inside_sqrt");
}

void translate_betas(ConfigTables& t, const ConfigNode& betas) {
    const auto* list = betas.list();
    if (!list || list->size() != 2)
        t.fail(path_of("betas"), "found " + describe(betas) + "; accepted: a list of two numbers");
    const char* names[] = {"optimizer.beta1", "optimizer.beta2"};
    for (std::size_t i = 0; i < 2; ++i) {
        Tree value = to_tree((*list)[i]);
        value.place = t.place(path_of("betas"));
        t.put_tree(names[i], std::move(value));
    }
}

// Where a parameter that is not written has another default than ours.
void put_defaults(ConfigTables& t, const KindSchema& schema) {
    const auto put = [&](const char* name, double value) {
        if (find_parameter(schema, name)) t.put("optimizer." + std::string(name), value, "optimizer");
    };
    const std::string& built = t.state.optimizer;
    put("weight_decay", built == "AdamW" ? 0.01 : 0.0);
    if (built != "SGD") put("lr", 1e-3);
    if (find_parameter(schema, "adam_w_mode"))
        t.put("optimizer.adam_w_mode", decouples_decay(t), path_of("adam_w_mode"));
}

}  // namespace

void translate_optimizer(ConfigTables& t) {
    const std::string kind = kind_of(t);
    const KindSchema* schema = find_kind(t.catalogue.optimizers, kind);
    if (!schema) {
        std::string known;
        for (const KindSchema& one : t.catalogue.optimizers) known += (known.empty() ? "" : ", ") + one.name;
        t.fail("optimizer.type", t.state.optimizer + " is the optimizer " + in_quotes(kind) +
                                     " here, which this build does not have; it has " + known);
    }
    t.put("optimizer.kind", kind, "optimizer.type");
    // An optimizer that the program makes has the parameters that the program gives it.
    const bool from_file = t.state.from_file;
    if (!from_file)
        t.note("optimizer", "the program's " + t.state.optimizer +
                                " has this program's defaults; --set optimizer.lr=... changes them");
    const ConfigNode* params = from_file ? t.written("optimizer.params") : nullptr;
    if (params && params->object()) {
        for (const ConfigMember& member : *params->object()) {
            const std::string path = path_of(member.key);
            const Parameter* parameter = find_parameter(*schema, member.key);
            if (member.key == "betas")
                translate_betas(t, member.value);
            else if (parameter && member.key != "adam_w_mode")  // put_defaults() knows what it comes to
                t.copy("optimizer." + member.key, path, parameter);
            else if (const bool* off = std::get_if<bool>(&member.value.data);
                     !has_no_effect(kind, member.key) && !(off && !*off))
                t.note(path, "is not simulated");
        }
    }
    if (from_file) put_defaults(t, *schema);
}

}  // namespace halfstep
