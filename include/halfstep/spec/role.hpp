// A role is a place where rounding happens; docs/architecture.md has the table of what is rounded
// where. A precision preset gives every role a rounding, and a scenario may override any of them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "halfstep/format/format.hpp"

namespace halfstep {

enum class Role {
    weight,        // parameters as the forward pass reads them
    operand,       // inputs of matrix products in the forward pass, cast on entry
    grad_operand,  // the same in the backward pass
    product,       // each product inside a matrix product
    accumulator,   // each partial sum inside a matrix product or an ordered sum
    activation,    // every forward elementwise result, and what a product's sum is stored as
    fused,         // intermediates of activation functions, softmax and cross entropy
    gradient,      // every backward result
    comm,          // the uncompressed all-reduce, each partial sum; values in compressed messages
    hyper,         // lr, betas, eps: evaluated in binary64, rounded once
    update,        // every operation of the optimizer
    master,        // the weights the optimizer keeps
    exp_avg,       // first moment, also a plain momentum buffer
    exp_avg_sq,    // second moment
    worker_error,  // error feedback of the workers
    server_error,  // error feedback of the servers
    comm_scale,    // the scale that is sent with the signs
};
inline constexpr int role_count = 17;

std::string_view role_name(Role role);
std::optional<Role> find_role(std::string_view name);
std::span<const Role> all_roles();

// nullopt: not rounded again (`operand` and `grad_operand` in the plain presets).
using RoleRounding = std::optional<Rounding>;

// How the sums of the role `accumulator` are added up: those of matrix products, and ordered sums.
enum class SumOrder {
    ordered,   // term after term
    kahan,     // with a compensation that is stored and rounded like the sum (Kahan 1965): four operations a term
    pairwise,  // chunks of terms one after another, then neighbouring sums in pairs, again and again
    chunked,   // chunks of terms one after another from zero, then their sums (Wang et al. 2018, section 2.3)
    fused,     // a chunk's exact products and the sum before it, rounded once, as in a tensor core
};
struct Summation {
    SumOrder order = SumOrder::ordered;
    int chunk = 1;  // terms; of pairwise, chunked and fused
    bool operator==(const Summation&) const = default;
};
std::span<const std::string_view> sum_orders();  // names, in the order of their values
int default_chunk(SumOrder order);
inline constexpr int most_fused_terms = 256;

struct Precision {
    std::array<RoleRounding, role_count> roles;
    Summation summation = {};
    bool operator==(const Precision&) const = default;
    const RoleRounding& operator[](Role role) const { return roles[static_cast<std::size_t>(role)]; }
    RoleRounding& operator[](Role role) { return roles[static_cast<std::size_t>(role)]; }
};

struct Preset {
    std::string_view name;
    std::string_view summary;
    Precision (*make)();
};

std::span<const Preset> presets();
const Preset* find_preset(std::string_view name);

}  // namespace halfstep
