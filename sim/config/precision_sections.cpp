// The sections fp16 and bf16.
#include <cmath>

#include "python_value.hpp"
#include "section.hpp"

namespace halfstep {
namespace {

// 0 is the dynamic scale.
const char* refuse_loss_scale(const ConfigNode& node) {
    const auto x = std::holds_alternative<bool>(node.data) ? std::nullopt : python_float(node);
    return x && std::isfinite(*x) && *x >= 0.0 ? nullptr : "a finite number, at least 0 (0: dynamic)";
}

const char* refuse_scale_integer(const ConfigNode& node) {
    const bool accepted =
        !std::holds_alternative<bool>(node.data) && python_int_accepts(node) && read_integer(node).has_value();
    return accepted ? nullptr : "an integer";
}

constexpr Field fp16_fields[] = {
    {"enabled", refuse_boolean},
    {"auto_cast", refuse_boolean},
    {"loss_scale", refuse_loss_scale, "loss-scale-invalid"},
    {"initial_scale_power", refuse_integer},
    {"loss_scale_window", refuse_scale_integer, "loss-scale-window-wrong-type"},
    {"hysteresis", refuse_integer},
    {"consecutive_hysteresis", refuse_boolean},
    {"min_loss_scale", refuse_scale_integer, "min-loss-scale-wrong-type"},
    {"fp16_master_weights_and_grads", refuse_boolean},
};

constexpr Field bf16_fields[] = {
    {"enabled", refuse_boolean},
    {"immediate_grad_update", refuse_boolean},
    {"check_grad_overflow", refuse_boolean},
    {"bf16_master_weights_and_grads", refuse_boolean},
    {"bf16_optimizer_states", refuse_boolean},
};

}  // namespace

const Section& fp16_section() {
    static constexpr Section section{"fp16", fp16_fields};
    return section;
}

const Section& bf16_section() {
    static constexpr Section section{"bf16", bf16_fields};
    return section;
}

}  // namespace halfstep
