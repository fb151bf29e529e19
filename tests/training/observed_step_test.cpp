// Watching a run changes nothing in it, whatever is trained, and a run can be set back.
#include <map>

#include "catch.hpp"
#include "halfstep/format/round.hpp"
#include "small_models.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

class Counted final : public RoundingObserver {
public:
    Interest wants(const RoundedInstruction&, int) override { return interest; }
    void roundings(const RoundingBatch& batch) override { count += std::int64_t(batch.size()); }
    Interest interest = Interest::results_and_terms;
    std::int64_t count = 0;
};

using States = std::map<std::string, std::vector<std::uint64_t>>;
States states_of(const BuiltRun& run) {
    States all;
    for (const std::string& name : run.machine().state_names()) {
        const int copies = run.machine().copies(run.machine().find_state(name));
        for (int w = 0; w < copies; ++w) {
            auto& bits = all[name + "/" + std::to_string(w)];
            for (const double x : state(run, name, w)) bits.push_back(x == x ? to_bits(x) : ~0ull);  // NaN are alike
        }
    }
    return all;
}

void check_observed(const RunSpec& spec) {
    INFO(spec.model.kind << ", " << spec.optimizer.kind << ", " << spec.engine.kind << ", " << spec.preset);
    BuiltRun plain(spec, 1), observed(spec, 1);
    REQUIRE(observed.recording() != nullptr);
    BuiltRun::Checkpoint start;
    observed.save(start);
    for (int round = 0; round < 2; ++round) {
        Counted observer;
        if (round == 1) observer.interest = Interest::results;
        for (int t = 0; t < 5; ++t) {
            if (round == 0) plain.step();
            observed.step(&observer);
        }
        CHECK(observer.count > 0);
        CHECK(states_of(observed) == states_of(plain));
        observed.rewind(start);
        CHECK(observed.iteration() == 0);
    }
}

}  // namespace

TEST_CASE("an observed run has the same bits for every model in every preset") {
    for (const ModelRow* row : models())
        for (const Configured& model : small_models(row->schema.name))
            for (const Preset& preset : presets())
                check_observed(spec_of(model, an_optimizer("adam"), std::string(preset.name), 2));
}

TEST_CASE("an observed run has the same bits for every optimizer and engine") {
    for (const OptimizerRow* row : optimizers())
        for (const EngineRow* engine : engines())
            for (const char* preset : {"fp32", "fp16_pure", "bf16"}) {
                Configured optimizer = any_optimizer(row->schema, {{"lr", {1e-3}}});
                for (const char* step : {"freeze_step", "var_freeze_step"})
                    if (optimizer.has(step)) optimizer.set(step, {std::int64_t{2}});
                RunSpec spec = spec_of(small_models("mlp").front(), optimizer, preset, 2);
                spec.engine = an_engine(engine->schema.name);
                if (spec.engine.kind == "deepspeed" && std::string(preset) == "fp16_pure")
                    spec.loss_scale = a_loss_scaler("deepspeed");
                spec.batch = 3;
                spec.lr_values = {0.1, 0.01, 0.001};
                check_observed(spec);
            }
}

TEST_CASE("a reference run has nothing to record") {
    RunSpec spec = spec_of(small_models("quadratic").front(), an_optimizer("sgd"));
    spec.arithmetic = Arithmetic::binary64;
    BuiltRun run(spec, 1);
    CHECK(run.recording() == nullptr);
    Counted observer;
    run.step(&observer);
    CHECK(observer.count == 0);
}
