// A DeepSpeed configuration as a run specification.
#include "halfstep/scenario/config_scenario.hpp"

#include "catch.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "message_of.hpp"

using namespace halfstep;

namespace {

Scenario translate(const std::string& text, const StartArguments& arguments = {}, const std::string& model = "mlp",
                   const Overrides& overrides = {}) {
    const ConfigFile file = read_config(text, "folder/ds.json");
    return load_config_scenario(file, check_config(file, arguments), builtin_catalogue(), model, overrides);
}

const std::string onebit = R"({
  "train_batch_size": 32, "train_micro_batch_size_per_gpu": 4, "gradient_accumulation_steps": 2,
  "optimizer": {"type": "OneBitAdam", "params": {"lr": 0.002, "betas": [0.8, 0.99], "eps": 1e-6,
    "weight_decay": 0.1, "freeze_step": 40.0, "cuda_aware": false, "comm_backend_name": "nccl", "bias_correction": true}},
  "fp16": {"enabled": true, "initial_scale_power": 12, "loss_scale_window": 500, "min_loss_scale": 2},
  "gradient_clipping": 0.5
})";

std::string with_optimizer(const std::string& optimizer, const std::string& rest = "") {
    return R"({"train_batch_size": 8, "optimizer": )" + optimizer + (rest.empty() ? "" : ", " + rest) + "}";
}

}  // namespace

TEST_CASE("every number of a 1-bit Adam configuration arrives in the run specification") {
    const Scenario scenario = translate(onebit);
    CHECK(scenario.experiment.name == "ds");
    REQUIRE(scenario.experiment.runs.size() == 1);
    const RunSpec& run = scenario.experiment.runs[0];
    CHECK(run.workers == 4);
    CHECK(run.batch == 8);
    CHECK(run.model.kind == "mlp");
    CHECK(run.optimizer.kind == "onebit_adam");
    CHECK(run.optimizer.number("lr") == 0.002);
    CHECK(run.optimizer.number("beta1") == 0.8);
    CHECK(run.optimizer.number("beta2") == 0.99);
    CHECK(run.optimizer.number("eps") == 1e-6);
    CHECK(run.optimizer.number("weight_decay") == 0.1);
    CHECK(run.optimizer.integer("freeze_step") == 40);
    CHECK(run.engine.kind == "deepspeed");
    CHECK(run.engine.text("wrapper") == "fp16_fused");
    CHECK(run.engine.number("gradient_clipping") == 0.5);
    CHECK(run.preset == "fp16");
    CHECK(run.loss_scale.kind == "deepspeed");
    CHECK(run.loss_scale.integer("initial_scale_power") == 12);
    CHECK(run.loss_scale.integer("window") == 500);
    CHECK(run.loss_scale.number("min_scale") == 2.0);
    CHECK(scenario.notes.size() == 1);  // accumulation is one batch
    check_buildable(run, 1);
}

TEST_CASE("what the file does not say is DeepSpeed's default and not ours") {
    const RunSpec run = translate(R"({"train_batch_size": 8, "optimizer": {"type": "AdamW"}})").experiment.runs[0];
    CHECK(run.optimizer.number("weight_decay") == 0.0);  // FusedAdam's; adamw alone has 0.01
    CHECK(run.engine.number("gradient_clipping") == 1.0);
    CHECK(run.engine.text("wrapper") == "none");
    CHECK(run.preset == "fp32");
    CHECK(run.loss_scale.kind == "none");
}

TEST_CASE("bf16 by its old name, a static scale and another type for the sum are taken over") {
    const RunSpec bf16 =
        translate(with_optimizer(R"({"type": "OneBitAdam"})",
                                 R"("bfloat16": {"enabled": true}, "communication_data_type": "fp32")"))
            .experiment.runs[0];
    CHECK(bf16.preset == "bf16");
    CHECK(bf16.engine.text("wrapper") == "bf16_fused");
    CHECK(bf16.precision[Role::comm]->format.name == "fp32");
    const RunSpec fixed =
        translate(with_optimizer(R"({"type": "OneBitAdam"})", R"("fp16": {"enabled": true, "loss_scale": 128})"))
            .experiment.runs[0];
    CHECK(fixed.loss_scale.kind == "static");
    CHECK(fixed.loss_scale.number("scale") == 128.0);
}

TEST_CASE("clipping at 0 or below is no clipping; Adam with adam_w_mode off is Adam") {
    const RunSpec run =
        translate(with_optimizer(R"({"type": "Adam", "params": {"adam_w_mode": false}})", R"("gradient_clipping": -1)"))
            .experiment.runs[0];
    CHECK(run.engine.number("gradient_clipping") == 0.0);
    CHECK((run.optimizer.kind == "adam" || run.optimizer.kind == "fused_adam"));
}

