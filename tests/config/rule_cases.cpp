#include "rule_cases.hpp"

namespace halfstep::test {
namespace {

const std::string batch = R"("train_batch_size": 8, "gradient_clipping": 1.0)";

std::string with(const std::string& text) {
    return batch + ", " + text;
}
std::string optimizer(const std::string& type, const std::string& rest = "") {
    return with(R"("optimizer": {"type": ")" + type + R"(", "params": {"lr": 0.1}})" +
                (rest.empty() ? "" : ", " + rest));
}
std::string parameters(const std::string& type, const std::string& params, const std::string& rest = "") {
    return with(R"("optimizer": {"type": ")" + type + R"(", "params": {)" + params + "}}" +
                (rest.empty() ? "" : ", " + rest));
}
std::string fp16(const std::string& text) {
    return with(R"("fp16": {)" + text + "}");
}
std::string zero(const std::string& text, const std::string& rest = "") {
    return with(R"("zero_optimization": {)" + text + "}" + (rest.empty() ? "" : ", " + rest));
}
StartArguments ranks(int count) {
    StartArguments arguments;
    arguments.world_size = count;
    return arguments;
}
StartArguments program(const std::string& client_optimizer, const std::string& client_scheduler = "") {
    StartArguments arguments = ranks(1);
    arguments.client_optimizer = client_optimizer;
    arguments.client_scheduler = client_scheduler;
    return arguments;
}
StartArguments without_apex() {
    StartArguments arguments = ranks(1);
    arguments.apex = false;
    return arguments;
}

const std::string on = R"("fp16": {"enabled": true})", bf16_on = R"("bf16": {"enabled": true})";
const std::string amp_on = R"("amp": {"enabled": true})";

}  // namespace

const std::vector<RuleCase>& rule_cases() {
    static const std::vector<RuleCase> cases = {
        // The text.
        {"duplicate-key", "fp16.enabled", fp16(R"("enabled": true, "enabled": false)"), fp16(R"("enabled": true)")},
        {"section-value-wrong-type", "fp16.hysteresis", fp16(R"("hysteresis": 1.5)"), fp16(R"("hysteresis": "2.0")")},
        {"section-value-wrong-type", "fp16.enabled", fp16(R"("enabled": 2)"), fp16(R"("enabled": "no")")},
        {"section-value-wrong-type", "fp16", with(R"("fp16": true)"), fp16("")},
        {"section-value-wrong-type", "zero_optimization.offload_optimizer.ratio",
         zero(R"("stage": 1, "offload_optimizer": {"ratio": 0.5})"),
         zero(R"("stage": 3, "offload_optimizer": {"ratio": 0.5})")},
        {"section-value-wrong-type", "zero_optimization.cpu_offload",
         zero(R"("cpu_offload": true, "offload_optimizer": {"device": "cpu"})"), zero(R"("cpu_offload": true)")},
        {"unknown-section-key", "fp16.enable", fp16(R"("enable": true)"), fp16(R"("enabled": true)")},
        {"unknown-section-key", "zero_optimization.offload_optimizer.devise",
         zero(R"("offload_optimizer": {"devise": "cpu"})"), zero(R"("offload_optimizer": {"device": "cpu"})")},
        {"unguarded-value", "optimizer", with(R"("optimizer": "Adam")"), optimizer("Adam")},
        {"unguarded-value", "train_batch_size", R"("train_batch_size": "auto")", batch},
        {"unguarded-value", "scheduler.params", optimizer("Adam", R"("scheduler": {"type": "OneCycle"})"),
         optimizer("Adam", R"("scheduler": {"type": "OneCycle", "params": {}})")},
        {"unknown-top-level-key", "fp_16", with(R"("fp_16": {})"), with(R"("fp16": {})")},
        {"auto-value-means-default", "fp16.enabled", fp16(R"("enabled": "auto")"), fp16(R"("enabled": "off")")},
        // Batch numbers.
        {"batch-size-missing", "train_batch_size", R"("gradient_accumulation_steps": 2)",
         R"("train_micro_batch_size_per_gpu": 2)"},
        {"batch-size-not-positive", "train_batch_size", R"("train_batch_size": 0)", R"("train_batch_size": 1)"},
        {"batch-size-not-positive", "gradient_accumulation_steps",
         R"("train_batch_size": 6, "train_micro_batch_size_per_gpu": 4)",
         R"("train_batch_size": 8, "train_micro_batch_size_per_gpu": 4)", ranks(2)},
        {"batch-size-not-positive", "gradient_accumulation_steps",
         R"("train_batch_size": 6, "gradient_accumulation_steps": 0)",
         R"("train_batch_size": 6, "gradient_accumulation_steps": null)"},
        {"batch-size-inconsistent", "train_batch_size", R"("train_batch_size": 10)", R"("train_batch_size": 12)",
         ranks(4)},
        // Precision.
        {"fp16-and-bf16", "bf16.enabled", with(on + ", " + bf16_on), with(on + R"(, "bf16": {"enabled": 0})")},
        {"fp16-and-bf16", "bf16.enabled", with(on + R"(, "bfloat16": {"enabled": true})"),
         with(on + R"(, "bf16": {}, "bfloat16": {"enabled": true})")},
        {"bfloat16-alias-ignored", "bfloat16", with(R"("bf16": {}, "bfloat16": {"enabled": true})"),
         with(R"("bf16": null, "bfloat16": {"enabled": true})")},
        {"low-precision-masters-need-zero", "fp16.fp16_master_weights_and_grads",
         optimizer("Adam", R"("fp16": {"enabled": true, "fp16_master_weights_and_grads": true})"),
         optimizer("Adam", R"("fp16": {"enabled": true, "fp16_master_weights_and_grads": true},
                              "zero_optimization": {"stage": 2, "offload_optimizer": {"device": "cpu"}})")},
        {"low-precision-masters-need-zero", "fp16.fp16_master_weights_and_grads",
         optimizer("Adam", R"("fp16": {"enabled": true, "fp16_master_weights_and_grads": true},
                              "zero_optimization": {"stage": 2})"),
         optimizer("Adam", R"("fp16": {"enabled": true, "fp16_master_weights_and_grads": false},
                              "zero_optimization": {"stage": 2})")},
        {"low-precision-masters-need-zero", "bf16.bf16_optimizer_states",
         optimizer("Adam", R"("bf16": {"enabled": true, "bf16_optimizer_states": true},
                              "zero_optimization": {"stage": 1})"),
         optimizer("Adam", R"("bf16": {"enabled": true, "bf16_optimizer_states": true,
                              "bf16_master_weights_and_grads": true}, "zero_optimization": {"stage": 1})")},
        {"param-dtype-conflict", "data_types.param_dtype", with(on + R"(, "data_types": {"param_dtype": "bf16"})"),
         with(on + R"(, "data_types": {"param_dtype": "half"})")},
        {"grad-accum-dtype-mismatch", "data_types.grad_accum_dtype",
         optimizer("Adam", on + R"(, "data_types": {"grad_accum_dtype": "fp32"})"),
         optimizer("Adam", on + R"(, "data_types": {"grad_accum_dtype": "fp32"}, "zero_optimization": {"stage": 1})")},
        // amp.
        {"amp-enabled-missing", "amp.enabled", with(R"("amp": {"opt_level": "O1"})"),
         with(R"("amp": {"enabled": false})")},
        {"amp-with-zero", "amp.enabled", optimizer("Adam", amp_on + R"(, "zero_optimization": {"stage": 1})"),
         optimizer("Adam", amp_on + R"(, "zero_optimization": {"stage": 0})")},
        {"amp-grad-accum-dtype", "data_types.grad_accum_dtype",
         optimizer("Adam", amp_on + ", " + on + R"(, "data_types": {"grad_accum_dtype": "fp32"})"),
         optimizer("Adam", amp_on + R"(, "data_types": {"grad_accum_dtype": "fp32"})")},
        {"amp-with-low-precision", "amp.enabled", optimizer("Adam", amp_on + ", " + bf16_on),
         optimizer("Adam", amp_on)},
        {"amp-apex-missing", "amp.enabled", optimizer("Adam", amp_on),
         optimizer("Adam", R"("amp": {"enabled": false})"), without_apex()},
        // Loss scale.
        {"loss-scale-invalid", "fp16.loss_scale", fp16(R"("loss_scale": true)"), fp16(R"("loss_scale": "128")")},
        {"loss-scale-invalid", "fp16.loss_scale", fp16(R"("loss_scale": 1e999)"), fp16(R"("loss_scale": 1e300)")},
        {"loss-scale-invalid", "fp16.loss_scale", fp16(R"("loss_scale": NaN)"), fp16(R"("loss_scale": -0.0)")},
        {"loss-scale-invalid", "fp16.loss_scale", fp16(R"("loss_scale": null)"), fp16(R"("loss_scale": "auto")")},
        {"loss-scale-window-wrong-type", "fp16.loss_scale_window", fp16(R"("loss_scale_window": "100.0")"),
         fp16(R"("loss_scale_window": 100.0)")},
        {"min-loss-scale-wrong-type", "fp16.min_loss_scale", fp16(R"("min_loss_scale": 0.25)"),
         fp16(R"("min_loss_scale": "1")")},
        {"loss-scale-window-not-positive", "fp16.loss_scale_window", fp16(R"("enabled": true, "loss_scale_window": 0)"),
         fp16(R"("enabled": true, "loss_scale_window": 0, "loss_scale": 128)")},
        {"min-loss-scale-not-positive", "fp16.min_loss_scale", fp16(R"("enabled": true, "min_loss_scale": 0)"),
         fp16(R"("enabled": false, "min_loss_scale": 0)")},
        {"lamb-static-loss-scale", "fp16.loss_scale", optimizer("lamb", R"("fp16": {"loss_scale": 128})"),
         optimizer("OneBitAdam", R"("fp16": {"enabled": true, "loss_scale": 128})")},
        {"hysteresis-ignored-stage0", "fp16.hysteresis", fp16(R"("enabled": true, "hysteresis": 2)"),
         fp16(R"("enabled": true, "hysteresis": 2, "loss_scale": 1)")},
        {"hysteresis-ignored-stage0", "fp16.consecutive_hysteresis",
         fp16(R"("enabled": true, "consecutive_hysteresis": true)"),
         zero(R"("stage": 1)", R"("fp16": {"enabled": true, "consecutive_hysteresis": true})")},
        {"hysteresis-not-positive", "fp16.hysteresis",
         zero(R"("stage": 2)", R"("fp16": {"enabled": true, "hysteresis": 0})"),
         zero(R"("stage": 2)", R"("fp16": {"enabled": true, "hysteresis": 1})")},
        {"initial-scale-power-unchecked", "fp16.initial_scale_power",
         fp16(R"("enabled": true, "initial_scale_power": -2)"), fp16(R"("enabled": true, "initial_scale_power": 0)")},
        {"initial-scale-power-unchecked", "fp16.initial_scale_power",
         fp16(R"("enabled": true, "initial_scale_power": 4, "min_loss_scale": 32)"),
         fp16(R"("enabled": true, "initial_scale_power": 4, "min_loss_scale": 16)")},
        // Optimizer.
        {"onebit-with-zero", "zero_optimization.stage",
         optimizer("ZeroOneAdam", on + R"(, "zero_optimization": {"stage": 1}, "zero_allow_untested_optimizer": true)"),
         optimizer("ZeroOneAdam", on + R"(, "zero_optimization": {"stage": 0})")},
        {"onebit-not-fp16", "bf16.enabled", optimizer("ONEBITLAMB", bf16_on), optimizer("ONEBITLAMB", on)},
        {"onebit-not-fp16", "fp16.enabled", optimizer("OneBitAdam"), optimizer("OneBitAdam"), ranks(1), program("SGD"),
         true},
        {"optimizer-unknown", "optimizer.type", optimizer("sgd"), optimizer("SGD")},
        {"optimizer-param-unknown", "optimizer.params.freeze_step", parameters("Adam", R"("freeze_step": 2)"),
         parameters("OneBitAdam", R"("freeze_step": 2)")},
        {"amsgrad-unsupported", "optimizer.params.amsgrad", parameters("Adam", R"("amsgrad": true)"),
         parameters("Adam", R"("amsgrad": true, "torch_adam": true)")},
        {"max-grad-norm-in-params", "optimizer.params.max_grad_norm", parameters("Adam", R"("max_grad_norm": 0)"),
         parameters("Adam", R"("max_grad_norm": 0)"), ranks(1), program("Adam"), true},
        {"max-grad-norm-not-fp16", "optimizer.params.max_grad_norm",
         parameters("Adam", R"("max_grad_norm": 1)", bf16_on), parameters("Adam", R"("max_grad_norm": 0)", bf16_on),
         program("Adam")},
        {"max-grad-norm-fp16", "optimizer.params.max_grad_norm", parameters("Adam", R"("max_grad_norm": 0.5)", on),
         parameters("Adam", R"("max_grad_norm": 0)", on), program("Adam")},
        {"client-optimizer-overrides-config", "optimizer.type", optimizer("OneBitAdam"), batch, program("SGD")},
        // Gradients.
        {"communication-data-type-invalid", "communication_data_type", with(R"("communication_data_type": "fp64")"),
         with(R"("communication_data_type": "BF16")")},
        {"communication-data-type-invalid", "communication_data_type", with(R"("communication_data_type": 16)"),
         with(R"("communication_data_type": null)")},
        {"allreduce-op-invalid", "gradient_allreduce_op", with(R"("gradient_allreduce_op": "avg")"),
         with(R"("gradient_allreduce_op": "MEAN")")},
        {"vocabulary-not-aligned", "vocabulary_size", with(R"("vocabulary_size": 30522)"),
         with(R"("vocabulary_size": 30528)")},
        {"gradient-clipping-default", "gradient_clipping", R"("train_batch_size": 8)", batch},
        // ZeRO.
        {"zero-stage-invalid", "zero_optimization.stage", zero(R"("stage": 4)"), zero(R"("stage": "3")")},
        {"zero-bool-format", "zero_optimization", with(R"("zero_optimization": false)"), zero(R"("stage": 0)")},
        {"zero-untested-optimizer", "optimizer.type", optimizer("SGD", R"("zero_optimization": true)"),
         optimizer("SGD", R"("zero_optimization": false)")},
        {"zero-untested-optimizer", "optimizer.type", zero(R"("stage": 1)"), zero(R"("stage": 1)"), program("SGD"),
         program("AdamW"), true},
        {"zero-untested-optimizer-allowed", "zero_allow_untested_optimizer",
         optimizer("Lamb", R"("zero_optimization": {"stage": 3}, "zero_allow_untested_optimizer": 1)"),
         optimizer("Adam", R"("zero_optimization": {"stage": 3}, "zero_allow_untested_optimizer": 1)")},
        {"zero-predivide-factor", "gradient_predivide_factor",
         optimizer("Adam", R"("zero_optimization": {"stage": 2}, "gradient_predivide_factor": 2.0)"),
         optimizer("Adam", R"("zero_optimization": {"stage": 2}, "gradient_predivide_factor": 2.0,
                              "gradient_allreduce_op": "sum")")},
        {"zero-prescale-gradients", "prescale_gradients",
         optimizer("Adam", R"("zero_optimization": {"stage": 3}, "prescale_gradients": true)"),
         optimizer("Adam",
                   R"("zero_optimization": {"stage": 3, "reduce_scatter": false}, "prescale_gradients": true)")},
        {"zero-needs-optimizer", "zero_optimization.stage", zero(R"("stage": 2)"), zero(R"("stage": 3)")},
        {"allreduce-sum-zero3", "gradient_allreduce_op", zero(R"("stage": 3)", R"("gradient_allreduce_op": "sum")"),
         zero(R"("stage": 0)", R"("gradient_allreduce_op": "sum")")},
        // Schedule.
        {"client-scheduler-without-optimizer", "client_scheduler", batch, batch, program("", "StepLR"),
         program("SGD", "StepLR"), true},
        {"client-scheduler-without-optimizer", "client_scheduler", batch, batch, program("", "LambdaLR"),
         program("", "callable"), true},
        {"unmanaged-accumulation", "managed_gradient_accumulation",
         optimizer("Adam", R"("managed_gradient_accumulation": false, "zero_optimization": {"overlap_comm": true})"),
         optimizer(
             "Adam",
             R"("managed_gradient_accumulation": false, "zero_optimization": {"overlap_comm": true, "stage": 2})")},
        {"scheduler-unknown", "scheduler.type", optimizer("Adam", R"("scheduler": {"type": "warmuplr", "params": {}})"),
         optimizer("Adam", R"("scheduler": {"type": "OneCycleLR", "params": {}})")},
        {"scheduler-read-before-start", "scheduler.type",
         optimizer("Adam", R"("scheduler": {"type": "WarmupDecayLR", "params": {}})"),
         optimizer("Adam", R"("scheduler": {"type": "LRRangeTest", "params": {}})")},
    };
    return cases;
}

}  // namespace halfstep::test
