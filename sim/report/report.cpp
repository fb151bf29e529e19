#include "halfstep/report/report.hpp"

#include "halfstep/report/curves.hpp"
#include "halfstep/report/sweep_verdict.hpp"
#include "halfstep/report/tensors.hpp"
#include "halfstep/trace/output_file.hpp"
#include "page.hpp"
#include "thumbnail.hpp"

namespace halfstep {

void write_report(const std::filesystem::path& results_folder) {
    const Results results = read_results(results_folder);
    const Plots plots = load_plots(results_folder, results);
    const TensorTrace tensors = load_tensors(results_folder, results);
    const std::vector<Verdict> verdicts = judge_all(results.experiment, results.summaries, results_folder);
    write_file(results_folder / "thumbnail.svg", thumbnail_svg(results.experiment, plots));
    write_file(results_folder / "report.html", report_page({results, plots, tensors, verdicts}));
}

}  // namespace halfstep
