#include "halfstep/report/phase.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "catch.hpp"
#include "halfstep/report/figures.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "message_of.hpp"
#include "synthetic_sweep.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using enum AxisScale;

namespace {

SweepAxis rates(int points) {
    return synthetic::axis("optimizer.lr", logarithmic, synthetic::log_values(1e-4, 10, points));
}

SweepAxis dimensions(const std::vector<double>& values) {
    return synthetic::axis("model.dimension", logarithmic, values);
}

Phase phase_of(
    const Experiment& experiment, std::size_t most = most_phase_runs, std::vector<BoundaryRow> boundaries = {},
    const synthetic::ChangeRow& change = [](SweepRow&, std::int64_t) { return true; }) {
    TemporaryFolder out;
    synthetic::write_sweep(out / experiment.name, experiment, std::move(boundaries), change);
    return load_phase(out / experiment.name, most);
}

std::string page_of(
    const Experiment& experiment, std::vector<BoundaryRow> boundaries = {},
    const synthetic::ChangeRow& change = [](SweepRow&, std::int64_t) { return true; }) {
    TemporaryFolder out;
    Store store(out.path(), experiment);
    for (const RunId& id : asked_runs(experiment)) synthetic::make_run(store, id.run, id.seed);
    store.finish();
    synthetic::write_sweep(out / experiment.name, experiment, std::move(boundaries), change);
    write_report(out / experiment.name);
    return read_file(out / experiment.name / "report.html");
}

// One search of base at each of the values of model.dimension.
std::vector<BoundaryRow> searches(const std::vector<std::pair<std::string, double>>& found) {
    std::vector<BoundaryRow> rows;
    for (const auto& [dimension, value] : found)
        rows.push_back(
            {"boundary", "base", 1, {dimension, ""}, value, value * 1.01, 5, true, NAN, 2 / std::stod(dimension)});
    return rows;
}

Experiment searched(const std::vector<double>& over) {
    Experiment experiment = synthetic::sweeping("made-up", {"base"}, {dimensions(over), rates(5)}, {1});
    experiment.sweep->boundaries = {synthetic::search(true, {1})};
    return experiment;
}

}  // namespace

TEST_CASE("a run of a sweep is found by its cell and seed") {
    const Phase phase = phase_of(synthetic::sweeping("made-up", {"base", "b"}, {dimensions({2, 8}), rates(7)}, {3, 4}));
    REQUIRE(phase.variants.size() == 2);
    const PhaseVariant& base = phase.variants[0];
    CHECK(phase.seeds == 2);
    CHECK(base.rows.size() == 2 * 7 * 2);
    CHECK(base.rows[(1 * 7 + 3) * 2 + 1] == (1 * 7 + 3) * 2 + 1);
    CHECK(phase.variants[1].rows.front() == 2 * 7 * 2);
    CHECK(phase.verdicts.front() == "trains");
    CHECK(phase.verdicts[std::size_t(base.verdicts.back())] == "diverged");
    CHECK(std::isnan(base.metrics[1].values.back()));
    CHECK(base.metrics[1].absent.empty());
}

TEST_CASE("an axis that a variant does not know has one value for it") {
    Experiment experiment = synthetic::sweeping("made-up", {"base", "b"}, {dimensions({2, 8}), rates(3)}, {1});
    const Phase phase = phase_of(experiment, most_phase_runs, {}, [](SweepRow& row, std::int64_t index) {
        if (row.run != "b") return true;
        row.at[0] = "";
        return index < 9;
    });
    CHECK(phase.variants[1].knows == std::vector<bool>{false, true});
    CHECK(phase.variants[1].verdicts.size() == 3);
    CHECK(std::count(phase.variants[1].verdicts.begin(), phase.variants[1].verdicts.end(), -1) == 0);
}

TEST_CASE("a large sweep keeps every so manieth value, and then joins its seeds") {
    const Experiment experiment =
        synthetic::sweeping("made-up", {"base"}, {dimensions({2, 4, 8}), rates(40)}, {1, 2, 3});
    const Phase all = phase_of(experiment);
    CHECK_FALSE(all.thinned());
    const Phase joined = phase_of(experiment, 150);
    CHECK(joined.joined);
    CHECK_FALSE(joined.thinned());
    CHECK(joined.variants[0].verdicts.size() == 120);
    CHECK(joined.runs() == 360);
    const Phase thinned = phase_of(experiment, 50);
    CHECK(thinned.thinned());
    CHECK(thinned.variants[0].verdicts.size() <= 50);
    CHECK(thinned.axes[1].keys[0].values.front() == experiment.sweep->axes[1].keys[0].values.front());
    CHECK(thinned.variants[0].counts == all.variants[0].counts);
}

