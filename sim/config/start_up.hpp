// A configuration as DeepSpeed reads it: sections typed, aliases and defaults applied, batch numbers
// derived. Reading never fails; what cannot be read has its default, and the checks have said so.
#pragma once

#include <optional>
#include <string>

#include "halfstep/config/config_check.hpp"
#include "section.hpp"

namespace halfstep {

// The three batch numbers, after those that were not given have been derived.
struct BatchNumbers {
    std::optional<double> total, micro, accumulation;
    const char* zero_divisor = nullptr;  // the key whose zero ends the derivation
    bool whole = true;                   // all that were given are integers
};

struct StartUp {
    StartUp(const ConfigNode& root, const StartArguments& arguments);

    const ConfigNode& root;
    const StartArguments& arguments;
    const char* bf16_path;  // "bf16", or "bfloat16" where only that one counts
    SectionView fp16, bf16, zero;
    bool fp16_on, bf16_on;
    int stage;
    double ranks;
    BatchNumbers batch;

    const ConfigNode* written(std::string_view path) const { return root.at(path); }
    bool flag(std::string_view key, bool otherwise) const;  // an unvalidated top-level key, as `if x` takes it

    bool amp_on() const;
    bool dynamic_scale() const { return fp16.number("loss_scale", 0) == 0; }
    std::string allreduce_op() const;        // "mean" where it is not written or unreadable
    std::string model_dtype() const;         // float32, float16, bfloat16
    std::string accumulation_dtype() const;  // the model's unless written; "" for a name DeepSpeed does not know

    // The optimizer the file names, in DeepSpeed's spelling (its own names in lower case); "" for none.
    std::string config_optimizer() const;
    bool builds_optimizer() const { return arguments.client_optimizer.empty() && !config_optimizer().empty(); }
    bool has_optimizer() const { return !arguments.client_optimizer.empty() || !config_optimizer().empty(); }
    std::string optimizer_class() const;             // what comes up: "FusedAdam", "SGD", ...; "" for none
    bool one_bit() const;                            // one of the three, built from the file
    const ConfigNode* optimizer_parameters() const;  // an object or nullptr
    bool offloads_to_cpu() const;                    // offload_optimizer.device is cpu
    bool uses_cpu_optimizer() const;                 // ... or nvme
    bool bf16_optimizer() const;                     // stage 1, bf16, fp32 accumulation: BF16_Optimizer
};

// "fp16", "half", "torch.float16", ... to "float16"; "" for a name DeepSpeed does not know.
std::string dtype_name(const ConfigNode& node);

StartedState started_state(const StartUp& start, bool partial);

}  // namespace halfstep
