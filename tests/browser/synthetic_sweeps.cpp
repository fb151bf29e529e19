#include "synthetic_sweeps.hpp"

#include "synthetic_sweep.hpp"

using namespace halfstep;
using enum AxisScale;

namespace {

const std::vector<std::string> three_runs = {"base", "top1", "fp16"};

SweepAxis rates(int points) {
    return synthetic::axis("optimizer.lr", logarithmic, synthetic::log_values(1e-4, 10, points));
}

SweepAxis dimensions(const std::vector<double>& values) {
    return synthetic::axis("model.dimension", logarithmic, values);
}

// The runs of the file itself, and then its sweep.
void write(
    const std::filesystem::path& out, const Experiment& experiment,
    const synthetic::ChangeRow& change = [](SweepRow&, std::int64_t) { return true; }) {
    Store store(out, experiment);
    for (const RunId& id : asked_runs(experiment)) synthetic::make_run(store, id.run, id.seed, 20);
    store.finish();
    synthetic::write_sweep(out / experiment.name, experiment, synthetic::boundary_rows(*experiment.sweep), change);
}

Experiment two_axes(const std::string& name, const std::vector<std::uint64_t>& seeds) {
    Experiment experiment =
        synthetic::sweeping(name, three_runs, {dimensions({2, 4, 8, 16, 32, 64, 128, 256}), rates(24)}, seeds);
    experiment.title = "How large a learning rate may be";
    experiment.sweep->boundaries = {synthetic::search(true, seeds)};
    return experiment;
}

// Four axes, one of two keys; a run that does not know the formats; a part of the rows missing; a verdict of its own.
void write_odd(const std::filesystem::path& out, const std::string& name) {
    const std::string attack = "</script><script>document.title='cracked'</script><b>";
    SweepAxis zipped = synthetic::named_axis("precision.weight", {"e4m3", "e5m2", "it's <b>"});
    zipped.keys.push_back(synthetic::named_axis("precision.gradient", {"a", "b", "c"}).keys.front());
    Experiment experiment = synthetic::sweeping(
        name, {"base", attack},
        {zipped, synthetic::named_axis("optimizer.kind", {"sgd", "adam"}), dimensions({4, 8, 16, 32}), rates(9)}, {1});
    experiment.changes = "--set run.steps=100 --seeds 3";
    experiment.sweep->verdicts = {{"wobbles", {"final_loss", {}, 0.3, 0.2, {}, {}}}};
    experiment.sweep->metrics = {"final_accuracy"};
    write(out, experiment, [](SweepRow& row, std::int64_t index) {
        if (index % 11 == 5) return false;
        if (index % 7 == 0 && row.verdict == "trains") row.verdict = "wobbles";
        return true;
    });
}

}  // namespace

std::vector<std::pair<std::string, std::function<void(const std::string&)>>> synthetic_sweeps(
    const std::filesystem::path& out) {
    return {
        {"sweep-two",
         [=](const std::string& name) {
             write(out, two_axes(name, {1, 2, 3}));
         }},
        {"sweep-one",
         [=](const std::string& name) {
             write(out, synthetic::sweeping(name, three_runs, {rates(31)}, {1, 2, 3}));
         }},
        {"sweep-three",
         [=](const std::string& name) {
             write(out, synthetic::sweeping(name, {"base", "top1"},
                                            {synthetic::named_axis("precision.weight", {"e2m1", "e4m3", "fp32"}),
                                             dimensions({4, 8, 16, 32, 64}), rates(16)},
                                            {1}));
         }},
        {"sweep-boundary",
         [=](const std::string& name) {
             Experiment experiment = synthetic::sweeping(name, three_runs, {dimensions({2, 4, 8, 16, 32, 64})}, {1, 2});
             experiment.sweep->boundaries = {synthetic::search(false, {1, 2})};
             write(out, experiment);
         }},
        {"sweep-large",
         [=](const std::string& name) {
             Experiment experiment = synthetic::sweeping(
                 name, {"base"}, {dimensions(synthetic::log_values(2, 512, 100)), rates(100)}, {1, 2, 3, 4});
             experiment.sweep->curves = false;
             experiment.sweep->theory = "2 / dimension";
             write(out, experiment);
             std::string curve = "model.dimension,theory\n";
             for (const SweepValue& value : experiment.sweep->axes[0].keys[0].values)
                 curve += value.text + "," + number_text(2 / value.position) + "\n";
             write_file(sweep_folder(out / name) / "theory.csv", curve);
         }},
        {"sweep-joined",
         [=](const std::string& name) {
             std::vector<std::uint64_t> seeds;
             for (std::uint64_t seed = 1; seed <= 12; ++seed) seeds.push_back(seed);
             Experiment experiment =
                 synthetic::sweeping(name, {"base"}, {dimensions(synthetic::log_values(2, 512, 60)), rates(60)}, seeds);
             experiment.sweep->curves = false;
             write(out, experiment);
         }},
        {"sweep-alone",
         [=](const std::string& name) {
             Experiment experiment = synthetic::sweeping(name, {"base"}, {rates(12)}, {1});
             experiment.sweep->boundaries = {synthetic::search(true, {1})};
             const double lost = std::numeric_limits<double>::quiet_NaN();
             synthetic::write_sweep(out / name, experiment,
                                    {{"boundary", "base", 1, {""}, 0.24, 0.26, 9, true, lost, 0.25}});
         }},
        {"sweep-odd", [=](const std::string& name) { write_odd(out, name); }},
    };
}
