// Formulas through the whole way of the data: from the file to the run, and back to the place in the
// file where one is wrong.
#include <nlohmann/json.hpp>
#include <random>

#include "catch.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "halfstep/spec/json.hpp"
#include "message_of.hpp"
#include "runs.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const std::string text = R"TOML(title = "A loss and an update in the file"
[model]
kind = "formula"
parameters = { x = [1.0, 1.0] }
loss = "0.5*abs(x[0] + x[1]) + abs(x[0] - x[1])"

[optimizer]
kind = "formula"
constants = { c1 = "1 - beta1", c2 = "1 - beta2" }
state = { m = 0, v = 0 }
update = """
m = beta1*m + c1*g
v = beta2*v + c2*g*g
w = w - lr*m/(sqrt(v) + eps)
"""
)TOML";

std::string with(const std::string& part, const std::string& other) {
    std::string changed = text;
    const std::size_t at = changed.find(part);
    REQUIRE(at != std::string::npos);
    return changed.replace(at, part.size(), other);
}

// What `halfstep check` does with the text.
std::string error_of(const std::string& scenario) {
    try {
        const Scenario s = load_scenario(scenario, "demo.toml", builtin_catalogue());
        for (const RunSpec& run : s.experiment.runs) {
            try {
                check_buildable(run, 1);
            } catch (const SpecError& e) {
                throw s.explain(e, run.run);
            }
        }
    } catch (const ScenarioError& e) {
        return e.what();
    }
    return "accepted";
}

RunSummary run_of(const RunSpec& spec) {
    Kept sink;
    return simulate(spec, 1, sink);
}

}  // namespace

TEST_CASE("a loss and an update rule written in the file are run") {
    RunSpec spec = parse_scenario(text, "demo.toml", builtin_catalogue()).runs[0];
    spec.steps = 200;
    const RunSummary a = run_of(spec);
    CHECK(metric(a, "initial_loss") == 1.0);
    CHECK(metric(a, "final_loss") < 0.9);
    // Complete in JSON, so that a manifest repeats the run.
    const RunSpec again = run_spec_from_json(nlohmann::ordered_json::parse(to_json(spec).dump()));
    CHECK(again == spec);
    CHECK(run_of(again).digest == a.digest);
}

TEST_CASE("mistakes in formulas are reported at their place in the file, with the line and a mark") {
    CHECK(error_of(text) == "accepted");
    CHECK(
        error_of(with("m = beta1", "m = bta1")) ==
        "demo.toml:12:5: optimizer.update: unknown name \"bta1\"; did you mean \"beta1\"? Accepted: beta1, beta2, c1, "
        "c2, eps, g, g_local, lr, m, momentum, t, v, w, weight_decay, workers\n"
        "  m = bta1*m + c1*g\n"
        "      ^^^^");
    CHECK(error_of(with("abs(x[0] - x[1])", "x + [1, 2, 3]")) ==
          "demo.toml:5:34: model.loss: \"+\": the shapes do not fit: a vector of 2 and a vector of 3\n"
          "  0.5*abs(x[0] + x[1]) + x + [1, 2, 3]\n"
          "                           ^");
    CHECK(error_of(with("\"1 - beta1\", c2 = \"1 - beta2\"", "\"1 - c2\", c2 = \"1 - c1\"")) ==
          "demo.toml:9:25: optimizer.constants.c1: \"c1\" depends on itself: c1 -> c2 -> c1\n"
          "  1 - c2\n"
          "      ^^");
    CHECK(error_of(with("w = w - lr", "u = w - lr"))
              .starts_with("demo.toml:12:1: optimizer.update: the update never assigns w"));
    CHECK(error_of(with("(sqrt(v) + eps)", "(sqrt(v) + eps")) ==
          "demo.toml:14:14: optimizer.update: \"(\" is not closed\n"
          "  w = w - lr*m/(sqrt(v) + eps\n"
          "               ^");
    CHECK(error_of(with("m = 0", "lr = 0")) ==
          "demo.toml:10:16: optimizer.state.lr: \"lr\" already means something in this formula; choose another name");
    CHECK(error_of(with("v = 0", "v = { init = 0, role = \"exp_avg_qs\" }"))
              .starts_with("demo.toml:10:41: optimizer.state.v.role: unknown role \"exp_avg_qs\"; did you mean "
                           "\"exp_avg_sq\"?"));
    CHECK(error_of(with("x = [1.0, 1.0]", "x = [[1.0], [1.0, 2.0]]"))
              .starts_with("demo.toml:4:20: model.parameters.x: row 1 has 2 values, the first has 1"));
    CHECK(error_of(text + "[[variant]]\nname = \"v\"\noptimizer.update = \"w = w - lr*q\"\n") ==
          "demo.toml:18:32: optimizer.update: unknown name \"q\". Accepted: beta1, beta2, c1, c2, eps, g, g_local, lr, "
          "m, "
          "momentum, t, v, w, weight_decay, workers (in variant \"v\")\n"
          "  w = w - lr*q\n"
          "             ^");
}

