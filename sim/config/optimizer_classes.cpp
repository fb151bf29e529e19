#include "optimizer_classes.hpp"

#include <algorithm>
#include <array>

namespace halfstep {
namespace {

struct Row {
    const char* name;
    bool amsgrad_raises;
    bool tested;
    std::vector<std::string> parameters;  // empty: not checked
};

const std::vector<Row>& rows() {
    static const std::vector<Row> table = {
        {"FusedAdam",
         true,
         true,
         {"lr", "bias_correction", "betas", "eps", "adam_w_mode", "weight_decay", "amsgrad", "set_grad_none"}},
        {"FusedLamb",
         true,
         false,
         {"lr", "bias_correction", "betas", "eps", "eps_inside_sqrt", "weight_decay", "max_grad_norm", "max_coeff",
          "min_coeff", "amsgrad"}},
        {"OnebitAdam",
         true,
         false,
         {"lr", "freeze_step", "bias_correction", "betas", "eps", "eps_inside_sqrt", "weight_decay", "max_grad_norm",
          "amsgrad", "cuda_aware", "comm_backend_name"}},
        {"ZeroOneAdam",
         true,
         false,
         {"lr", "bias_correction", "betas", "eps", "eps_inside_sqrt", "weight_decay", "max_grad_norm",
          "var_freeze_step", "var_update_scaler", "local_step_scaler", "local_step_clipper", "amsgrad", "cuda_aware",
          "comm_backend_name"}},
        {"OnebitLamb",
         true,
         false,
         {"lr", "freeze_step", "bias_correction", "betas", "eps", "eps_inside_sqrt", "weight_decay", "max_grad_norm",
          "max_coeff", "min_coeff", "amsgrad", "cuda_aware", "comm_backend_name", "coeff_beta", "factor_max",
          "factor_min", "factor_threshold"}},
        {"DeepSpeedCPUAdam",
         false,
         true,
         {"lr", "bias_correction", "betas", "eps", "weight_decay", "amsgrad", "adam_w_mode", "fp32_optimizer_states"}},
        {"ZenFlowCPUAdam",
         false,
         true,
         {"lr", "bias_correction", "betas", "eps", "weight_decay", "amsgrad", "adam_w_mode", "fp32_optimizer_states"}},
        {"DeepSpeedCPUAdagrad", false, true, {"lr", "eps", "weight_decay", "amsgrad", "fp32_optimizer_states"}},
        {"FusedLion", false, true, {"lr", "betas", "weight_decay", "set_grad_none"}},
        {"DeepSpeedCPULion", false, true, {"lr", "betas", "weight_decay", "fp32_optimizer_states"}},
        {"MuonWithAuxAdam", false, true, {}},  // picks the keys it knows
        {"Adam",
         false,
         true,
         {"lr", "betas", "eps", "weight_decay", "amsgrad", "foreach", "maximize", "capturable", "differentiable",
          "fused"}},
        {"AdamW",
         false,
         true,
         {"lr", "betas", "eps", "weight_decay", "amsgrad", "foreach", "maximize", "capturable", "differentiable",
          "fused"}},
        {"Adagrad",
         false,
         true,
         {"lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps", "foreach", "maximize",
          "differentiable"}},
        {"SGD",
         false,
         false,
         {"lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize", "foreach", "differentiable"}},
        {"RMSprop",
         false,
         false,
         {"lr", "alpha", "eps", "weight_decay", "momentum", "centered", "foreach", "maximize", "differentiable"}},
        {"Adadelta", false, false, {"lr", "rho", "eps", "weight_decay", "foreach", "maximize", "differentiable"}},
        {"Adamax", false, false, {"lr", "betas", "eps", "weight_decay", "foreach", "maximize", "differentiable"}},
        {"ASGD", false, false, {"lr", "lambd", "alpha", "t0", "weight_decay", "foreach", "maximize", "differentiable"}},
        {"NAdam", false, false, {"lr", "betas", "eps", "weight_decay", "momentum_decay", "foreach", "differentiable"}},
        {"RAdam", false, false, {"lr", "betas", "eps", "weight_decay", "foreach", "differentiable"}},
        {"Rprop", false, false, {"lr", "etas", "step_sizes", "foreach", "maximize", "differentiable"}},
        {"SparseAdam", false, false, {"lr", "betas", "eps", "maximize"}},
        {"LBFGS",
         false,
         false,
         {"lr", "max_iter", "max_eval", "tolerance_grad", "tolerance_change", "history_size", "line_search_fn"}},
    };
    return table;
}

const Row* find_row(std::string_view name) {
    for (const Row& row : rows())
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace

std::span<const std::string> deepspeed_optimizers() {
    static const std::array<std::string, 12> names = {"adagrad",    "adam",       "adamw",       "lamb",
                                                      "onebitadam", "onebitlamb", "zerooneadam", "muadam",
                                                      "muadamw",    "musgd",      "lion",        "muon"};
    return names;
}

std::span<const std::string> torch_optimizers() {
    static const std::array<std::string, 13> names = {"Adam",  "AdamW",      "SGD",    "Adagrad", "RMSprop",
                                                      "NAdam", "RAdam",      "Adamax", "ASGD",    "Adadelta",
                                                      "Rprop", "SparseAdam", "LBFGS"};
    return names;
}

std::vector<std::string> constructor_parameters(std::string_view optimizer_class) {
    const Row* row = find_row(optimizer_class);
    return row ? row->parameters : std::vector<std::string>();
}

bool refuses_amsgrad(std::string_view optimizer_class) {
    const Row* row = find_row(optimizer_class);
    return row && row->amsgrad_raises;
}

bool tested_with_zero(std::string_view optimizer_class) {
    const Row* row = find_row(optimizer_class);
    return row && row->tested;
}

}  // namespace halfstep
