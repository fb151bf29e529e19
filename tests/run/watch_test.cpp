// run.watch: what a formula of the states sees, when, and what it says about the run.
#include <cmath>
#include <set>

#include "halfstep/scenario/scenario.hpp"
#include "halfstep/spec/experiment.hpp"
#include "message_of.hpp"
#include "runs.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec watching(RunSpec spec, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) spec.watches.push_back({text, text});
    return spec;
}

struct Seen {
    Kept kept;
    RunSummary summary;
};
Seen run(const RunSpec& spec) {
    Seen seen;
    seen.summary = simulate(spec, 1, seen.kept);
    return seen;
}

std::string refusal(RunSpec spec, const std::string& text) {
    spec = watching(std::move(spec), {text});
    try {
        check_buildable(spec, 1);
    } catch (const SpecError& error) {
        return error.key() + ": " + error.what() + "\n" + error.excerpt();
    }
    return "accepted";
}

// Tensors w1 {2, 3}, b1 {1, 3}, w2 {3, 2}, b2 {1, 2}.
RunSpec small_network(const std::string& optimizer = "adam", int workers = 1) {
    RunSpec spec = quadratic_run(optimizer, 0.01, 4, workers);
    spec.model = chosen("model", "mlp",
                        {{"layers", {std::vector<Value>{{std::int64_t{2}}, {std::int64_t{3}}, {std::int64_t{2}}}}}});
    return spec;
}

}  // namespace

TEST_CASE("a watch sees the states after every recorded step and before any") {
    // Curvature 1 and lr 1/2 halve the only weight.
    RunSpec spec = watching(quadratic_run("sgd", 0.5, 6), {"w0[0]", "w[0] * 2 + iteration", "lr"});
    spec.record_every = 2;
    const Seen seen = run(spec);
    CHECK(seen.kept.steps == std::vector<std::int64_t>{0, 2, 4, 5});
    CHECK(seen.kept.series.at("w0[0]") == std::vector<double>{0.5, 0.125, 0.03125, 0.015625});
    CHECK(seen.kept.series.at("w[0] * 2 + iteration") == std::vector<double>{2, 3.25, 5.0625, 6.03125});
    CHECK(metric(seen.summary, "w0[0]") == 0.015625);
    CHECK(metric(seen.summary, "min(w0[0])") == 0.015625);
    CHECK(metric(seen.summary, "max(w0[0])") == 0.5);
    CHECK(metric(seen.summary, "last_change(w0[0])") == 5);
    CHECK(metric(seen.summary, "last_change(lr)") == -1);
}

TEST_CASE("the last change is the last recorded step that differs from the one before") {
    RunSpec spec = watching(quadratic_run("sgd", 0.5, 10), {"w[0] < 0.2", "w[0] - w[0]"});
    const Seen seen = run(spec);
    CHECK(metric(seen.summary, "last_change(w[0] < 0.2)") == 2);  // 1/2, 1/4, 1/8
    CHECK(metric(seen.summary, "last_change(w[0] - w[0])") == -1);
    RunSpec first = watching(quadratic_run("sgd", 0.5, 1), {"w[0]"});
    CHECK(metric(run(first).summary, "last_change(w[0])") == 0);
}

TEST_CASE("a smallest and largest value pass over NaN, which is a change like any other") {
    RunSpec spec = quadratic_run("sgd", 0.5, 4);
    spec.injections = {{2, 0, 0, std::nan("")}};
    const Seen seen = run(watching(spec, {"w[0]"}));
    CHECK(std::isnan(metric(seen.summary, "w[0]")));
    CHECK(metric(seen.summary, "min(w[0])") == 0.25);
    CHECK(metric(seen.summary, "max(w[0])") == 0.5);
    CHECK(metric(seen.summary, "last_change(w[0])") == 2);
}

