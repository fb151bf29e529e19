#include "halfstep/trace/store.hpp"

#include <filesystem>
#include <limits>
#include <string>

#include "catch.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/runs_csv.hpp"
#include "message_of.hpp"
#include "synthetic.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
namespace fs = std::filesystem;

namespace {

bool holds_temporary_files(const fs::path& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".tmp") return true;
    return false;
}

void make_everything(Store& store, const Experiment& experiment) {
    for (const RunId& id : asked_runs(experiment)) synthetic::make_run(store, id.run, id.seed);
}

}  // namespace

TEST_CASE("a store that never began a run leaves no folder") {
    TemporaryFolder out;
    Store store(out / "results", synthetic::experiment({"base"}, {1}));
    store.finish();
    CHECK_FALSE(fs::exists(out / "results"));
}

TEST_CASE("a complete result is three files and reads back as what was put in") {
    TemporaryFolder out;
    Experiment experiment = synthetic::experiment({"base", "adam"}, {1, 2});
    Expectation& expectation = experiment.expectations.emplace_back();
    expectation.run = "base";
    expectation.metric = "final_loss";
    expectation.below = Bound{0, "adam", "final_loss", 2};
    expectation.at_least = Bound{-std::numeric_limits<double>::infinity(), "", "", 1};
    expectation.seeds = {2};
    expectation.because = "of \"this\"";
    Store store(out.path(), experiment);
    make_everything(store, experiment);
    CHECK(store.finish().complete());

    const Results read = read_results(out / "made-up");
    CHECK(read.complete());
    CHECK(read.experiment == experiment);
    CHECK(read.build == build_info());
    REQUIRE(read.summaries.size() == 4);
    CHECK(read.summaries[1].run == "base");
    CHECK(read.summaries[1].seed == 2);
    CHECK(read.summaries[1].digest == "digest-of-base2");
    CHECK(read.summaries[1].seconds == 0.5);
    CHECK(read.summaries[1].metrics == synthetic::summary("base", 2, {{"final_loss", 0.125}}).metrics);

    CHECK_FALSE(fs::exists(out / "made-up/runs"));
    CHECK(read_file(out / "made-up/series.csv").substr(0, 100).find("run,seed,step,metric,value\nbase,1,0,loss,1\n") ==
          0);
    int rows = 0, skipped = 0;
    read_series(out / "made-up/series.csv", [&](const SeriesRow& row) {
        ++rows;
        skipped += row.metric == "skipped" && row.value == 1;
    });
    CHECK(rows == 4 * 3 * 3);
    CHECK(skipped == 4);
}

TEST_CASE("the files list runs in the experiment's order, whichever finished first") {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment({"base", "adam"}, {1}));
    synthetic::make_run(store, "adam", 1);
    synthetic::make_run(store, "base", 1);
    store.finish();
    CHECK(read_results(out / "made-up").summaries[0].run == "base");
    CHECK(read_runs(out / "made-up/runs.csv")[0].run == "base");
}

TEST_CASE("manifests of the same runs do not tell how long they took") {
    const auto manifest = [](double seconds) {
        Results results{synthetic::experiment({"base"}, {1}), {synthetic::summary("base", 1, {})}, {}, build_info()};
        results.summaries[0].seconds = seconds;
        return manifest_text(results);
    };
    CHECK(manifest(1) == manifest(2));
}

TEST_CASE("NaN and infinite metrics survive the manifest") {
    TemporaryFolder out;
    const double infinity = std::numeric_limits<double>::infinity();
    Store store(out.path(), synthetic::experiment({"base"}, {1}));
    store.commit(store.begin("base", 1), synthetic::summary("base", 1, {{"a", -infinity}, {"b", infinity - infinity}}));
    store.finish();
    const auto metrics = read_results(out / "made-up").summaries[0].metrics;
    CHECK(metrics[0].second == -infinity);
    CHECK(metrics[1].second != metrics[1].second);
}

TEST_CASE("an unfinished run never has a final name") {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment({"base"}, {1}));
    {
        const auto file = store.begin("base", 1);
        file->step({0, false, {{"loss", 1}}}, synthetic::NoSnapshot());
        CHECK(fs::exists(out / "made-up/runs/base-seed1.csv.tmp"));
        CHECK_FALSE(fs::exists(out / "made-up/runs/base-seed1.csv"));
    }
    CHECK_FALSE(holds_temporary_files(out.path()));
}

