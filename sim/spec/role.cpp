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

const std::array<Preset, 5> all_presets = {{
    {"fp32", "everything in fp32", [] { return everywhere("fp32"); }},
    {"fp16", "weights, activations, gradients and their all-reduce in fp16; sums and optimizer in fp32 (DeepSpeed)",
     [] { return mixed("fp16"); }},
    {"bf16", "the same with bf16 in place of fp16", [] { return mixed("bf16"); }},
    {"fp16_pure", "everything in fp16, the optimizer's states too; no wider master weights",
     [] { return everywhere("fp16"); }},
    {"bf16_pure", "everything in bf16, the optimizer's states too; no wider master weights",
     [] { return everywhere("bf16"); }},
}};

}  // namespace

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
