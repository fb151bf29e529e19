// The results folder of runs that trace tensors: the same guarantees as for series.csv.
#include <filesystem>
#include <string>
#include <vector>

#include "catch.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/store.hpp"
#include "synthetic.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
namespace fs = std::filesystem;

namespace {

// A run that traces one weight tensor on its first and last step.
std::unique_ptr<RunFile> traced_file(Store& store, const std::string& run, std::uint64_t seed) {
    auto file = store.begin(run, seed);
    TensorStats stats;
    stats.role = "weight";
    stats.tensor = "w1";
    stats.count = 2;
    stats.min_abs = stats.max_abs = stats.rms = 1.0 + double(seed);
    stats.exponents = {{1, 2}};
    for (std::int64_t step : {0, 1, 2}) {
        file->step({step, false, {{"loss", 1.0 / double(step + 1)}}}, synthetic::NoSnapshot());
        if (step != 1) file->tensors(step, std::vector{stats});
    }
    return file;
}

void make_traced_run(Store& store, const std::string& run, std::uint64_t seed) {
    store.commit(traced_file(store, run, seed), synthetic::summary(run, seed, {{"final_loss", 0.5}}));
}

// Every streamed table of the folder.
std::vector<std::string> tables(const fs::path& folder) {
    std::vector<std::string> texts;
    for (const StreamedTable& table : streamed_tables)
        texts.push_back(fs::exists(folder / table.composed) ? read_file(folder / table.composed) : "absent");
    return texts;
}

}  // namespace

TEST_CASE(
    "statistics of all runs stand in one file, in the experiment's order, with the runs that trace none left out") {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment({"base", "plain", "adam"}, {1}));
    make_traced_run(store, "adam", 1);
    synthetic::make_run(store, "plain", 1);
    make_traced_run(store, "base", 1);
    store.finish();
    std::string order;
    read_tensors(out / "made-up/tensors.csv", [&](const TensorRow& row) {
        order += std::string(row.run) + std::to_string(row.step) + " ";
        CHECK(row.stats.rms == 2);
    });
    CHECK(order == "base0 base2 adam0 adam2 ");
    int rows = 0;
    read_exponents(out / "made-up/exponents.csv", [&](const ExponentRow& row) {
        ++rows;
        CHECK(row.count == 2);
    });
    CHECK(rows == 4);
    CHECK_FALSE(fs::exists(out / "made-up/runs"));
}

TEST_CASE("a result without traced tensors has no such files, and drops those of an older result") {
    TemporaryFolder out;
    const Experiment experiment = synthetic::experiment({"base"}, {1});
    for (const bool traced : {true, false}) {
        Store store(out.path(), experiment);
        if (traced)
            make_traced_run(store, "base", 1);
        else
            synthetic::make_run(store, "base", 1);
        store.finish();
        CHECK(fs::exists(out / "made-up/tensors.csv") == traced);
        CHECK(fs::exists(out / "made-up/exponents.csv") == traced);
        CHECK(read_results(out / "made-up").complete());
    }
}

TEST_CASE("interrupted and resumed, the tables are those of an uninterrupted run to the byte") {
    TemporaryFolder whole, cut;
    const Experiment experiment = synthetic::experiment({"base", "adam"}, {1, 2});
    {
        Store store(whole.path(), experiment);
        for (const RunId& id : asked_runs(experiment)) make_traced_run(store, id.run, id.seed);
        store.finish();
    }
    {
        Store store(cut.path(), experiment);
        make_traced_run(store, "base", 2);
        RunSummary interrupted = synthetic::summary("adam", 1, {});
        interrupted.interrupted = true;
        store.commit(traced_file(store, "adam", 1), interrupted);
        store.finish();
        for (const auto& entry : fs::recursive_directory_iterator(cut.path()))
            CHECK(entry.path().extension() != ".tmp");
        CHECK_FALSE(fs::exists(cut / "made-up/runs/adam-seed1.csv"));
    }
    Store store(cut.path(), experiment, true);
    CHECK(store.kept() == 1);
    for (const RunId& id : asked_runs(experiment))
        if (!store.finished(id.run, id.seed)) make_traced_run(store, id.run, id.seed);
    CHECK(store.finish().complete());
    CHECK(tables(cut / "made-up") == tables(whole / "made-up"));
}

TEST_CASE("a finished run whose file is not what it was is made again") {
    TemporaryFolder out;
    const Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    {
        Store store(out.path(), experiment);
        make_traced_run(store, "base", 1);
        store.finish();
    }
    const fs::path file = out / "made-up/runs/base-seed1.csv";
    CHECK(Store(out.path(), experiment, true).finished("base", 1));
    if (GENERATE(true, false))
        fs::resize_file(file, fs::file_size(file) - 1);
    else
        fs::remove(file);
    CHECK_FALSE(Store(out.path(), experiment, true).finished("base", 1));
}

TEST_CASE("a long trace goes through files of its own, which nobody finds afterwards") {
    TemporaryFolder out;
    const Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    TensorStats stats;
    stats.role = "weight";
    stats.tensor = "w1";
    stats.count = 40;
    for (int e = -40; e < 0; ++e) stats.exponents.emplace_back(e, 1);
    const std::vector<TensorStats> rows(20, stats);
    constexpr std::int64_t steps = 1500;  // more than a megabyte of either
    const auto temporaries = [&] {
        int n = 0;
        for (const auto& entry : fs::directory_iterator(out / "made-up/runs")) n += entry.path().extension() == ".tmp";
        return n;
    };
    Store store(out.path(), experiment);
    {
        auto file = store.begin("adam", 1);  // given up
        for (std::int64_t t = 0; t < steps; ++t) file->tensors(t, rows);
        CHECK(temporaries() == 3);
    }
    CHECK(temporaries() == 0);
    auto file = store.begin("base", 1);
    for (std::int64_t t = 0; t < steps; ++t) file->tensors(t, rows);
    store.commit(std::move(file), synthetic::summary("base", 1, {}));
    CHECK(temporaries() == 0);
    synthetic::make_run(store, "adam", 1);
    store.finish();
    std::int64_t tensors = 0, exponents = 0, last_step = 0;
    read_tensors(out / "made-up/tensors.csv", [&](const TensorRow& row) { CHECK(row.step == tensors++ / 20); });
    read_exponents(out / "made-up/exponents.csv", [&](const ExponentRow& row) {
        ++exponents;
        last_step = row.step;
    });
    CHECK(tensors == 20 * steps);
    CHECK(exponents == 40 * 20 * steps);
    CHECK(last_step == steps - 1);
}

TEST_CASE("a table that cannot be composed leaves the older result as it was") {
    TemporaryFolder out;
    const Experiment experiment = synthetic::experiment({"base"}, {1});
    {
        Store store(out.path(), experiment);
        synthetic::make_run(store, "base", 1);
        store.finish();
    }
    const auto before = tables(out / "made-up");
    const std::string manifest = read_file(out / "made-up/manifest.json");
    Store store(out.path(), experiment);
    make_traced_run(store, "base", 1);
    // As a full disk would: the temporary file of the composed table cannot be made.
    fs::create_directories(out / "made-up/exponents.csv.tmp/occupied");
    CHECK_THROWS_AS(store.finish(), ResultError);
    CHECK(tables(out / "made-up") == before);
    CHECK(read_file(out / "made-up/manifest.json") == manifest);
    CHECK_FALSE(fs::exists(out / "made-up/tensors.csv.tmp"));
}