TEST_CASE("a joined cell has the commonest verdict, medians, and says that seeds disagree") {
    const Phase phase = phase_of(synthetic::sweeping("made-up", {"base"}, {dimensions({2, 4})}, {1, 2, 3}), 2, {},
                                 [](SweepRow& row, std::int64_t index) {
                                     row.verdict = index == 1 ? "diverged" : "trains";
                                     row.metrics[1] = index == 1 ? NAN : double(index);
                                     return true;
                                 });
    CHECK(phase.variants[0].verdicts == std::vector<int>{0, 0});
    CHECK(phase.variants[0].split == std::vector<std::int64_t>{0});
    CHECK(phase.variants[0].metrics[1].values == std::vector<double>{2, 4});
}

TEST_CASE("rows of another sweep are refused") {
    const Experiment experiment = synthetic::sweeping("made-up", {"base"}, {rates(3)}, {1});
    TemporaryFolder out;
    synthetic::write_sweep(out / "made-up", experiment);
    const auto path = sweep_folder(out / "made-up") / "runs.csv";
    std::string rows = read_file(path);
    rows.replace(rows.find("\nbase,"), 6, "\nnone,");
    write_file(path, rows);
    CHECK(holds(message_of([&] { load_phase(out / "made-up"); }), "holds the run 'none'"));
    write_file(sweep_folder(out / "made-up") / "sweep.json", "{");
    CHECK(holds(message_of([&] { load_phase(out / "made-up"); }), "is damaged"));
}

TEST_CASE("sentences count how the runs came out") {
    const auto all_train = [](SweepRow& row, std::int64_t) {
        row.verdict = "trains";
        return true;
    };
    const Experiment experiment = synthetic::sweeping("made-up", {"base"}, {rates(5)}, {1});
    CHECK(phase_sentences(phase_of(experiment, 100, {}, all_train)).front() == "All 5 runs train.");
    const auto mixed = [](SweepRow& row, std::int64_t index) {
        row.verdict = index == 0 ? "trains" : index == 1 ? "odd" : "diverged";
        return true;
    };
    CHECK(phase_sentences(phase_of(experiment, 100, {}, mixed)).front() ==
          "Of 5 runs 1 trains, 3 diverge and 1 is “odd”.");
    const Experiment two = synthetic::sweeping("made-up", {"base", "b"}, {rates(2)}, {1});
    const auto of_two = [](SweepRow& row, std::int64_t index) {
        row.verdict = index == 0 ? "diverged" : "trains";
        return true;
    };
    CHECK(phase_sentences(phase_of(two, 100, {}, of_two))[1] == "base: 1 of 2 trains and 1 diverges; b: all 2 train.");
}

TEST_CASE("sentences say where a boundary goes, beside its theory") {
    const auto sentence = [](const std::vector<std::pair<std::string, double>>& found) {
        return phase_sentences(phase_of(searched({4, 16, 64}), 1000, searches(found))).back();
    };
    CHECK(sentence({{"4", 0.1}, {"16", 0.02}, {"64", 0.006}}) ==
          "The largest optimizer.lr at which base trains falls from 0.1 at model.dimension = 4 to 0.006 at 64. "
          "That is 0.16 to 0.2 times the theory, 2 / dimension.");
    CHECK(holds(sentence({{"4", 0.1}, {"16", 0.2}}), "rises from 0.1 at model.dimension = 4 to 0.2 at 16."));
    CHECK(holds(sentence({{"4", 0.1}, {"16", 0.1}}), "at which base trains is 0.1."));
    CHECK(holds(sentence({{"4", NAN}, {"16", NAN}}), "base trains at no optimizer.lr that was tried."));
}

TEST_CASE("sentences name searches that were not monotone") {
    std::vector<BoundaryRow> rows = searches({{"4", 0.1}, {"16", 0.02}});
    rows[1].monotone = false;
    rows[1].again_at = 0.3;
    CHECK(holds(phase_sentences(phase_of(searched({4, 16}), 1000, rows)).back(),
                "Along optimizer.lr “trains” of base does not end once and for all: at model.dimension = 16 it holds "
                "again at 0.3."));
}

