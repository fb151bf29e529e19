// Runs and the results folder together: what is traced stands on disk, and an interruption does not show.
#include <filesystem>

#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/store.hpp"
#include "temporary_folder.hpp"
#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Experiment two_runs() {
    Experiment experiment;
    experiment.name = "traced";
    experiment.title = "Traced";
    experiment.seeds = {1, 2};
    for (const char* run : {"base", "often"}) {
        RunSpec spec = busy_run(30);
        spec.run = run;
        spec.trace_every = std::string(run) == "base" ? 10 : 4;
        spec.record_every = 3;
        experiment.runs.push_back(spec);
    }
    return experiment;
}

// Stops the run after some records, as an interruption from outside does.
class Stopped final : public Sink {
public:
    explicit Stopped(Sink& to) : to_(to) {}
    void step(const StepRecord& record, const Snapshot& snapshot) override {
        to_.step(record, snapshot);
        stop = record.step > 10;
    }
    void tensors(std::int64_t step, std::span<const TensorStats> rows) override { to_.tensors(step, rows); }
    std::atomic<bool> stop = false;

private:
    Sink& to_;
};

void make_run(Store& store, const RunSpec& spec, std::uint64_t seed) {
    auto file = store.begin(spec.run, seed);
    RunSummary summary = simulate(spec, seed, *file);
    store.commit(std::move(file), std::move(summary));
}

std::string table(const TemporaryFolder& out, const char* name) {
    return read_file(out / (std::string("traced/") + name));
}

}  // namespace

TEST_CASE("what a run traces reads back from its folder") {
    TemporaryFolder out;
    const Experiment experiment = two_runs();
    Store store(out.path(), experiment);
    for (const RunSpec& spec : experiment.runs)
        for (const std::uint64_t seed : experiment.seeds) make_run(store, spec, seed);
    store.finish();

    std::map<std::pair<std::string, std::int64_t>, std::vector<TensorStats>> read;
    read_tensors(out / "traced/tensors.csv", [&](const TensorRow& row) {
        if (row.seed == 2) read[{std::string(row.run), row.step}].push_back(row.stats);
    });
    read_exponents(out / "traced/exponents.csv", [&](const ExponentRow& row) {
        if (row.seed != 2) return;
        for (TensorStats& s : read.at({std::string(row.run), row.step}))
            if (s.role == row.role && s.tensor == row.tensor) s.exponents.emplace_back(row.exponent, row.count);
    });
    for (const RunSpec& spec : experiment.runs) {
        Traced sink;
        simulate(spec, 2, sink);
        CHECK(sink.traced.size() == (spec.run == "base" ? 4 : 9));
        for (const auto& [step, rows] : sink.stats) {
            const auto& found = read.at({spec.run, step});
            REQUIRE(found.size() == rows.size());
            for (std::size_t i = 0; i < rows.size(); ++i) {
                INFO(spec.run << " " << step << " " << rows[i].role << " " << rows[i].tensor);
                CHECK((found[i] == rows[i] || std::isnan(rows[i].min_abs)));
            }
        }
    }
    // Observations stand in series.csv beside the series.
    bool bytes = false, cosine = false;
    read_series(out / "traced/series.csv", [&](const SeriesRow& row) {
        bytes = bytes || row.metric == "bytes_sent";
        cosine = cosine || row.metric == "momentum_cosine";
    });
    CHECK(bytes);
    CHECK(cosine);
}

TEST_CASE("an interrupted and resumed experiment has the files of an uninterrupted one, to the byte") {
    TemporaryFolder whole, cut;
    const Experiment experiment = two_runs();
    {
        Store store(whole.path(), experiment);
        for (const RunSpec& spec : experiment.runs)
            for (const std::uint64_t seed : experiment.seeds) make_run(store, spec, seed);
        store.finish();
    }
    {
        Store store(cut.path(), experiment);
        make_run(store, experiment.runs[1], 1);
        auto file = store.begin("base", 1);
        Stopped sink(*file);
        RunSummary summary = simulate(experiment.runs[0], 1, sink, &sink.stop);
        REQUIRE(summary.interrupted);
        store.commit(std::move(file), std::move(summary));
        CHECK_FALSE(store.finish().complete());
    }
    Store store(cut.path(), experiment, true);
    CHECK(store.kept() == 1);
    for (const RunSpec& spec : experiment.runs)
        for (const std::uint64_t seed : experiment.seeds)
            if (!store.finished(spec.run, seed)) make_run(store, spec, seed);
    CHECK(store.finish().complete());
    for (const char* name : {"series.csv", "tensors.csv", "exponents.csv"})
        CHECK(table(cut, name) == table(whole, name));
}