TEST_CASE("after an interruption finished runs are readable and the others are named as missing") {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment({"base", "adam"}, {1}));
    synthetic::make_run(store, "base", 1);
    RunSummary cut = synthetic::summary("adam", 1, {});
    cut.interrupted = true;
    store.commit(store.begin("adam", 1), cut);
    CHECK(store.finish().missing == std::vector<RunId>{{"adam", 1}});

    const Results read = read_results(out / "made-up");
    CHECK_FALSE(read.complete());
    CHECK(read.missing == std::vector<RunId>{{"adam", 1}});
    REQUIRE(read.summaries.size() == 1);
    CHECK(read.summaries[0].run == "base");
    CHECK(read_file(out / "made-up/manifest.json").find("\"complete\": false") != std::string::npos);
    CHECK_FALSE(holds_temporary_files(out.path()));
}

TEST_CASE("resuming keeps the finished runs of an unchanged specification") {
    TemporaryFolder out;
    Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    {
        Store store(out.path(), experiment);
        synthetic::make_run(store, "base", 1);
        store.finish();
    }
    CHECK_FALSE(Store(out.path(), experiment).finished("base", 1));
    SECTION("unchanged") {
        Store store(out.path(), experiment, true);
        REQUIRE(store.finished("base", 1));
        CHECK(store.finished("base", 1)->seconds == 0.5);
        CHECK_FALSE(store.finished("adam", 1));
        synthetic::make_run(store, "adam", 1);
        CHECK(store.finish().complete());
        CHECK(read_results(out / "made-up").summaries.size() == 2);
    }
    SECTION("changed") {
        experiment.runs[0].steps = 4;
        CHECK_FALSE(Store(out.path(), experiment, true).finished("base", 1));
    }
}

TEST_CASE("an older result stays until there is something whole to replace it") {
    TemporaryFolder out;
    const Experiment experiment = synthetic::experiment({"base", "adam"}, {1});
    Store first(out.path(), experiment);
    make_everything(first, experiment);
    first.finish();
    write_file(out / "made-up/report.html", "the old report");
    const std::string manifest = read_file(out / "made-up/manifest.json");
    SECTION("nothing finished") {
        Store second(out.path(), experiment);
        second.begin("base", 1).reset();
        CHECK(read_results(out / "made-up").complete());
        second.finish();
        CHECK(read_file(out / "made-up/manifest.json") == manifest);
        CHECK(fs::exists(out / "made-up/report.html"));
        CHECK_FALSE(fs::exists(out / "made-up/runs"));
    }
    SECTION("some finished") {
        Store second(out.path(), experiment);
        synthetic::make_run(second, "base", 1);
        CHECK(read_file(out / "made-up/manifest.json") == manifest);
        second.finish();
        CHECK_FALSE(read_results(out / "made-up").complete());
        CHECK_FALSE(fs::exists(out / "made-up/report.html"));
    }
}

TEST_CASE("files somebody else put into the folder are left alone") {
    TemporaryFolder out;
    fs::create_directories(out / "made-up");
    write_file(out / "made-up/notes.txt", "mine");
    const Experiment experiment = synthetic::experiment({"base"}, {1});
    Store store(out.path(), experiment);
    make_everything(store, experiment);
    store.finish();
    CHECK(read_file(out / "made-up/notes.txt") == "mine");
}

TEST_CASE("no name leaves the results folder") {
    TemporaryFolder out;
    for (const char* name : {"", ".", "..", ".hidden", "a/b", "/etc", "a\\b", "a\nb"}) {
        Experiment experiment = synthetic::experiment({"base"}, {1});
        experiment.name = name;
        CHECK_THROWS_AS(Store(out.path(), experiment), ResultError);
        CHECK(refuse_folder_name(name));
    }
    const std::string odd = "../../x y";
    const std::string longest(300, 'n');
    const Experiment experiment = synthetic::experiment({"base", odd, longest}, {1});
    Store store(out / "deep", experiment);
    make_everything(store, experiment);
    CHECK(fs::exists(out / "deep/made-up/runs/..%2F..%2Fx%20y-seed1.csv"));
    CHECK(store.finish().complete());
    CHECK(read_results(out / "deep/made-up").summaries[2].run == longest);
}

TEST_CASE("a folder without a manifest, or with a mixture of two results, is refused") {
    TemporaryFolder out;
    CHECK(holds(message_of([&] { read_results(out.path()); }), "manifest.json is missing"));
    const Experiment experiment = synthetic::experiment({"base"}, {1});
    Store store(out.path(), experiment);
    make_everything(store, experiment);
    store.finish();
    SECTION("other runs") {
        write_file(out / "made-up/runs.csv", runs_csv_text(std::vector{synthetic::summary("base", 2, {})}));
        CHECK(holds(message_of([&] { read_results(out / "made-up"); }), "does not belong"));
    }
    SECTION("damaged") {
        write_file(out / "made-up/manifest.json", "{\"name\": 1");
        CHECK(holds(message_of([&] { read_results(out / "made-up"); }), "manifest.json: is damaged"));
    }
}