TEST_CASE("a page of a sweep has its sentences, its counts, its boundaries and every verdict in tables") {
    const std::string page = page_of(searched({4, 16}), searches({{"4", 0.1}, {"16", 0.02}}));
    CHECK(holds(page, "<h2>Where it breaks</h2>"));
    CHECK(holds(page, "Of 10 runs "));
    CHECK(holds(page, "The largest optimizer.lr at which base trains falls from 0.1"));
    CHECK(holds(page,
                "<th scope=\"row\"><bdi>boundary</bdi></th><td><bdi>base</bdi></td><td><bdi>model.dimension = "
                "4</bdi></td><td><b>0.1</b>"));
    CHECK(holds(page, "The verdict of every point"));
    CHECK(holds(page, "<th scope=\"row\"><bdi>model.dimension = 16</bdi></th><td title=\"stuck\">S</td>"));
    CHECK(holds(page, "<script type=\"application/json\" id=\"phase-data\">"));
    CHECK_FALSE(holds(page, "Incomplete"));
}

TEST_CASE("a page without a sweep has no such section") {
    TemporaryFolder out;
    Store store(out.path(), synthetic::experiment({"base"}, {1}));
    synthetic::make_run(store, "base", 1);
    store.finish();
    write_report(out / "made-up");
    CHECK_FALSE(holds(read_file(out / "made-up/report.html"), "<section id=\"phase\""));
    CHECK_FALSE(holds(read_file(out / "made-up/report.html"), "id=\"phase-data\""));
}

TEST_CASE("a sweep that was interrupted says how much of it is there") {
    const std::string page = page_of(synthetic::sweeping("made-up", {"base"}, {rates(10)}, {1}), {},
                                     [](SweepRow&, std::int64_t index) { return index < 7; });
    CHECK(holds(page, "<b>Incomplete.</b> 7 of 10 runs are here."));
}

TEST_CASE("a curve of the file's own is read where it is there and of this sweep") {
    Experiment experiment = synthetic::sweeping("made-up", {"base"}, {dimensions({2, 8}), rates(4)}, {1});
    experiment.sweep->theory = "2 / dimension";
    TemporaryFolder out;
    synthetic::write_sweep(out / "made-up", experiment);
    CHECK(load_phase(out / "made-up").theory.empty());
    const auto path = sweep_folder(out / "made-up") / "theory.csv";
    write_file(path, "model.dimension,theory\n2,1\n8,0.25\n");
    CHECK(load_phase(out / "made-up").theory == std::vector<double>{1, 0.25});
    write_file(path, "other,theory\n2,1\n8,0.25\n");
    CHECK(load_phase(out / "made-up").theory.empty());
}

TEST_CASE("a sweep may stand alone, without the runs of its file") {
    TemporaryFolder out;
    const Experiment experiment = synthetic::sweeping("made-up", {"base"}, {rates(10)}, {1});
    synthetic::write_sweep(out / "made-up", experiment);
    write_report(out / "made-up");
    const std::string page = read_file(out / "made-up/report.html");
    CHECK(holds(page, "<section id=\"phase\""));
    CHECK_FALSE(holds(page, "<section id=\"plots\""));
    CHECK_FALSE(holds(page, "Every recorded bit"));
}

TEST_CASE("figures of a sweep are drawn for every variant, from names that are no commands") {
    TemporaryFolder out;
    Experiment experiment =
        synthetic::sweeping("made-up", {"base", "it's `touch cracked`"}, {dimensions({2, 8}), rates(12)}, {1, 2});
    experiment.sweep->boundaries = {synthetic::search(true, {1, 2})};
    Store store(out.path(), experiment);
    for (const RunId& id : asked_runs(experiment)) synthetic::make_run(store, id.run, id.seed);
    store.finish();
    synthetic::write_sweep(out / "made-up", experiment, synthetic::boundary_rows(*experiment.sweep));
    if (std::system("gnuplot --version >/dev/null 2>&1") != 0) return;
    const auto pictures = write_figures(out / "made-up");
    CHECK(pictures.size() == 8);
    CHECK_FALSE(std::filesystem::exists(out / "made-up/figures/cracked"));
    CHECK(holds(read_file(out / "made-up/figures/phase-it-s--touch-cracked-.svg"), "theory"));
    CHECK(holds(read_file(out / "made-up/figures/phase-base.dat"), "# boundary\n2 "));
    CHECK(read_file(out / "made-up/figures/phase-base.png").substr(1, 3) == "PNG");
}

TEST_CASE("ten thousand runs make a page of less than 2 MB") {
    Experiment experiment =
        synthetic::sweeping("made-up", {"base"}, {dimensions(synthetic::log_values(2, 512, 100)), rates(100)}, {1}, 70);
    const std::string page = page_of(experiment);
    CHECK(page.size() < 2'000'000);
    CHECK(holds(page, "too many for a table here"));
}