TEST_CASE("a watch is computed in binary64 from the bits the run stored") {
    RunSpec spec = quadratic_run("sgd", 0.1, 3);
    spec.preset = "bf16_pure";
    spec.precision = find_preset("bf16_pure")->make();
    const Seen seen = run(watching(spec, {"w[0]", "w[0] * 0.1", "1 / w[0] + 1e-9"}));
    for (int i = 0; i < 3; ++i) {
        const double w = seen.kept.series.at("w[0]")[std::size_t(i)];
        CHECK(seen.kept.series.at("w[0] * 0.1")[std::size_t(i)] == w * 0.1);
        CHECK(seen.kept.series.at("1 / w[0] + 1e-9")[std::size_t(i)] == 1 / w + 1e-9);
    }
    CHECK(seen.kept.states.at("weight/0")[0] == metric(seen.summary, "w[0]"));
}

TEST_CASE("watching changes neither the bits of a run nor its digest") {
    const Seen plain = run(busy_run(20));
    const Seen watched = run(watching(busy_run(20), {"w1[0, 0]", "norm(exp_avg)", "worker(3, norm(worker_error))"}));
    CHECK(watched.summary.digest == plain.summary.digest);
    CHECK(watched.kept.states == plain.kept.states);
    CHECK(metric(watched.summary, "max(worker(3, norm(worker_error)))") > 0);
}

TEST_CASE("tensors have the model's names and shapes") {
    const Seen seen = run(watching(small_network(), {"w1[1, 2]", "b1[2]", "w2[2, 0]", "sum(w1 @ w2)"}));
    const std::vector<double> flat = seen.kept.states.at("weight/0");
    CHECK(metric(seen.summary, "w1[1, 2]") == flat[5]);
    CHECK(metric(seen.summary, "b1[2]") == flat[8]);
    CHECK(metric(seen.summary, "w2[2, 0]") == flat[13]);
    double sum = 0.0;
    for (std::size_t i = 0; i < 2; ++i)
        for (std::size_t j = 0; j < 2; ++j) {
            double s = 0.0;
            for (std::size_t k = 0; k < 3; ++k) s += flat[3 * i + k] * flat[9 + 2 * k + j];
            sum += s;
        }
    CHECK(metric(seen.summary, "sum(w1 @ w2)") == sum);
}

TEST_CASE("of several tensors' states the first index says which, by number or by name") {
    RunSpec spec = watching(small_network(), {"exp_avg[1][2]", "exp_avg[b1][2]", "exp_avg_sq[w2][2, 1]", "w[b2][1]"});
    const Seen seen = run(spec);
    CHECK(metric(seen.summary, "exp_avg[1][2]") == seen.kept.states.at("exp_avg[1]/0")[2]);
    CHECK(metric(seen.summary, "exp_avg[b1][2]") == seen.kept.states.at("exp_avg[1]/0")[2]);
    CHECK(metric(seen.summary, "exp_avg_sq[w2][2, 1]") == seen.kept.states.at("exp_avg_sq[2]/0")[5]);
    CHECK(metric(seen.summary, "w[b2][1]") == seen.kept.states.at("weight/0").back());
}

TEST_CASE("numbers go by the order of the groups, as the states' names do; names find the tensor's own") {
    RunSpec spec = small_network();
    spec.groups = {{{3, 2}, {}, {}, false}, {{0, 1}, {}, {}, false}};
    const Seen seen = run(watching(spec, {"exp_avg[w2][2, 1]", "exp_avg[1][2, 1]"}));
    CHECK(metric(seen.summary, "exp_avg[w2][2, 1]") == seen.kept.states.at("exp_avg[1]/0")[5]);
    CHECK(metric(seen.summary, "exp_avg[1][2, 1]") == seen.kept.states.at("exp_avg[1]/0")[5]);
}

