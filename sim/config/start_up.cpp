#include "start_up.hpp"

#include <algorithm>
#include <cmath>

#include "optimizer_classes.hpp"
#include "python_value.hpp"

namespace halfstep {
namespace {

const char* bf16_place(const ConfigNode& root) {
    const ConfigNode* bf16 = root.find("bf16");
    return (bf16 && !bf16->null()) || !root.find("bfloat16") ? "bf16" : "bfloat16";
}

int zero_stage(const ConfigNode& root, const SectionView& zero) {
    const ConfigNode* node = root.find("zero_optimization");
    if (const bool* on = node ? std::get_if<bool>(&node->data) : nullptr) return *on ? 1 : 0;
    const double stage = zero.integer("stage", 0);
    return stage >= 0 && stage <= 3 ? static_cast<int>(stage) : 0;
}

// A given number; null counts as not given.
std::optional<double> given(const ConfigNode& root, const char* key, bool& whole) {
    const ConfigNode* node = root.find(key);
    const auto x = node ? arithmetic(*node) : std::nullopt;
    if (x) whole = whole && is_integer(*node);
    return x;
}

BatchNumbers derive_batch(const ConfigNode& root, double ranks) {
    BatchNumbers b;
    b.total = given(root, "train_batch_size", b.whole);
    b.micro = given(root, "train_micro_batch_size_per_gpu", b.whole);
    b.accumulation = given(root, "gradient_accumulation_steps", b.whole);
    if (b.total && b.micro && b.accumulation) return b;
    if (b.total && b.micro) {
        if (*b.micro == 0)
            b.zero_divisor = "train_micro_batch_size_per_gpu";
        else
            b.accumulation = floor_divide(floor_divide(*b.total, *b.micro), ranks);
    } else if (b.total && b.accumulation) {
        if (*b.accumulation == 0)
            b.zero_divisor = "gradient_accumulation_steps";
        else
            b.micro = floor_divide(floor_divide(*b.total, ranks), *b.accumulation);
    } else if (b.micro && b.accumulation) {
        b.total = *b.micro * *b.accumulation * ranks;
    } else if (b.total) {
        b.accumulation = 1;
        b.micro = floor_divide(*b.total, ranks);
    } else if (b.micro) {
        b.total = *b.micro * ranks;
        b.accumulation = 1;
    }
    return b;
}

// The ranks among which the data are shared: sequence parallelism takes some away.
double data_parallel_ranks(const ConfigNode& root, int world_size) {
    const ConfigNode* node = root.find("sequence_parallel_size");
    const auto size = node ? arithmetic(*node) : std::nullopt;
    return size && *size >= 1 ? world_size / *size : world_size;
}

ConfigNode number_node(double x, bool whole) {
    if (whole && std::fabs(x) < 9e15) return {static_cast<std::int64_t>(x), {}};
    return {x, {}};
}

ConfigNode written_or(const ConfigNode& root, const char* key, ConfigNode otherwise) {
    const ConfigNode* node = root.find(key);
    return node ? *node : otherwise;
}

std::string wrapper_of(const StartUp& start) {
    if (start.stage > 0) return start.bf16_optimizer() ? "bf16-optimizer" : "zero-" + std::to_string(start.stage);
    if (!start.has_optimizer()) return start.bf16_on ? "bf16-optimizer" : "none";
    if (start.amp_on()) return "apex-amp";
    if (!start.fp16_on && !start.bf16_on) return "none";
    const std::string name = start.arguments.client_optimizer.empty() ? start.config_optimizer() : "";
    const bool fused = start.optimizer_class() == "FusedAdam" || name == "onebitadam" || name == "zerooneadam";
    return std::string(start.fp16_on ? "fp16" : "bf16") + (fused ? "-fused" : "-unfused");
}

LossScalerState loss_scaler_of(const StartUp& start, const std::string& wrapper) {
    LossScalerState s;
    if (wrapper == "apex-amp") {
        s.kind = "apex";
        s.options = *start.root.find("amp");
        s.options.remove("enabled");
        return s;
    }
    // Without an optimizer nothing scales; ZeRO 3 has no optimizer of its own then either.
    if (!start.fp16_on || !start.has_optimizer()) return s;
    if (!start.dynamic_scale()) {
        s.kind = "static";
        s.initial_scale = start.fp16.number("loss_scale", 0);
        return s;
    }
    s.kind = start.stage == 0 ? "dynamic-stage0" : "dynamic-hysteresis";
    s.initial_scale = std::exp2(start.fp16.integer("initial_scale_power", 16));
    s.window = start.fp16.integer("loss_scale_window", 1000);
    s.min_scale = start.fp16.integer("min_loss_scale", 1);
    if (start.stage > 0) {
        s.hysteresis = start.fp16.integer("hysteresis", 2);
        s.consecutive_hysteresis = start.fp16.boolean("consecutive_hysteresis", false);
    }
    return s;
}

}  // namespace

StartUp::StartUp(const ConfigNode& node, const StartArguments& given_arguments)
    : root(node),
      arguments(given_arguments),
      bf16_path(bf16_place(node)),
      fp16(node.find("fp16"), fp16_section()),
      bf16(node.find(bf16_path), bf16_section()),
      zero(node.find("zero_optimization"), zero_section()),
      fp16_on(fp16.boolean("enabled", false)),
      bf16_on(bf16.boolean("enabled", false)),
      stage(zero_stage(node, zero)),
      ranks(data_parallel_ranks(node, given_arguments.world_size)),
      batch(derive_batch(node, ranks)) {}

bool StartUp::flag(std::string_view key, bool otherwise) const {
    const ConfigNode* node = root.find(key);
    return node ? truthy(*node) : otherwise;
}

bool StartUp::amp_on() const {
    const ConfigNode* enabled = root.at("amp.enabled");
    return enabled && truthy(*enabled);
}

std::string StartUp::allreduce_op() const {
    const ConfigNode* node = root.find("gradient_allreduce_op");
    return node && node->text() && lower(*node->text()) == "sum" ? "sum" : "mean";
}

std::string StartUp::model_dtype() const {
    return fp16_on ? "float16" : bf16_on ? "bfloat16" : "float32";
}

std::string StartUp::accumulation_dtype() const {
    const ConfigNode* node = root.at("data_types.grad_accum_dtype");
    return node && !node->null() ? dtype_name(*node) : model_dtype();
}

std::string StartUp::config_optimizer() const {
    const ConfigNode* type = root.at("optimizer.type");
    if (!type || !type->text()) return {};
    const auto own = deepspeed_optimizers();
    std::string name = lower(*type->text());
    return std::find(own.begin(), own.end(), name) != own.end() ? name : *type->text();
}

bool StartUp::one_bit() const {
    const std::string name = config_optimizer();
    return builds_optimizer() && (name == "onebitadam" || name == "zerooneadam" || name == "onebitlamb");
}

const ConfigNode* StartUp::optimizer_parameters() const {
    const ConfigNode* params = config_optimizer().empty() ? nullptr : root.at("optimizer.params");
    return params && params->object() ? params : nullptr;
}

bool StartUp::offloads_to_cpu() const {
    const ConfigNode* offload = zero.written("offload_optimizer");
    const ConfigNode* device = offload ? offload->find("device") : nullptr;
    return (device && device->text() && *device->text() == "cpu") || zero.boolean("cpu_offload", false);
}

bool StartUp::uses_cpu_optimizer() const {
    const ConfigNode* offload = zero.written("offload_optimizer");
    const ConfigNode* device = offload ? offload->find("device") : nullptr;
    return offloads_to_cpu() || (device && device->text() && *device->text() == "nvme");
}

bool StartUp::bf16_optimizer() const {
    return stage == 1 && model_dtype() == "bfloat16" && accumulation_dtype() == "float32" && !offloads_to_cpu() &&
           has_optimizer();
}

std::string StartUp::optimizer_class() const {
    if (!arguments.client_optimizer.empty()) return arguments.client_optimizer;
    const std::string name = config_optimizer();
    const auto parameter = [&](const char* key, bool otherwise) {
        const ConfigNode* params = optimizer_parameters();
        const ConfigNode* node = params ? params->find(key) : nullptr;
        return node ? truthy(*node) : otherwise;
    };
    const bool cpu = uses_cpu_optimizer();
    if (name == "adam" || name == "adamw") {
        const bool decoupled = name == "adamw" || parameter("adam_w_mode", true);
        if (parameter("torch_adam", false)) return decoupled ? "AdamW" : "Adam";
        if (!cpu) return "FusedAdam";
        const ConfigNode* zenflow = zero.written("zenflow");
        return zenflow && zenflow->object() ? "ZenFlowCPUAdam" : "DeepSpeedCPUAdam";
    }
    if (name == "adagrad") return cpu ? "DeepSpeedCPUAdagrad" : "Adagrad";
    if (name == "lion") return cpu ? "DeepSpeedCPULion" : "FusedLion";
    if (name == "lamb") return "FusedLamb";
    if (name == "onebitadam") return "OnebitAdam";
    if (name == "zerooneadam") return "ZeroOneAdam";
    if (name == "onebitlamb") return "OnebitLamb";
    if (name == "muon") return "MuonWithAuxAdam";
    // mup's functions return torch's classes.
    if (name == "muadam") return "Adam";
    if (name == "muadamw") return "AdamW";
    if (name == "musgd") return "SGD";
    return name;
}

std::string dtype_name(const ConfigNode& node) {
    if (!node.text()) return {};
    struct Names {
        const char* name;
        std::vector<std::string> spellings;
    };
    static const std::vector<Names> table = {{"float16", {"torch.float16", "fp16", "float16", "half"}},
                                             {"float32", {"torch.float32", "fp32", "float32", "float"}},
                                             {"int8", {"torch.int8", "int8"}},
                                             {"bfloat16", {"torch.bfloat16", "bf16", "bfloat16"}}};
    for (const Names& row : table)
        for (const std::string& spelling : row.spellings)
            if (*node.text() == spelling) return row.name;
    return {};
}

StartedState started_state(const StartUp& start, bool partial) {
    StartedState s;
    const BatchNumbers& b = start.batch;
    s.train_batch_size = number_node(b.total.value_or(0), b.whole);
    s.micro_batch = number_node(b.micro.value_or(0), b.whole);
    s.gradient_accumulation_steps = number_node(b.accumulation.value_or(0), b.whole);
    s.gradient_clipping = written_or(start.root, "gradient_clipping", {1.0, {}});
    s.prescale_gradients = written_or(start.root, "prescale_gradients", {false, {}});
    s.gradient_predivide_factor = written_or(start.root, "gradient_predivide_factor", {1.0, {}});
    s.gradient_allreduce_op = start.allreduce_op();
    s.zero_stage = start.stage;
    s.partial = partial;
    s.optimizer_name = start.config_optimizer();
    s.optimizer = start.optimizer_class();
    s.from_file = start.arguments.client_optimizer.empty();
    s.model_dtype = start.model_dtype();
    s.communication_data_type = s.model_dtype;
    if (const ConfigNode* type = start.written("communication_data_type"); type && type->text()) {
        const std::string name = dtype_name({lower(*type->text()), {}});
        if (!name.empty()) s.communication_data_type = name;
    }
    s.wrapper = wrapper_of(start);
    s.loss_scaler = loss_scaler_of(start, s.wrapper);
    return s;
}

}  // namespace halfstep
