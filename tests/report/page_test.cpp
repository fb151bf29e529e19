#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string>

#include "catch.hpp"
#include "halfstep/report/curves.hpp"
#include "halfstep/report/report.hpp"
#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/result_error.hpp"
#include "message_of.hpp"
#include "synthetic.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
namespace fs = std::filesystem;

namespace {

// Adam trains; base overflows at step 3, skips, and is NaN from step 6 on.
void make_results(const fs::path& out, Experiment experiment, std::int64_t steps = 10) {
    const double infinity = std::numeric_limits<double>::infinity();
    for (RunSpec& run : experiment.runs) run.steps = steps;
    Store store(out, experiment);
    for (const RunId& id : asked_runs(experiment)) {
        auto file = store.begin(id.run, id.seed);
        const bool breaks = id.run == "base";
        for (std::int64_t step = 0; step < steps; ++step) {
            const bool overflow = breaks && step == 3;
            const double loss = breaks && step >= 6 ? infinity - infinity : std::exp(-0.1 * static_cast<double>(step));
            file->step({step,
                        overflow,
                        {{"loss", loss},
                         {"loss_scale", overflow ? 1 : 2},
                         {"lr", 0.001},
                         {"skipped", overflow ? 1.0 : 0.0},
                         {"grad_norm", overflow ? infinity : 1 + loss}}},
                       synthetic::NoSnapshot());
        }
        store.commit(std::move(file), synthetic::summary(id.run, id.seed,
                                                         {{"final_loss", breaks ? infinity - infinity : 0.4},
                                                          {"skipped_steps", breaks ? 1.0 : 0.0},
                                                          {"first_skip_step", breaks ? 3.0 : -1.0}}));
    }
    store.finish();
}

Experiment two_runs() {
    return synthetic::experiment({"base", "adam"}, {1}, 10);
}

std::string page_of(const Experiment& experiment) {
    TemporaryFolder out;
    make_results(out.path(), experiment);
    write_report(out / experiment.name);
    return read_file(out / experiment.name / "report.html");
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
    return count;
}

}  // namespace

TEST_CASE("a page says what was claimed, what came out and what broke") {
    Experiment experiment = two_runs();
    experiment.source = "See https://example.org/paper?a=1&b=2.";
    experiment.predict = "Which run breaks?";
    Expectation& expectation = experiment.expectations.emplace_back();
    expectation.run = "adam";
    expectation.metric = "final_loss";
    expectation.below = Bound{0.5, "", "", 1};
    const std::string page = page_of(experiment);
    CHECK(holds(page, "<h1 dir=\"auto\">A made-up experiment</h1>"));
    CHECK(holds(page, "<p dir=\"auto\" class=\"claim\" data-outcome>Nothing is claimed.</p>"));
    CHECK(holds(page, "<a href=\"https://example.org/paper?a=1&amp;b=2\" rel=\"noreferrer\">"));
    CHECK(holds(page, "Which run breaks?"));
    CHECK(holds(page, "the check held"));
    CHECK(holds(page, "base: NaN from step 6 to the end."));
    CHECK(holds(page, "base: 1 update skipped, the first at step 3."));
    CHECK(holds(page, "base: infinite at step 3; finite again later.") ==
          false);  // two stretches: the next line says it
    CHECK(holds(page, "base: infinite at step 3, not finite at 5 recorded steps in all"));
    CHECK(holds(page, "halfstep run made-up.toml"));
    CHECK(holds(page, "<code>lr</code> = 0.001"));
}

TEST_CASE("a page says what each run is, and what it changes in the base") {
    Experiment experiment = two_runs();
    experiment.runs[1].optimizer.set("lr", {0.5});
    const std::string page = page_of(experiment);
    CHECK(holds(page, "<code>quadratic</code> trained by <code>adam</code> in <code>fp32</code>, 1 worker, 10 steps"));
    experiment.runs[0].program.kind = "program";
    CHECK(holds(page_of(experiment), "<td>plain arithmetic in <code>fp32</code>, 1 worker, 10 steps"));
    CHECK(holds(page, "<code>optimizer.lr</code> <span class=\"before\">0.001</span> → <b>0.5</b>"));
}

TEST_CASE("every plot has its curves in words, for those who do not see it") {
    const std::string page = page_of(two_runs());
    CHECK(
        holds(page,
              "aria-label=\"Loss by step. base: 1 at step 0; lowest 0.607 at step 5; NaN from step 6 to the end. adam: "
              "1 at step 0, falls to 0.407 at step 9.\""));
    CHECK(holds(page, "adam: 2 throughout."));
}

