#include "halfstep/report/differences.hpp"

#include "catch.hpp"
#include "synthetic.hpp"

using namespace halfstep;

namespace {

RunSpec base() {
    RunSpec spec = synthetic::run_spec("made-up", "base", 100);
    spec.model = {"quadratic", {{"dimension", {std::int64_t{2}}}, {"data", {Configured{"xor", {{"noise", {0.1}}}}}}}};
    spec.preset = "fp16";
    spec.precision = find_preset("fp16")->make();
    return spec;
}

std::vector<Difference> after(void (*change)(RunSpec&)) {
    RunSpec variant = base();
    variant.run = "variant";
    change(variant);
    return differences(base(), variant);
}

}  // namespace

TEST_CASE("a run differs from itself in nothing, whatever it is called") {
    CHECK(after([](RunSpec&) {}).empty());
}

TEST_CASE("a difference names the key as a scenario writes it, and both values") {
    CHECK(after([](RunSpec& run) { run.steps = 200; }) == std::vector<Difference>{{"steps", "100", "200"}});
    CHECK(after([](RunSpec& run) { run.optimizer.set("lr", {0.5}); }) ==
          std::vector<Difference>{{"optimizer.lr", "0.001", "0.5"}});
    CHECK(after([](RunSpec& run) {
              run.model.set("data", {Configured{"xor", {{"noise", {0.2}}}}});
          }) == std::vector<Difference>{{"model.data.noise", "0.1", "0.2"}});
    CHECK(after([](RunSpec& run) { run.optimizer.set("eps", {1e-3}); }) ==
          std::vector<Difference>{{"optimizer.eps", "", "0.001"}});
}

TEST_CASE("another kind stands for the parameters that go with the old one; those of the new one are named") {
    const auto all = after([](RunSpec& run) { run.optimizer = {"momentum", {{"lr", {0.001}}, {"momentum", {0.9}}}}; });
    CHECK(all == std::vector<Difference>{{"optimizer.kind", "adam", "momentum"}, {"optimizer.momentum", "", "0.9"}});
}

TEST_CASE("another format of a role is a difference; another preset is one for all its roles") {
    CHECK(after([](RunSpec& run) { run.precision[Role::exp_avg] = rounding_to("bf16"); }) ==
          std::vector<Difference>{{"precision.exp_avg", "fp32", "bf16"}});
    CHECK(after([](RunSpec& run) {
              run.precision[Role::gradient]->overflow = Overflow::saturate;
              run.precision[Role::gradient]->subnormals = Subnormals::flush;
          }) == std::vector<Difference>{{"precision.gradient", "fp16", "fp16, saturating, subnormals flushed"}});
    CHECK(after([](RunSpec& run) {
              run.preset = "fp32";
              run.precision = find_preset("fp32")->make();
              run.precision[Role::comm] = rounding_to("bf16");
          }) == std::vector<Difference>{{"precision.preset", "fp16", "fp32"}, {"precision.comm", "fp16", "bf16"}});
}

TEST_CASE("long values are cut between characters") {
    RunSpec variant = base();
    std::string text;
    for (int i = 0; i < 40; ++i) text += "äö";
    variant.optimizer.set("note", {text});
    const std::string after = differences(base(), variant).at(0).after;
    CHECK(after.size() < 70);
    CHECK(after.substr(after.size() - 3) == "…");
    CHECK(text.find(after.substr(0, after.size() - 3)) == 0);
    CHECK((after.size() - 3) % 2 == 0);
}
