#include "halfstep/report/tensors.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "message_of.hpp"
#include "synthetic.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;

namespace {

TensorStats stats_at(const std::string& tensor, std::vector<std::pair<int, std::int64_t>> exponents) {
    TensorStats stats;
    stats.role = "gradient";
    stats.tensor = tensor;
    stats.count = 100;
    stats.exponents = std::move(exponents);
    if (!stats.exponents.empty()) {
        stats.min_abs = std::ldexp(1.0, stats.exponents.front().first);
        stats.max_abs = std::ldexp(1.9, stats.exponents.back().first);
    }
    return stats;
}

// Runs of `steps` steps; `trace` gives the statistics of a step.
template <class Trace>
TensorTrace traced(std::int64_t steps, std::int64_t every, const std::vector<std::uint64_t>& seeds, Trace trace,
                   std::vector<std::string> runs = {"base"}) {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment(runs, seeds, steps));
    for (const RunId& id : asked_runs(synthetic::experiment(runs, seeds, steps))) {
        auto file = store.begin(id.run, id.seed);
        for (std::int64_t step = 0; step < steps; step += every) {
            file->step({step, false, {{"loss", 1}}}, synthetic::NoSnapshot());
            const std::vector<TensorStats> stats = trace(step, id.seed);
            file->tensors(step, stats);
        }
        store.commit(std::move(file), synthetic::summary(id.run, id.seed, {}, steps));
    }
    const Results results = store.finish();
    write_report(out / "made-up");  // it has to make a page of it as well
    return load_tensors(out / "made-up", results);
}

float cell(const ExponentMap& map, int exponent, std::size_t column) {
    return map.shares.at(static_cast<std::size_t>(exponent - map.lowest) * map.columns() + column);
}

}  // namespace

TEST_CASE("a map has a column for each traced step and a row for each exponent") {
    const TensorTrace trace = traced(40, 10, {1}, [](std::int64_t step, std::uint64_t) {
        TensorStats stats = stats_at("w1", {{-3, 60}, {static_cast<int>(step / 10), 30}});
        stats.zeros = 10;
        return std::vector{stats};
    });
    REQUIRE(trace.maps.size() == 1);
    const ExponentMap& map = trace.maps[0];
    CHECK(map.steps == std::vector<std::int64_t>{0, 10, 20, 30});
    CHECK(map.one_step_each);
    CHECK(map.lowest == -3);
    CHECK(map.rows == 7);
    CHECK(cell(map, -3, 2) == 0.6f);
    CHECK(cell(map, 2, 2) == 0.3f);
    CHECK(cell(map, 1, 2) == 0);
    CHECK(map.zeros == std::vector<float>(4, 0.1f));
}

TEST_CASE("of many steps a column shows the largest share, so that a single step is seen") {
    const TensorTrace trace = traced(5000, 1, {1}, [](std::int64_t step, std::uint64_t) {
        TensorStats stats = stats_at("w1", {{0, 100}});
        if (step == 3333) stats = stats_at("w1", {{9, 50}});
        if (step == 3333) stats.nans = 50;
        return std::vector{stats};
    });
    const ExponentMap& map = trace.maps.at(0);
    CHECK(map.columns() <= 200);
    CHECK_FALSE(map.one_step_each);
    std::size_t column = 0;
    while (column + 1 < map.columns() && map.steps[column + 1] <= 3333) ++column;
    CHECK(map.steps[column] > 3200);
    CHECK(cell(map, 9, column) == 0.5f);
    CHECK(map.nans[column] == 0.5f);
    CHECK(cell(map, 0, column) == 1);
    CHECK(map.nans[column - 1] == 0);
    CHECK(map.steps[1] < 10);  // the first steps stay apart on a logarithmic axis
}

