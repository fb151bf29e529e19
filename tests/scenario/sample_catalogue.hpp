// A catalogue of invented kinds with every type of parameter, and a scenario written for it, so
// that the parser is tested without any model or optimizer.
#pragma once

#include <string>

#include "halfstep/scenario/scenario.hpp"

namespace halfstep::test {

inline const Catalogue& sample_catalogue() {
    using enum ValueType;
    const auto whole = [](std::int64_t i) { return Value{i}; };
    static const Catalogue catalogue = [&] {
        Catalogue c;
        const KindSchema spirals{"spirals",
                                 "two arms",
                                 {{"samples", {integer}, whole(128), "", Range::at_least(1)},
                                  {"noise", {number}, Value{0.0}, "", Range::at_least(0)}}};
        c.data = {spirals, {"xor", "four corners", {{"samples", {integer}, whole(4), "", Range::at_least(1)}}}};
        const Configured own_data = configure(spirals, {{"samples", whole(512)}, {"noise", {0.5}}});
        c.models = {{"mlp",
                     "a network",
                     {{"layers", {integers}, std::nullopt, "widths", Range::at_least(1)},
                      {"activation", {text}, Value{std::string("relu")}, "", {}, {"relu", "tanh", "gelu"}},
                      {"data", {configured}, Value{own_data}, "", {}, {}, "data"}}},
                    {"quadratic",
                     "a bowl",
                     {{"curvature", {number, numbers}, Value{1.0}, "", Range::above(0)},
                      {"start", {table}, Value{}, "one row a tensor"},
                      {"noisy", {boolean}, Value{false}, ""}}}};
        const Parameter lr{"lr", {number}, std::nullopt, "step size", Range::above(0)};
        c.optimizers = {{"sgd", "plain", {lr, {"momentum", {number}, Value{0.0}, "", Range::unit_half_open()}}},
                        {"onebit_adam",
                         "compressed",
                         {lr,
                          {"beta1", {number}, Value{0.9}, "", Range::unit_half_open()},
                          {"freeze_step", {integer}, whole(100), "", Range::at_least(0)}}}};
        c.loss_scalers = {{"none", "", {}}, {"static", "", {{"scale", {number}, std::nullopt, "", Range::above(0)}}}};
        c.engines = {{"plain", "", {}}, {"deepspeed", "", {{"clip", {number}, Value{0.0}, "", Range::at_least(0)}}}};
        return c;
    }();
    return catalogue;
}

inline const std::string& sample_text() {
    static const std::string text = R"(title = "A short warm-up" # comment with é
claim = "It breaks."
source = 'DeepSpeed issue 753'
teaches = """
Two
lines."""
predict = "Which one?"

[model]
kind = "mlp"
layers = [2, 32, 32, 2]
data = { kind = "spirals", samples = 256, noise = 0.05 }

[workers]
count = 4
batch = 64

[optimizer]
kind = "onebit_adam"
lr = 1e-3
freeze_step = 3
lr_values = [0.1, 1]

[[optimizer.group]]
tensors = [0, 2]
weight_decay = 0
non_freeze = true

[[optimizer.group]]
tensors = [1]
exp_avg_mask = [1, 0]

[precision]
preset = "fp16"
exp_avg = "bf16"
operand = "none"
weight = { format = "fp8_e4m3", overflow = "saturate", subnormals = "flush" }

[loss_scale]
kind = "static"
scale = 65536

[run]
steps = 2000
seeds = [1, 2, 3]
record_every = 10
reload_at = [100, 200]

[[inject]]
step = 50
worker = 3
index = 7
value = -inf

[[variant]]
name = "sgd"
optimizer.kind = "sgd"
optimizer.momentum = 0.9
precision.preset = "fp32"

[[variant]]
name = "xor-2"
model.data = { kind = "xor" }
loss_scale.kind = "none"
run.steps = 300
inject = []

[[expect]]
metric = "min_loss_scale"
equals = 1.0

[[expect]]
run = "sgd"
metric = "final_loss"
below = { run = "base", times = 0.5 }
above = { run = "xor-2", metric = "initial_loss" }
seeds = [2]
because = "it does"

[[expect]]
metric = "max_loss"
between = [0, inf]
)";
    return text;
}

// The smallest text that is accepted, for one fault at a time.
inline std::string minimal_text(const std::string& more = {}) {
    return "title = \"t\"\nmodel = { kind = \"quadratic\" }\noptimizer = { kind = \"sgd\", lr = 1 }\n" + more;
}

inline std::string error_of(const std::string& text, const Overrides& overrides = {}) {
    try {
        load_scenario(text, "demo.toml", sample_catalogue(), overrides);
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace halfstep::test