TEST_CASE("an update says why it cannot be run") {
    const auto update = [&](const std::string& statements, const std::string& workers = "") {
        return error_of(with("m = beta1*m + c1*g\nv = beta2*v + c2*g*g\nw = w - lr*m/(sqrt(v) + eps)", statements) +
                        workers);
    };
    const std::string four = "[workers]\ncount = 4\n";
    CHECK(holds(update("w = w - lr*g_local", four),
                "demo.toml:12:5: optimizer.update: the value differs between the workers, "
                "\"w\" does not; average(...)"));
    CHECK(update("w = w - lr*average(g_local)", four) == "accepted");
    CHECK(holds(update("w = w - lr*compressed_all_reduce(g_local[0:1])[0]", four),
                "demo.toml:12:12: optimizer.update: found a vector of 1; accepted: a vector of the size of w"));
    CHECK(holds(update("m = g_local\nif norm(m) > 1 { w = w - lr*g }", four), "\"m\" differs between the workers"));
    CHECK(holds(update("n = norm(g_local)\nif n > 1 { w = w - lr*g }", four),
                "demo.toml:13:4: optimizer.update: \"n\" differs "
                "between the workers"));
    CHECK(holds(update("n = norm(g)\nif n > 1 { w = w - lr*average(g_local) }", four),
                "demo.toml:13:4: optimizer.update: \"n\" is not known before the step"));
    CHECK(holds(update("if lr > 1 { w = w - lr*average(g_local) }", four), "\"lr\" is not known before the step"));
    CHECK(update("n = norm(g)\nif n > 1 { w = w - lr*g/n } else { w = w - lr*g }", four) == "accepted");
    CHECK(holds(update("w = w - normal()"), "\"normal\" is for models"));
    CHECK(holds(update("w = w - lr*g; w"), "the value is not used"));
    CHECK(holds(update("w[0] = 1"), "only a whole name can be assigned to"));
    CHECK(holds(update("lr = 1; w = w - lr*g"), "\"lr\" is given and cannot be assigned to"));
}

TEST_CASE("no change of single characters makes more of a formula than a message") {
    std::mt19937 random(1);
    const std::string letters = "()[]{}+-*/^@<>=!,:;#\"' \n01259.eabgmtvwx_$\t";
    int accepted = 0, refused = 0;
    for (int i = 0; i < 4000; ++i) {
        std::string loss =
            "r = tanh(x[0:1]*2)\nif 1 < 2 { loss = sum(r^2) + max(x, axis=0) } else { loss = norm([1, x[1]]) }";
        std::string update =
            "if t <= 3 and not t == 2 { m = beta1*m + (1 - beta1)*g } else { m = g_local*beta1^2 }\n"
            "w = w - lr*round(average(m), \"bf16\")/(eps + 0.5^-2)";
        for (std::string* formula : {&loss, &update})
            for (std::uint32_t changes = random() % 4; changes > 0; --changes) {
                const std::size_t at = random() % formula->size();
                if (random() % 3 == 0)
                    formula->erase(at, 1 + random() % 3);
                else
                    formula->insert(at, 1, letters[random() % letters.size()]);
            }
        RunSpec spec = parse_scenario(text, "demo.toml", builtin_catalogue()).runs[0];
        spec.workers = 2;
        spec.model.set("loss", {loss});
        spec.optimizer.set("update", {update});
        try {
            check_buildable(spec, 1);
            ++accepted;
        } catch (const SpecError& e) {
            ++refused;
            CHECK_FALSE(std::string(e.what()).empty());
        }
    }
    CHECK(accepted > 200);
    CHECK(refused > 400);
}
