// The optimizer of a recording and its options, by the names of DeepSpeed's classes.
#include <algorithm>

#include "halfstep/run/catalogue.hpp"
#include "recording.hpp"

namespace halfstep {

using nlohmann::json;

namespace {

struct RecordedOptimizer {
    const char* recorded;
    const char* kind;
};
constexpr RecordedOptimizer optimizers_in_recordings[] = {{"OnebitAdam", "onebit_adam"},
                                                          {"ZeroOneAdam", "zero_one_adam"},
                                                          {"OnebitLamb", "onebit_lamb"},
                                                          {"FusedAdam", "fused_adam"},
                                                          {"FusedLamb", "lamb"}};

// Options without an effect in DeepSpeed either, where our optimizer does not have them.
constexpr std::string_view no_effect[] = {"bias_correction", "eps_inside_sqrt", "max_grad_norm",
                                          "amsgrad",         "cuda_aware",      "comm_backend_name"};

const KindSchema& kind_of(const FieldReader& read, const std::string& recorded) {
    std::string accepted;
    for (const RecordedOptimizer& o : optimizers_in_recordings) {
        if (o.recorded == recorded) return *find_kind(builtin_catalogue().optimizers, o.kind);
        accepted += std::string(accepted.empty() ? "" : ", ") + o.recorded;
    }
    read.fail("optimizer \"" + recorded + "\" is not replayed; accepted: " + accepted);
}

Value value_of(const FieldReader& read, const Parameter& parameter, const json& value) {
    const char* name = parameter.name.c_str();
    switch (parameter.accepts.front()) {
        case ValueType::boolean:
            return {read.boolean(value, name)};
        case ValueType::integer:
            return {read.integer(value, name, -most_in_recording, most_in_recording)};
        case ValueType::text:
            return {read.text(value, name)};
        default:
            return {read.number(value, name)};
    }
}

}  // namespace

Configured recorded_optimizer(const FieldReader& read, const json& root) {
    const KindSchema& kind = kind_of(read, read.text(read.at(root, "optimizer"), "optimizer"));
    const json& hyperparameters = read.at(root, "hyperparameters");
    if (!hyperparameters.is_object()) read.fail("\"hyperparameters\" is no object");
    std::vector<NamedValue> given;
    for (const auto& [key, value] : hyperparameters.items()) {
        if (key == "betas") {
            read.list(value, "betas", 2);
            given.push_back({"beta1", {read.number(value[0], "betas")}});
            given.push_back({"beta2", {read.number(value[1], "betas")}});
        } else if (const Parameter* parameter = find_parameter(kind, key)) {
            given.push_back({key, value_of(read, *parameter, value)});
        } else if (std::find(std::begin(no_effect), std::end(no_effect), key) == std::end(no_effect)) {
            read.fail("unknown hyperparameter \"" + key + "\"");
        }
    }
    return configure(kind, given);
}

}  // namespace halfstep
