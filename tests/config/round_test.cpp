// All rounds at once: what a start says, and what the starts after the repairs say.
#include "started.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// "rule@round" of every finding, in order.
std::string rounds(const std::string& text, const StartArguments& arguments = {}) {
    std::string words;
    for (const Finding& f : check_config(read_config(text, "ds.json"), arguments).findings)
        words += (words.empty() ? "" : " ") + std::string(f.rule->id) + "@" + std::to_string(f.round);
    return words;
}

}  // namespace

TEST_CASE("one validation lists its faults in the order of the fields, unknown keys last") {
    CHECK(
        rounds(
            R"({"train_batch_size": 1, "fp16": {"zzz": 1, "min_loss_scale": 0.5, "loss_scale": -1, "enabled": 7}})") ==
        "section-value-wrong-type@1 loss-scale-invalid@1 min-loss-scale-wrong-type@1 unknown-section-key@1");
}

TEST_CASE("a fault in a later section is seen after the repair of an earlier one") {
    CHECK(rounds(R"({"train_batch_size": 0, "bf16": {"x": 1}, "fp16": {"y": 1}, "zero_optimization": {"stage": 9},
                     "gradient_allreduce_op": "avg", "communication_data_type": "fp8"})") ==
          "communication-data-type-invalid@1 allreduce-op-invalid@2 zero-stage-invalid@3 unknown-section-key@4 "
          "unknown-section-key@5 batch-size-not-positive@6");
}

TEST_CASE("a window of 0 hides a floor of 0") {
    CHECK(
        rounds(R"({"train_batch_size": 1, "fp16": {"enabled": true, "loss_scale_window": 0, "min_loss_scale": 0}})") ==
        "loss-scale-window-not-positive@1 min-loss-scale-not-positive@2");
}

TEST_CASE("a repaired static scale brings up what only a dynamic one is asked for") {
    CHECK(rounds(R"({"train_batch_size": 1, "optimizer": {"type": "Lamb"},
                     "fp16": {"enabled": true, "loss_scale": 128, "loss_scale_window": 0}})") ==
          "lamb-static-loss-scale@1 loss-scale-window-not-positive@2");
}

TEST_CASE("warnings that come before an error belong to its round and are not said twice") {
    CHECK(rounds(R"({"train_batch_size": 1, "zero_optimization": true, "fp16": {"enabled": true},
                     "optimizer": {"type": "OneBitAdam", "params": {"max_grad_norm": 1.0}}})") ==
          "zero-bool-format@1 max-grad-norm-fp16@1 max-grad-norm-in-params@1 onebit-with-zero@2");
}

TEST_CASE("keys that stand twice are reported object by object, then the file is read on") {
    const std::string text = R"({"train_batch_size": 1, "fp16": {"enabled": true, "enabled": false},
                                 "optimizer": {"type": "OneBitAdam"}, "train_batch_size": 2})";
    CHECK(rounds(text) == "duplicate-key@1 duplicate-key@2 onebit-not-fp16@3");
    CHECK(report_of(text)["resolved"] == nullptr);
}

TEST_CASE("an overridden rule is reported and does not stop the start") {
    StartArguments arguments;
    arguments.overridden = {"lamb-static-loss-scale"};
    const std::string text =
        R"({"train_batch_size": 4, "optimizer": {"type": "OneBitLamb"}, "fp16": {"enabled": true, "loss_scale": 64}})";
    const ConfigReport report = check_config(read_config(text, "ds.json"), arguments);
    REQUIRE(report.findings.size() == 1);
    REQUIRE(report.resolved);
    CHECK_FALSE(report.resolved->partial);
    CHECK(report.resolved->loss_scaler.kind == "static");
    CHECK(report.resolved->loss_scaler.initial_scale == 64.0);
    CHECK(report.repairs.empty());
}

TEST_CASE("the world size is what the batch numbers ask for unless it is given") {
    const std::string text =
        R"({"train_batch_size": 32, "train_micro_batch_size_per_gpu": 4, "gradient_accumulation_steps": 2})";
    CHECK(check_config(read_config(text, "ds.json")).world_size == 4);
    CHECK_FALSE(check_config(read_config(text, "ds.json")).has_error());
    StartArguments two;
    two.world_size = 2;
    CHECK(check_config(read_config(text, "ds.json"), two).has_error());
    CHECK(check_config(read_config(R"({"train_batch_size": 32})", "ds.json")).world_size == 1);
}

TEST_CASE("a finding points to its key, or to the nearest thing that is written") {
    const ConfigFile file = read_config(
        "{\n  \"train_batch_size\": 4,\n  \"optimizer\": {\"type\": \"OneBitAdam\"},\n"
        "  \"fp16\": {\n    \"loss_scale\": -1\n  }\n}\n",
        "ds.json");
    const ConfigReport report = check_config(file);
    REQUIRE(report.findings.size() == 2);
    CHECK(report.findings[0].place == ConfigPlace{5, 5});   // fp16.loss_scale
    CHECK(report.findings[1].place == ConfigPlace{3, 17});  // fp16.enabled is not written: optimizer.type
}