TEST_CASE("a column that no traced step falls into is not there") {
    const TensorTrace trace = traced(5000, 7, {1}, [](std::int64_t, std::uint64_t) {
        return std::vector{stats_at("w1", {{0, 100}})};
    });
    const ExponentMap& map = trace.maps.at(0);
    for (std::size_t i = 0; i < map.columns(); ++i) {
        CHECK(map.steps[i] % 7 == 0);
        CHECK(cell(map, 0, i) == 1);
    }
    CHECK(map.last_step == 4998);
}

TEST_CASE("tensors that lost most come first, with the step at which they lost most") {
    const TensorTrace trace = traced(30, 10, {1, 2}, [](std::int64_t step, std::uint64_t) {
        TensorStats well = stats_at("w1", {{0, 100}}), badly = stats_at("w2", {{0, 80}}),
                    subnormal = stats_at("w3", {{0, 9}});
        badly.underflows = badly.zeros = 20 + step / 10;
        subnormal.subnormals = 100;
        return std::vector{well, subnormal, badly};
    });
    REQUIRE(trace.losses.size() == 3);
    CHECK(trace.losses[0].id.tensor == "w2");
    CHECK(trace.losses[1].id.tensor == "w3");
    CHECK(trace.losses[0][Loss::underflow].count == 2 * (20 + 21 + 22));
    CHECK(trace.losses[0][Loss::underflow].worst_step == 20);
    CHECK(trace.losses[0][Loss::underflow].worst_share == 0.22);
    CHECK(trace.losses[0].share(Loss::underflow) == Approx(0.21));
    CHECK(trace.losses[2].lost() == 0);
}

TEST_CASE("a tensor without a finite value has strips and no rows") {
    const TensorTrace trace = traced(10, 5, {1}, [](std::int64_t, std::uint64_t) {
        TensorStats stats = stats_at("w1", {});
        stats.nans = 99;
        stats.infinities = 1;
        return std::vector{stats};
    });
    CHECK(trace.maps.at(0).rows == 0);
    CHECK(trace.maps.at(0).nans == std::vector<float>(2, 0.99f));
    CHECK(trace.maps.at(0).infinities == std::vector<float>(2, 0.01f));
}

TEST_CASE("where all maps are too many those of the first seeds are kept, and the rest is counted") {
    const TensorTrace trace = traced(200, 1, {1, 2, 3, 4, 5, 6},
                                     [](std::int64_t, std::uint64_t) {
                                         std::vector<TensorStats> all;
                                         for (int i = 0; i < 12; ++i)
                                             all.push_back(stats_at("w" + std::to_string(i), {{-149, 1}, {127, 1}}));
                                         return all;
                                     },
                                     {"base", "other"});
    CHECK(trace.maps_left_out > 0);
    CHECK(trace.maps.size() + trace.maps_left_out == 6 * 12 * 2);
    CHECK(trace.maps.front().seed == 1);
    for (std::size_t i = 1; i < trace.maps.size(); ++i) CHECK(trace.maps[i - 1].seed <= trace.maps[i].seed);
    CHECK(trace.losses.size() == 24);
}

TEST_CASE("a folder without traced runs has no tensors, one that does not belong together is refused") {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment({"base"}, {1}));
    synthetic::make_run(store, "base", 1);
    const Results results = store.finish();
    CHECK(load_tensors(out / "made-up", results).empty());
    const std::string row = "base,1,0,gradient,w1,10,0,0,0,0,0,0,0,1,1,1\n",
                      header =
                          "run,seed,step,role,tensor,count,zeros,subnormals,infinities,nans,overflows,underflows,"
                          "unchanged,min_abs,max_"
                          "abs,rms\n";
    write_file(out / "made-up/tensors.csv", header + row);
    write_file(out / "made-up/exponents.csv", "run,seed,step,role,tensor,exponent,count\nbase,1,0,gradient,w1,5,10\n");
    CHECK(holds(message_of([&] { load_tensors(out / "made-up", results); }), "does not belong to tensors.csv"));
    write_file(out / "made-up/tensors.csv", header + "other" + row.substr(4));
    CHECK(holds(message_of([&] { load_tensors(out / "made-up", results); }), "holds the run 'other'"));
}
