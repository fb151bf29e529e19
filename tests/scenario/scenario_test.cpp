#include "halfstep/scenario/scenario.hpp"

#include <limits>

#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

TEST_CASE("a whole scenario becomes plain data with every default filled in") {
    const Experiment experiment = parse_scenario(sample_text(), "scenarios/demo.toml", sample_catalogue());
    CHECK(experiment.name == "demo");
    CHECK(experiment.title == "A short warm-up");
    CHECK(experiment.teaches == "Two\nlines.");
    CHECK(experiment.seeds == std::vector<std::uint64_t>{1, 2, 3});
    REQUIRE(experiment.runs.size() == 3);

    const RunSpec& base = experiment.runs[0];
    CHECK(base.scenario == "demo");
    CHECK(base.run == "base");
    CHECK(base.model.kind == "mlp");
    CHECK(base.model.integers("layers") == std::vector<std::int64_t>{2, 32, 32, 2});
    CHECK(base.model.text("activation") == "relu");
    CHECK(base.model.configured("data").integer("samples") == 256);
    CHECK(base.workers == 4);
    CHECK(base.batch == 64);
    CHECK(base.optimizer.kind == "onebit_adam");
    CHECK(base.optimizer.number("lr") == 1e-3);
    CHECK(base.optimizer.number("beta1") == 0.9);
    CHECK(base.lr_values == std::vector<double>{0.1, 1});
    REQUIRE(base.groups.size() == 2);
    CHECK(base.groups[0] == ParameterGroup{{0, 2}, {{"weight_decay", {0.0}}}, {}, true});
    CHECK(base.groups[1] == ParameterGroup{{1}, {}, {1, 0}, false});
    CHECK(base.engine.kind == "plain");
    CHECK(base.loss_scale.number("scale") == 65536);
    CHECK(base.steps == 2000);
    CHECK(base.record_every == 10);
    CHECK(base.evaluate_every == 0);
    CHECK(base.reload_at == std::vector<std::int64_t>{100, 200});
    CHECK(base.injections == std::vector<Injection>{{50, 3, 7, -std::numeric_limits<double>::infinity()}});
    CHECK(base.arithmetic == Arithmetic::emulated);
}

TEST_CASE("the smallest scenario is a title, a model and an optimizer") {
    const Experiment experiment = parse_scenario(minimal_text(), "t.toml", sample_catalogue());
    CHECK(experiment.seeds == std::vector<std::uint64_t>{1});
    REQUIRE(experiment.runs.size() == 1);
    CHECK(experiment.runs[0].preset == "fp32");
    CHECK(experiment.runs[0].precision == find_preset("fp32")->make());
    CHECK(experiment.runs[0].loss_scale.kind == "none");
    CHECK(experiment.runs[0].steps == 100);
    CHECK(experiment.expectations.empty());
}

TEST_CASE("line ends may be CRLF, and a byte order mark is passed over") {
    std::string crlf;
    for (const char c : sample_text()) crlf += c == '\n' ? "\r\n" : std::string(1, c);
    const Experiment plain = parse_scenario(sample_text(), "demo.toml", sample_catalogue());
    Experiment windows = parse_scenario("\xEF\xBB\xBF" + crlf, "demo.toml", sample_catalogue());
    windows.teaches = plain.teaches;  // toml++ keeps the line end inside a multi-line string as it is
    CHECK(windows == plain);
}

TEST_CASE("an experiment is named after its file") {
    const auto name = [](const char* file) { return parse_scenario(minimal_text(), file, sample_catalogue()).name; };
    CHECK(name("warm_up.toml") == "warm_up");
    CHECK(name("a/b.c/warm.up.toml") == "warm.up");
    CHECK(name("plain") == "plain");
    CHECK_THROWS_AS(name("a/"), ScenarioError);
    CHECK_THROWS_AS(name("..toml"), ScenarioError);
}

TEST_CASE("a part of a default table changes the default, a kind of its own starts afresh") {
    const auto data = [](const std::string& more) {
        const std::string text =
            "title = \"t\"\noptimizer = { kind = \"sgd\", lr = 1 }\n[model]\nkind = \"mlp\"\nlayers = [1]\n";
        return parse_scenario(text + more, "t.toml", sample_catalogue()).runs[0].model.configured("data");
    };
    CHECK(data("").number("noise") == 0.5);
    CHECK(data("data.samples = 3\n").number("noise") == 0.5);
    CHECK(data("data.samples = 3\n").integer("samples") == 3);
    CHECK(data("data = { kind = \"spirals\" }\n").number("noise") == 0);
    CHECK(data("data.kind = \"xor\"\n").integer("samples") == 4);
}

TEST_CASE("a key is found again where it was written") {
    const Scenario scenario = load_scenario(sample_text(), "demo.toml", sample_catalogue());
    const auto at = [&](const char* key, const char* run) { return scenario.locate(key, run).text(); };
    CHECK(at("model.data.samples", "base") == "demo.toml:12:38");
    CHECK(at("optimizer.group[1].tensors", "base") == "demo.toml:30:11");
    CHECK(at("inject[0].index", "base") == "demo.toml:52:9");
    CHECK(at("optimizer.kind", "base") == "demo.toml:19:8");
    CHECK(at("optimizer.kind", "sgd") == "demo.toml:57:18");
    CHECK(at("model.data", "xor-2") == "demo.toml:63:14");
    // Not written: the nearest table that is, then the variant, then the file.
    CHECK(at("model.data.nothing", "base") == "demo.toml:12:8");
    CHECK(at("engine.clip", "sgd") == "demo.toml:55:1");
    CHECK(at("engine.clip", "base") == "demo.toml:1:1");
    CHECK(at("inject[9]", "base") == "demo.toml:49:1");
    CHECK(at("inject[0", "base") == "demo.toml:49:1");
    CHECK(at("", "no such run") == "demo.toml:1:1");

    const ScenarioError error = scenario.explain(SpecError("model.layers", "too wide"), "sgd");
    CHECK(std::string(error.what()) == "demo.toml:11:10: model.layers: too wide (in variant \"sgd\")");
    CHECK(error.location() == Location{"demo.toml", 11, 10});
}
