#include "halfstep/trace/csv.hpp"

#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/runs_csv.hpp"
#include "halfstep/trace/series_csv.hpp"
#include "message_of.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;

namespace {

// What is wrong with a series.csv of this text, with the folder cut off.
std::string complaint_about(const std::string& text) {
    TemporaryFolder folder;
    write_file(folder / "series.csv", text);
    try {
        read_series(folder / "series.csv", [](const SeriesRow&) {});
    } catch (const ResultError& error) {
        return std::string(error.what()).substr(folder.path().string().size() + 1);
    }
    return "nothing";
}

const std::string header = "run,seed,step,metric,value\n";

}  // namespace

TEST_CASE("a series reads back as it was written, NaN and infinities included") {
    TemporaryFolder folder;
    const double infinity = std::numeric_limits<double>::infinity();
    SeriesWriter writer(folder / "series.csv", "adam, \"fast\"\nand more", 18446744073709551615u);
    writer.row(0, "loss", 0.1);
    writer.row(1, "loss", -infinity);
    writer.row(2, "max_abs[0,1]", std::numeric_limits<double>::quiet_NaN());
    writer.close();

    std::vector<double> values;
    std::string last_metric;
    read_series(folder / "series.csv", [&](const SeriesRow& row) {
        CHECK(row.run == "adam, \"fast\"\nand more");
        CHECK(row.seed == 18446744073709551615u);
        CHECK(row.step == static_cast<std::int64_t>(values.size()));
        values.push_back(row.value);
        last_metric = row.metric;
    });
    REQUIRE(values.size() == 3);
    CHECK(values[0] == 0.1);
    CHECK(values[1] == -infinity);
    CHECK(values[2] != values[2]);
    CHECK(last_metric == "max_abs[0,1]");
}

TEST_CASE("plain rows look as one would type them") {
    TemporaryFolder folder;
    SeriesWriter writer(folder / "series.csv", "base", 1);
    writer.row(0, "loss", 0.693147);
    writer.row(1, "loss_scale", 65536);
    writer.close();
    CHECK(read_file(folder / "series.csv") == header + "base,1,0,loss,0.693147\nbase,1,1,loss_scale,65536\n");
}

TEST_CASE("a damaged series is refused with its line") {
    CHECK(complaint_about(header + "base,1,0,loss,1\n") == "nothing");
    CHECK(complaint_about("") == "series.csv: is empty");
    CHECK(complaint_about("run,step\n") == "series.csv:1: expected the columns run,seed,step,metric,value");
    CHECK(complaint_about(header + "base,1,0,loss,1\nbase,1,1,lo") ==
          "series.csv:3: the file ends within a line; it was not written to its end");
    CHECK(complaint_about(header + "base,1,0,loss\n") == "series.csv:2: found 4 fields, expected 5");
    CHECK(complaint_about(header + "base,1,0,loss,big\n") ==
          "series.csv:2: value 'big' is not a number, nan, inf or -inf");
    CHECK(complaint_about(header + "base,-1,0,loss,1\n") == "series.csv:2: seed '-1' is not a whole number");
    CHECK(complaint_about(header + "ba\"se,1,0,loss,1\n") == "series.csv:2: a quote stands where none may");
    CHECK(complaint_about(header + "\"base\" ,1,0,loss,1\n") == "series.csv:2: a quote stands where none may");
    CHECK(complaint_about(header + "\"base,1,0,loss,1\n\n") == "series.csv:2: a quoted field does not end");
}

TEST_CASE("a full disk is an error that names the file and the reason") {
    SeriesWriter writer("/dev/full", "base", 1);
    const auto fill = [&] {
        for (int step = 0; step < 10000; ++step) writer.row(step, "loss", step);
        writer.close();
    };
    CHECK(message_of(fill) == "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("a file that cannot be created is an error that names it") {
    TemporaryFolder folder;
    CHECK_THROWS_AS(OutputFile(folder / "absent/file.csv"), ResultError);
}

TEST_CASE("runs read back as they were written, with the metrics only some of them have") {
    TemporaryFolder folder;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<RunSummary> written = {
        {"base", 1, 500, false, {{"final_loss", nan}, {"min_loss_scale", 1}}, {}, "0f", 0.25},
        {"adam", 1, 500, false, {{"final_loss", 0.0125}, {"first_skip", 3}}, {}, "1e", 0.5},
    };
    write_file(folder / "runs.csv", runs_csv_text(written));
    CHECK(read_file(folder / "runs.csv") ==
          "run,seed,steps,final_loss,min_loss_scale,first_skip,digest\n"
          "base,1,500,nan,1,,0f\n"
          "adam,1,500,0.0125,,3,1e\n");
    const std::vector<RunSummary> read = read_runs(folder / "runs.csv");
    REQUIRE(read.size() == 2);
    CHECK(read[0].metrics.size() == 2);
    CHECK(read[0].metrics[0].second != read[0].metrics[0].second);
    CHECK(read[1].metrics == written[1].metrics);
    CHECK(read[1].digest == "1e");
}