TEST_CASE("of one tensor a state goes without an index, and its indices are elements") {
    RunSpec spec = quadratic_run("onebit_adam", 0.01, 12, 4);
    spec.model = chosen("model", "quadratic", {{"dimension", {std::int64_t{4}}}, {"noise", {1.0}}});
    spec.optimizer.set("freeze_step", {std::int64_t{2}});
    const Seen seen = run(watching(spec, {"exp_avg[3]", "exp_avg[w0][3]", "worker_error[5]",
                                          "worker(2, worker_error[5]) - worker_error[5]", "step", "loss_scale"}));
    CHECK(metric(seen.summary, "exp_avg[3]") == seen.kept.states.at("exp_avg[0]/0")[3]);
    CHECK(metric(seen.summary, "exp_avg[w0][3]") == seen.kept.states.at("exp_avg[0]/0")[3]);
    const double mine = seen.kept.states.at("worker_error[0]/0")[5],
                 other = seen.kept.states.at("worker_error[0]/2")[5];
    CHECK(mine != other);
    CHECK(metric(seen.summary, "worker_error[5]") == mine);
    CHECK(metric(seen.summary, "worker(2, worker_error[5]) - worker_error[5]") == other - mine);
    CHECK(metric(seen.summary, "step") == 12);
    CHECK(metric(seen.summary, "loss_scale") == 1);
}

TEST_CASE("what cannot be watched is refused at its place in the formula") {
    const RunSpec spec = small_network();
    CHECK(refusal(spec, "norm(w1").find("run.watch[0]: ") == 0);
    CHECK(refusal(spec, "norm(w3)").find("run.watch[0]: unknown name \"w3\"; did you mean \"w1\"?") == 0);
    CHECK(refusal(spec, "norm(w3)").find("\nnorm(w3)\n     ^^") != std::string::npos);
    CHECK(refusal(spec, "2 * b1")
              .find("run.watch[0]: found a vector of 3; accepted: one number, as sum(...), "
                    "norm(...) or an index give") == 0);
    CHECK(refusal(spec, "norm(exp_avg)")
              .find("run.watch[0]: there are 4 of \"exp_avg\", one a tensor; accepted: "
                    "exp_avg[0], or exp_avg[w1]") == 0);
    CHECK(
        refusal(spec, "exp_avg[4][0]").find("accepted as the first index: a tensor's name, or a number from 0 to 3") !=
        std::string::npos);
    CHECK(refusal(spec, "exp_avg[b9][0]").find("accepted as the first index") != std::string::npos);
    CHECK(refusal(spec, "exp_avg[0, 1]").find("accepted as the first index") != std::string::npos);
    CHECK(refusal(spec, "w1[2, 0]") != "accepted");
    CHECK(refusal(spec, "worker(1, b1[0])").find("found \"1\"; accepted: the number of a worker, from 0 to 0") !=
          std::string::npos);
    CHECK(refusal(spec, "worker(b1[0])").find("\"worker\" takes a worker and an expression") != std::string::npos);
    CHECK(refusal(spec, "round(b1[0], 'bf16')").find("what is watched is never rounded") != std::string::npos);
    CHECK(refusal(spec, "random()") != "accepted");
    CHECK(refusal(spec, "average(b1)[0]") != "accepted");
    CHECK(refusal(spec, "b1[0] = 2") != "accepted");
    CHECK(refusal(spec, "b1[0]") == "accepted");
}

TEST_CASE("a watch that is wrong is reported at its line and column") {
    const std::string text =
        "title = 't'\nmodel.kind = 'mlp'\noptimizer.kind = 'sgd'\nrun.watch = ['b1[0]', 'norm(w9)']\n";
    CHECK(message_of([&] {
              const Scenario scenario = load_scenario(text, "t.toml", builtin_catalogue());
              try {
                  check_buildable(scenario.experiment.runs[0], 1);
              } catch (const SpecError& error) {
                  throw scenario.explain(error, "base");
              }
          }).find("t.toml:4:29: run.watch[1]: unknown name \"w9\"") == 0);
}

TEST_CASE("every series a run records by itself is a name that no watch can take") {
    RunSpec clipped = quadratic_run("ef_signsgd", 0.1, 3);
    clipped.evaluate_every = 1;
    std::set<std::string> seen;
    for (const RunSpec& spec : {busy_run(20), clipped})
        for (const auto& [name, values] : run(spec).kept.series) seen.insert(name);
    const std::set<std::string> known(series_names().begin(), series_names().end());
    CHECK(seen == known);
}
