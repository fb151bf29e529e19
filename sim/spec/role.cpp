#include "halfstep/spec/role.hpp"

namespace halfstep {

namespace {

constexpr std::array<std::string_view, role_count> names = {
    "weight", "operand", "grad_operand", "product", "accumulator", "activation",   "fused",        "gradient",   "comm",
    "hyper",  "update",  "master",       "exp_avg", "exp_avg_sq",  "worker_error", "server_error", "comm_scale",
};

constexpr std::array<Role, role_count> roles = [] {
    std::array<Role, role_count> all{};
    for (int i = 0; i < role_count; ++i) all[static_cast<std::size_t>(i)] = static_cast<Role>(i);
    return all;
}();

// Every role rounds to the format; matrix products read their inputs as they are stored.
Precision everywhere(std::string_view format) {
    Precision precision;
    precision.roles.fill(rounding_to(format));
    precision[Role::operand] = std::nullopt;
    precision[Role::grad_operand] = std::nullopt;
    return precision;
}

// DeepSpeed's mixed precision: what the model and its gradients are stored and sent as is narrow,
// what the optimizer keeps, what sums accumulate in and what libraries fuse stays fp32.
Precision mixed(std::string_view format) {
    Precision precision = everywhere("fp32");
    for (const Role role : {Role::weight, Role::activation, Role::gradient, Role::comm})
        precision[role] = rounding_to(format);
    return precision;
}

// apex's O1: weights and everything around matrix products stay fp32, their operands and results are fp16.
Precision amp_o1() {
    Precision precision = everywhere("fp32");
    for (const Role role : {Role::operand, Role::grad_operand, Role::activation}) precision[role] = rounding_to("fp16");
    return precision;
}

// apex's O3: torch's operations on fp16 tensors, which compute, accumulate and take numbers in fp32.
Precision amp_o3() {
    Precision precision = everywhere("fp16");
    for (const Role role : {Role::product, Role::accumulator, Role::fused, Role::hyper})
        precision[role] = rounding_to("fp32");
    return precision;
}

// bf16 with matrix products of 8-bit operands: e4m3 forward, e5m2 for gradients, which saturate and are not
// scaled (Micikevicius et al. 2022, "FP8 formats for deep learning", section 3).
Precision fp8_hybrid() {
    Precision precision = mixed("bf16");
    precision[Role::operand] = rounding_to("fp8_e4m3");
    precision[Role::grad_operand] = rounding_to("fp8_e5m2");
    for (const Role role : {Role::operand, Role::grad_operand}) precision[role]->overflow = Overflow::saturate;
    return precision;
}

const std::array<Preset, 10> all_presets = {{
    {"fp32", "everything in fp32", [] { return everywhere("fp32"); }},
    {"fp16", "weights, activations, gradients and their all-reduce in fp16; sums and optimizer in fp32 (DeepSpeed)",
     [] { return mixed("fp16"); }},
    {"bf16", "the same with bf16 in place of fp16", [] { return mixed("bf16"); }},
    {"fp16_pure", "everything in fp16, the optimizer's states too; no wider master weights",
     [] { return everywhere("fp16"); }},
    {"bf16_pure", "everything in bf16, the optimizer's states too; no wider master weights",
     [] { return everywhere("bf16"); }},
    {"amp_o0", "apex amp O0: everything in fp32", [] { return everywhere("fp32"); }},
    {"amp_o1", "apex amp O1: fp32 weights and gradients, matrix products of fp16 operands with fp16 results", amp_o1},
    {"amp_o2", "apex amp O2: fp16 weights, activations and gradients, fp32 masters", [] { return mixed("fp16"); }},
    {"amp_o3", "apex amp O3: fp16 weights, gradients and optimizer; sums and numbers in fp32", amp_o3},
    {"fp8_hybrid", "bf16, with matrix products of fp8_e4m3 operands, fp8_e5m2 for gradients, which saturate",
     fp8_hybrid},
}};

}  // namespace

std::span<const std::string_view> sum_orders() {
    static constexpr std::string_view orders[] = {"ordered", "kahan", "pairwise", "chunked", "fused"};
    return orders;
}

// Chunks of 64 (Wang et al. 2018); 4 products and a sum in the first tensor cores (Fasi et al. 2021).
int default_chunk(SumOrder order) {
    return order == SumOrder::chunked ? 64 : order == SumOrder::fused ? 4 : 1;
}

std::string_view role_name(Role role) {
    return names[static_cast<std::size_t>(role)];
}

std::optional<Role> find_role(std::string_view name) {
    for (const Role role : roles)
        if (role_name(role) == name) return role;
    return std::nullopt;
}

std::span<const Role> all_roles() {
    return roles;
}

std::span<const Preset> presets() {
    return all_presets;
}

const Preset* find_preset(std::string_view name) {
    for (const Preset& preset : all_presets)
        if (preset.name == name) return &preset;
    return nullptr;
}

}  // namespace halfstep