TEST_CASE("a page asks nobody for anything") {
    const std::string page = page_of(two_runs());
    CHECK(holds(page, "default-src 'none'"));
    for (const char* request :
         {" src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest", "eval(", "new Function"})
        CHECK(count_of(page, request) == 0);
}

TEST_CASE("texts of a scenario cannot become markup or script") {
    Experiment experiment = two_runs();
    const std::string hostile = "</script><script>alert(1)</script><!-- <b> & \" '";
    experiment.title = experiment.claim = experiment.source = experiment.teaches = experiment.predict = hostile;
    experiment.runs[1].run = hostile;
    const std::string harmless = page_of(two_runs()), page = page_of(experiment);
    CHECK(count_of(page, "<script") == count_of(harmless, "<script"));
    CHECK(count_of(page, "</script") == count_of(harmless, "</script"));
    CHECK(count_of(page, "<!--") == count_of(harmless, "<!--"));
    CHECK(count_of(page, "<b>") == count_of(harmless, "<b>"));
}

TEST_CASE("the same results give the same page") {
    CHECK(page_of(two_runs()) == page_of(two_runs()));
}

TEST_CASE("an interrupted result says so at the top") {
    TemporaryFolder out;
    Store store(out.path(), two_runs());
    synthetic::make_run(store, "adam", 1);
    store.finish();
    write_report(out / "made-up");
    CHECK(holds(read_file(out / "made-up/report.html"), "interrupted; missing are base, seed 1."));
}

TEST_CASE("a report needs results that belong together") {
    TemporaryFolder out;
    CHECK(holds(message_of([&] { write_report(out.path()); }), "manifest.json is missing"));
    make_results(out.path(), two_runs());
    write_file(out / "made-up/series.csv", "run,seed,step,metric,value\nother,1,0,loss,1\n");
    CHECK(holds(message_of([&] { write_report(out / "made-up"); }), "holds the run 'other'"));
}

TEST_CASE("the index lists every result, and those that cannot be read with the reason") {
    TemporaryFolder out;
    make_results(out.path(), two_runs());
    write_report(out / "made-up");
    Experiment other = two_runs();
    other.name = "a & b";
    other.title = "Second";
    make_results(out.path(), other);
    fs::create_directories(out / "broken");
    write_file(out / "broken/manifest.json", "{");
    fs::create_directories(out / "no-result");
    write_index(out.path());
    const std::string index = read_file(out / "index.html");
    CHECK(holds(index, "<a href=\"made-up/report.html\">A made-up experiment</a>"));
    CHECK(holds(index, "<svg class=\"thumbnail\""));
    CHECK(holds(index, "a &amp; b"));
    CHECK(holds(index, "make it with <code>halfstep report</code>"));
    CHECK(holds(index, "manifest.json: is damaged"));
    CHECK_FALSE(holds(index, "no-result"));
}

TEST_CASE("curves know their run, and skipped steps stand apart") {
    TemporaryFolder out;
    make_results(out.path(), synthetic::experiment({"adam", "base"}, {1, 2}));
    const Plots plots = load_plots(out / "made-up", read_results(out / "made-up"));
    REQUIRE(plots.panels.size() == 4);
    CHECK(plots.panels[0].metric == "loss");
    CHECK(plots.panels[1].metric == "loss_scale");
    REQUIRE(plots.panels[0].curves.size() == 4);
    CHECK(plots.panels[0].curves[2].variant == 1);
    CHECK(plots.panels[0].curves[2].seed == 1);
    CHECK(plots.panels[0].curves[2].facts.not_finite_since == 6);
    CHECK(plots.find("lr")->constant() == 0.001);
    CHECK_FALSE(plots.find("loss")->constant());
    REQUIRE(plots.skipped.size() == 2);
    CHECK(plots.skipped[0].variant == 1);
    CHECK(plots.skipped[0].points[0].step == 3);
}

TEST_CASE("of a large experiment the page shows the first runs and says so") {
    std::vector<std::string> runs;
    for (int i = 0; i < 100; ++i) runs.push_back("run" + std::to_string(i));
    const std::string page = page_of(synthetic::experiment(runs, {1}));
    CHECK(holds(page, "The first 60 of 100 runs are shown"));
    CHECK(holds(page, "<th scope=\"col\"><bdi>run59</bdi></th>"));
    CHECK_FALSE(holds(page, "<bdi>run60</bdi>"));
}
