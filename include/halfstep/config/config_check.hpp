// What DeepSpeed would say to a configuration. DeepSpeed stops at its first exception, so later
// faults are found by repairing the reported one and starting again: round 1 is what the first start
// says, round 2 what the start after the repair says, and so on. All rounds are reported.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/config/config_file.hpp"
#include "halfstep/config/rule.hpp"

namespace halfstep {

// What the training program gives, beside the file.
struct StartArguments {
    int world_size = 0;                   // ranks; 0: what the batch numbers of the file ask for, otherwise 1
    std::string client_optimizer;         // class of an optimizer object made by the program ("SGD"); empty: none
    std::string client_scheduler;         // class of a scheduler object made by the program; empty: none
    bool apex = true;                     // apex can be imported
    std::vector<std::string> overridden;  // rules that do not stop the start
};

struct Finding {
    const Rule* rule = nullptr;
    std::string key;    // "fp16.loss_scale"
    std::string found;  // "found 128"
    ConfigPlace place;  // of the key, or of the nearest thing that is written
    int round = 1;
    std::vector<std::string> after_repair_of;  // rules whose repair brought it up

    std::string message() const;  // found, what DeepSpeed does, what it means
};

struct LossScalerState {
    std::string kind = "none";  // none, static, dynamic-stage0 (no hysteresis), dynamic-hysteresis, apex
    double initial_scale = 1.0;
    std::optional<double> window, hysteresis, min_scale;
    std::optional<bool> consecutive_hysteresis;
    ConfigNode options;  // apex: the amp section without `enabled`
};

// The state after a start. What stands before `partial` is there when the file was understood; the
// rest when everything came up.
struct StartedState {
    ConfigNode train_batch_size, micro_batch, gradient_accumulation_steps;
    ConfigNode gradient_clipping, prescale_gradients, gradient_predivide_factor;
    std::string gradient_allreduce_op = "mean";
    int zero_stage = 0;
    bool partial = false;
    std::string optimizer_name;  // as DeepSpeed spells it inside ("onebitadam"); empty: none
    std::string optimizer;       // the class that comes up ("OnebitAdam"); empty: none
    bool from_file = true;       // built from the file, not given by the program
    std::string model_dtype, communication_data_type;
    std::string
        wrapper;  // none, fp16-fused, fp16-unfused, bf16-fused, bf16-unfused, bf16-optimizer, zero-1 ..., apex-amp
    LossScalerState loss_scaler;
};

struct ConfigRepair {
    std::string path;
    ConfigNode value;
    bool removes = false;  // the key is removed instead
};

struct ConfigReport {
    std::vector<Finding> findings;  // by round, in each as DeepSpeed meets them
    std::vector<Finding> silent;
    std::optional<StartedState> resolved;  // nullopt: the configuration object was not completed
    std::vector<ConfigRepair> repairs;     // of the rounds
    std::optional<StartedState> after_repairs;
    ConfigNode repaired;  // the configuration after them
    int world_size = 1;
    bool world_size_given = false;

    bool has_error() const;
    std::size_t count(Severity severity) const;
};

ConfigReport check_config(const ConfigFile& file, const StartArguments& arguments = {});

// {"findings": [{"rule", "severity", "key", "message", ...}], "accepted_silently": [...],
//  "resolved": {...} or null, "after_repairs": {"changes", "resolved"}}
nlohmann::ordered_json to_json(const ConfigReport& report);

}  // namespace halfstep