TEST_CASE("WarmupLR is a list of learning rates that begins with two steps of the lowest") {
    const std::string scheduler =
        R"("scheduler": {"type": "WarmupLR", "params": {"warmup_min_lr": 0.0, "warmup_max_lr": 0.1,
                                     "warmup_num_steps": 4, "warmup_type": ")";
    const auto values = [&](const std::string& type) {
        return translate(with_optimizer(R"({"type": "Adam"})", scheduler + type + "\"}}")).experiment.runs[0].lr_values;
    };
    CHECK(values("linear") == std::vector<double>{0.0, 0.0, 0.1 * 0.25, 0.1 * 0.5, 0.1 * 0.75, 0.1});
    const std::vector<double> log = values("log");
    REQUIRE(log.size() == 6);
    CHECK(log[1] == 0.0);
    CHECK(log[2] == 0.05);  // ln 2 / ln 4
    CHECK(log[5] == 0.1);
}

TEST_CASE("a key set on the command line changes the run, and every key knows where it was written") {
    const Scenario scenario = translate(onebit, {}, "mlp", {{"optimizer.lr=0.5", "run.steps=7"}, {}});
    CHECK(scenario.experiment.runs[0].optimizer.number("lr") == 0.5);
    CHECK(scenario.experiment.runs[0].steps == 7);
    CHECK(scenario.written("optimizer.eps", "base")->text() == "folder/ds.json:3:85");
    CHECK(scenario.written("optimizer.lr", "base")->text() == "--set optimizer.lr");
    CHECK(scenario.written("workers.batch", "base")->text() == "folder/ds.json:2:27");
}

TEST_CASE("another model is chosen by kind, and data are enough for a step") {
    CHECK(translate(onebit, {}, "quadratic").experiment.runs[0].model.kind == "quadratic");
    const std::string large =
        R"({"train_batch_size": 5000, "train_micro_batch_size_per_gpu": 2500, "optimizer": {"type": "SGD", "params": {"lr": 0.1}}})";
    const RunSpec run = translate(large).experiment.runs[0];
    CHECK(run.workers == 2);
    CHECK(run.optimizer.kind == "sgd");
    CHECK(run.model.configured("data").integer("samples") == 5000);
    check_buildable(run, 1);
    CHECK(holds(message_of([&] { translate(onebit, {}, "mpl"); }), "did you mean \"mlp\"?"));
}

TEST_CASE("what is not simulated is refused at its key") {
    const auto refusal = [](const std::string& text) { return message_of([&] { translate(text); }); };
    CHECK(holds(refusal(with_optimizer(R"({"type": "Lion"})")),
                "folder/ds.json:1:39: optimizer.type: FusedLion comes up, which is not simulated"));
    CHECK(holds(refusal(R"({"train_batch_size": 8})"), "no optimizer comes up"));
    CHECK(holds(refusal(with_optimizer(R"({"type": "Adam"})", R"("gradient_clipping": "1.0")")),
                "gradient_clipping: found \"1.0\"; accepted for a run: a number"));
    CHECK(holds(refusal(with_optimizer(R"({"type": "Adam", "params": {"lr": "auto"}})")),
                "optimizer.lr: found \"auto\"; accepted: a number"));
    CHECK(holds(refusal(with_optimizer(R"({"type": "Adam", "params": {"betas": [0.9]}})")),
                "optimizer.params.betas: found a list of 1; accepted: a list of two numbers"));
    CHECK(holds(refusal(R"({"train_micro_batch_size_per_gpu": 2.5, "optimizer": {"type": "Adam"}})"),
                "accepted: whole numbers"));
}

TEST_CASE("an optimizer kind that this build does not have is named, with those it has") {
    Catalogue catalogue = builtin_catalogue();
    std::erase_if(catalogue.optimizers, [](const KindSchema& kind) { return kind.name == "onebit_adam"; });
    const ConfigFile file = read_config(onebit, "ds.json");
    const std::string message = message_of([&] { load_config_scenario(file, check_config(file), catalogue); });
    CHECK(holds(message,
                "ds.json:3:17: optimizer.type: OnebitAdam is the optimizer \"onebit_adam\" here, which this build does "
                "not have; it has sgd"));
}

TEST_CASE("a configuration that does not start is no run unless its rule is overridden") {
    const std::string text =
        with_optimizer(R"({"type": "OneBitAdam", "params": {"max_grad_norm": 1.0}})", R"("fp16": {"enabled": true})");
    StartArguments arguments;
    arguments.overridden = {"max-grad-norm-in-params"};
    CHECK(translate(text, arguments).experiment.runs[0].optimizer.kind == "onebit_adam");
}
