#include "halfstep/report/report.hpp"

#include <optional>

#include "halfstep/report/curves.hpp"
#include "halfstep/report/phase.hpp"
#include "halfstep/report/sweep_verdict.hpp"
#include "halfstep/trace/output_file.hpp"
#include "page.hpp"
#include "phase_data.hpp"
#include "thumbnail.hpp"

namespace halfstep {
namespace {

// Of a sweep whose file's own runs were not made: the experiment without any.
Results runs_of_sweep(const std::filesystem::path& results_folder) {
    SweepResults sweep = read_sweep(results_folder);
    Results results;
    results.experiment = std::move(sweep.experiment);
    results.build = std::move(sweep.build);
    return results;
}

}  // namespace

void write_report(const std::filesystem::path& results_folder) {
    const bool sweep_alone = has_sweep(results_folder) && !std::filesystem::exists(results_folder / "manifest.json");
    const Results results = sweep_alone ? runs_of_sweep(results_folder) : read_results(results_folder);
    const Plots plots = sweep_alone ? Plots{} : load_plots(results_folder, results);
    const TensorTrace tensors = sweep_alone ? TensorTrace{} : load_tensors(results_folder, results);
    const std::vector<Verdict> verdicts = judge_all(results.experiment, results.summaries, results_folder);
    write_file(results_folder / "thumbnail.svg", thumbnail_svg(results.experiment, plots));
    std::optional<Phase> phase;
    ReportData data{results, plots, tensors, verdicts};
    if (has_sweep(results_folder)) {
        data.phase = &phase.emplace(load_phase(results_folder));
        data.phase_curves = phase_curves_json(*phase, results_folder);
    }
    write_file(results_folder / "report.html", report_page(data));
}

}  // namespace halfstep
