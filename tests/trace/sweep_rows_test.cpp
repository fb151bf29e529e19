// One row a run of a sweep, and what a run is called.
#include "halfstep/trace/sweep_rows.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/trace/output_file.hpp"
#include "made_up_sweep.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;

namespace {

RunSummary ended(std::vector<std::pair<std::string, double>> metrics) {
    return synthetic::summary("base", 3, std::move(metrics));
}

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("rows read back as they were written: quoted texts, empty fields, infinities, the last bit") {
    TemporaryFolder folder;
    const Sweep sweep = *synthetic::sweep_experiment().sweep;
    std::string text = sweep_rows_header(sweep);
    for (std::int64_t i = 0; i < sweep.size; ++i) text += sweep_row_text(synthetic::sweep_row(i));
    write_file(folder / "runs.csv", text);
    SweepRowReader reader(folder / "runs.csv", sweep);
    SweepRow row;
    for (std::int64_t i = 0; i < sweep.size; ++i) {
        REQUIRE(reader.next(row));
        CHECK(row == synthetic::sweep_row(i));
        CHECK(std::signbit(*row.metrics[4]));
        CHECK(verdict_in_row(sweep, sweep_row_text(row)) == row.verdict);
    }
    CHECK_FALSE(reader.next(row));
}

TEST_CASE("a row is one line of tidy fields") {
    const Sweep sweep = *synthetic::sweep_experiment().sweep;
    CHECK(
        sweep_rows_header(sweep) ==
        "run,seed,optimizer.lr,model.form,verdict,first_bad_step,final_loss,final_loss_scale,min_loss_scale,bytes_sent,"
        "max_loss,digest\n");
    CHECK(sweep_row_text(synthetic::sweep_row(2)) ==
          "base,3,0.1,\"a, \"\"quoted\"\" one\",trains,,0.2,inf,-inf,-0,5e-324,0123456789abcdef\n");
    SweepRow collapsed = synthetic::sweep_row(0);
    collapsed.at = {"", "plain"};
    collapsed.metrics[0] = not_a_number;
    CHECK(sweep_row_text(collapsed) == "base,3,,plain,diverged,nan,0,inf,-inf,-0,5e-324,0123456789abcdef\n");
}

TEST_CASE("a NaN reads back as a NaN, an empty field as no value") {
    TemporaryFolder folder;
    const Sweep sweep = *synthetic::sweep_experiment().sweep;
    SweepRow written = synthetic::sweep_row(0);
    written.metrics[1] = not_a_number;
    written.at[0].clear();
    write_file(folder / "runs.csv", sweep_rows_header(sweep) + sweep_row_text(written));
    SweepRowReader reader(folder / "runs.csv", sweep);
    SweepRow row;
    REQUIRE(reader.next(row));
    CHECK_FALSE(row.metrics[0]);
    REQUIRE(row.metrics[1]);
    CHECK(std::isnan(*row.metrics[1]));
    CHECK(row.at[0].empty());
    CHECK(metric_of(sweep, row, "max_loss") == 5e-324);
    CHECK_FALSE(metric_of(sweep, row, "first_bad_step"));
    CHECK_FALSE(metric_of(sweep, row, "another"));
}

TEST_CASE("a table of another sweep, or a damaged one, is refused with its line") {
    TemporaryFolder folder;
    const Sweep sweep = *synthetic::sweep_experiment().sweep;
    const std::string header = sweep_rows_header(sweep);
    const auto error = [&](const std::string& text) {
        write_file(folder / "runs.csv", text);
        return message_of([&] {
            SweepRowReader reader(folder / "runs.csv", sweep);
            SweepRow row;
            while (reader.next(row)) {
            }
        });
    };
    Sweep other = sweep;
    other.metrics.clear();
    CHECK(holds(error(sweep_rows_header(other)), "runs.csv:1: is not of this sweep: its columns are others"));
    const std::string good = sweep_row_text(synthetic::sweep_row(0));
    CHECK(
        holds(error(header + good + "base,x,1,plain,trains,,,,,,,0\n"), "runs.csv:3: seed 'x' is not a whole number"));
    CHECK(holds(error(header + "base,3,1,plain,trains,,1e,,,,,0\n"),
                "runs.csv:2: final_loss '1e' is not a number, nan, inf or -inf"));
    CHECK(holds(error(header + good.substr(0, good.size() - 1)), "runs.csv:2: the file ends within a line"));
    CHECK(holds(error(header + "base,3\n"), "runs.csv:2: found 2 fields, expected 12"));
    CHECK(holds(error(""), "runs.csv: is empty"));
}

TEST_CASE("the first rule of the file that a run's metrics meet names it") {
    Sweep sweep;
    sweep.verdicts = {{"low", {"final_loss", {}, 0.1, {}, {}, {}}}, {"mid", {"final_loss", {}, 1.0, {}, {}, {}}}};
    CHECK(verdict_of(sweep, ended({{"final_loss", 0.05}, {"diverged", 1}})) == "low");
    CHECK(verdict_of(sweep, ended({{"final_loss", 0.5}})) == "mid");
    CHECK(verdict_of(sweep, ended({{"final_loss", not_a_number}, {"diverged", 1}})) == "diverged");
    CHECK(verdict_of(sweep, ended({{"final_loss", 2}, {"initial_loss", 3}})) == "trains");
    CHECK(verdict_of(sweep, ended({})) == "trains");  // it has no such metric
}

TEST_CASE("a run that no rule names is raised, diverged, at the scale's floor, stuck, or trains") {
    const Sweep sweep;
    RunSummary raised = ended({{"diverged", 1}});
    raised.error = "loss scale too low";
    CHECK(verdict_of(sweep, raised) == "raised");
    CHECK(verdict_of(sweep, ended({{"diverged", 1}, {"scale_floor_step", 3}})) == "diverged");
    CHECK(verdict_of(sweep, ended({{"diverged", 0}, {"scale_floor_step", 0}})) == "scale_floor");
    CHECK(
        verdict_of(sweep, ended({{"diverged", 0}, {"scale_floor_step", -1}, {"initial_loss", 1}, {"final_loss", 1}})) ==
        "stuck");
    CHECK(verdict_of(sweep, ended({{"diverged", 0}, {"initial_loss", 1}, {"final_loss", not_a_number}})) == "stuck");
    CHECK(verdict_of(sweep, ended({{"diverged", 0}, {"initial_loss", 1}, {"final_loss", 0.5}})) == "trains");
    CHECK(verdict_of(sweep, ended({{"first_nan_step", 0}})) == "diverged");  // a program
    CHECK(verdict_of(sweep, ended({{"first_nan_step", -1}})) == "trains");
}

TEST_CASE("the row of a run that ended has its metrics, and nothing where it has none") {
    const Sweep sweep = *synthetic::sweep_experiment().sweep;
    RunSummary summary = ended({{"final_loss", 0.5}, {"max_loss", 2}, {"diverged", 0}, {"initial_loss", 1}});
    summary.digest = "00112233445566778899aabbccddeeff";
    const SweepRow row = make_row(sweep, summary, {"1", "plain"});
    CHECK(row == SweepRow{"base", 3, {"1", "plain"}, "trains", {{}, 0.5, {}, {}, {}, 2.0}, "0011223344556677"});
}
