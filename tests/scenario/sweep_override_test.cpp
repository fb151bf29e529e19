// --set with several values makes a key an axis.
#include "catch.hpp"
#include "message_of.hpp"
#include "swept.hpp"

using namespace halfstep;
using namespace halfstep::test;

TEST_CASE("the option --set with a list for a key of single values sweeps it") {
    CHECK(one_axis("", {"optimizer.lr=[0.5, 2]"}) ==
          SweepKey{"optimizer.lr", AxisScale::linear, {{"0.5", 0.5}, {"2", 2}}});
    CHECK(texts_of(one_axis("", {"model.activation=[\"relu\", \"gelu\"]"})) == Texts{"relu", "gelu"});
    CHECK(texts_of(one_axis("", {"run.steps=[10,20]"})) == Texts{"10", "20"});
    CHECK(texts_of(one_axis("", {"optimizer.kind=[\"sgd\", \"onebit_adam\"]"})) == Texts{"sgd", "onebit_adam"});
}

TEST_CASE("the option --set with a range or with braces sweeps the key") {
    CHECK(texts_of(one_axis("", {"optimizer.lr={log=[1e-3,1],points=4}"})) == Texts{"0.001", "0.01", "0.1", "1"});
    CHECK(texts_of(one_axis("", {"optimizer.freeze_step={linear=[1,3],points=3}"})) == Texts{"1", "2", "3"});
    CHECK(positions_of(one_axis("", {"precision.exp_avg_sq=e5m{2..10}"})) == Numbers{2, 3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(texts_of(one_axis("", {"precision.exp_avg_sq=\"e5m{2..3}\""})) == Texts{"e5m2", "e5m3"});
}

TEST_CASE("the option --set with a list for a key of lists is that list") {
    const Scenario scenario = swept("", {"model.layers=[4, 5]"});
    CHECK_FALSE(scenario.sweep);
    CHECK(scenario.experiment.runs[0].model.integers("layers") == std::vector<std::int64_t>{4, 5});
    CHECK(texts_of(one_axis("", {"sweep.model.layers={values=[[4, 5], [6, 7]]}"})) == Texts{"[4, 5]", "[6, 7]"});
}

TEST_CASE("the option --set reaches the other keys of a sweep") {
    const std::string file = "[sweep]\noptimizer.lr = [1, 2]\nseeds = [7]\n";
    CHECK(swept(file, {"sweep.seeds=[1,2]"}).sweep->sweep().seeds == std::vector<std::uint64_t>{1, 2});
    CHECK(swept(file, {"sweep.runs=[\"sgd\"]"}).sweep->size() == 2);
    CHECK(swept(file, {"sweep.curves=false"}).sweep->sweep().curves == false);
    CHECK(holds(swept_error(file, {"sweep.limit=3"}), "6 runs (3 variants x 2 of optimizer.lr x 1 seed)"));
}

TEST_CASE("an axis of the command line takes the place of the file's, whichever way that one is written") {
    for (const char* file :
         {"[sweep]\n\"optimizer.lr\" = [1, 2]\nmodel.data.noise = [0, 1]",
          "[sweep]\noptimizer.lr = [1, 2]\nmodel.data.noise = [0, 1]",
          "[sweep]\noptimizer = { lr = [1, 2] }\nmodel.data.noise = [0, 1]",
          "[sweep]\nmodel.data.noise = [0, 1]\n[sweep.optimizer]\nlr = { log = [1, 2], points = 2 }"}) {
        INFO(file);
        for (const char* set : {"optimizer.lr=[3,4,5]", "sweep.optimizer.lr=[3,4,5]"}) {
            const Sweep sweep = swept(file, {set}).sweep->sweep();
            REQUIRE(sweep.axes.size() == 2);
            CHECK(texts_of(sweep.axes[0].keys[0]) == Texts{"0", "1"});
            CHECK(texts_of(sweep.axes[1].keys[0]) == Texts{"3", "4", "5"});
        }
    }
    // Another key of the same table stays.
    const Sweep kept =
        swept("[sweep.optimizer]\nlr = [1, 2]\nmomentum = [0, 0.5]", {"optimizer.lr=[3]"}).sweep->sweep();
    REQUIRE(kept.axes.size() == 2);
    CHECK(kept.axes[0].keys[0].key == "optimizer.momentum");
    CHECK(texts_of(kept.axes[1].keys[0]) == Texts{"3"});
    CHECK(texts_of(one_axis("", {"optimizer.lr=[3]", "optimizer.lr=[4]"})) == Texts{"4"});
}

TEST_CASE("faults of an axis on the command line are reported there") {
    CHECK(swept_error("", {"optimizer.lr=[]"}) ==
          "--set optimizer.lr: sweep.optimizer.lr: found an empty list; accepted: at least one value");
    CHECK(swept_error("", {"optimizer.lr={log=[2,1],points=3}"}) ==
          "--set optimizer.lr: sweep.optimizer.lr: accepted: the lowest and the highest value, both above 0");
    CHECK(swept_error("", {"optimizer.lrr={log=[1,2],points=3}"})
              .find("--set optimizer.lrr: sweep: no run knows the key \"optimizer.lrr\"; did you mean "
                    "\"optimizer.lr\"?") == 0);
    CHECK(swept_error("", {"sweep=[1]"}).find("--set sweep: sweep: unknown key \"sweep\". Accepted: zip, verdict,") ==
          0);
    CHECK(swept_error("", {"sweep.lr=[1]"}).find("--set sweep.lr: sweep: unknown key \"lr\"") == 0);
    CHECK(swept_error("sweep = 1", {"optimizer.lr=[1]"}) == "demo.toml:8:9: sweep: found 1; accepted: a table");
    const Scenario late = swept("", {"optimizer.lr=[1,-1]"});
    CHECK(message_of([&] {
              late.sweep->spec({0, {1}, 1});
          }) == "--set optimizer.lr: optimizer.lr: found -1; accepted: a number above 0");
}

TEST_CASE("an expectation at a value that --set took from an axis is left out, others stay") {
    const std::string file =
        "[sweep]\noptimizer.lr = [1, 2]\n"
        "[[expect]]\nmetric = \"final_loss\"\nat = { lr = 2 }\nbelow = 1\n"
        "[[expect]]\nmetric = \"share(trains)\"\nabove = 0\n";
    CHECK(swept(file).experiment.expectations.size() == 2);
    CHECK(swept(file, {"optimizer.lr=[2, 3]"}).experiment.expectations.size() == 2);
    const auto kept = swept(file, {"optimizer.lr=[3]"}).experiment.expectations;
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].metric == "share(trains)");
    CHECK(swept_error(
              "[sweep]\noptimizer.lr = [1, 2]\n[[expect]]\nmetric = \"final_loss\"\nat = { lr = 3 }\nbelow = 1\n") !=
          "");
}
