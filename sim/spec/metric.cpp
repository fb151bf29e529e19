#include <algorithm>

#include "halfstep/spec/event_kind.hpp"
#include "halfstep/spec/experiment.hpp"

namespace halfstep {

namespace {

std::vector<MetricDoc> with_events(std::vector<MetricDoc> docs) {
    for (const EventKind& kind : event_kinds()) docs.push_back({kind.metric, kind.metric_doc});
    docs.push_back({"first_bad_step",
                    "first step whose training loss was not finite or above 1e6 * max(1, initial_loss), on which the "
                    "loss scale fell to its floor or the original raised an error; of a program, that made a NaN; -1: "
                    "none"});
    return docs;
}

}  // namespace

const std::vector<MetricDoc>& metric_docs() {
    static const std::vector<MetricDoc> docs = with_events({
        {"initial_loss", "loss over the full data in binary64, on the weights before the first step"},
        {"final_loss", "loss over the full data in binary64, on the weights after the last step"},
        {"last_loss", "training loss of the last step, as the run's own precision saw it"},
        {"min_loss", "smallest finite training loss of all steps; NaN when none was finite"},
        {"max_loss", "largest finite training loss of all steps; NaN when none was finite"},
        {"diverged",
         "1 when the final loss or any final weight is not finite, or final_loss > 1e6 * max(1, initial_loss); else 0"},
        {"first_nonfinite_step", "first step whose training loss was not finite; -1 when there was none"},
        {"skipped_steps", "optimizer steps dropped on overflow"},
        {"skipped_fraction", "skipped_steps divided by the steps of the run"},
        {"final_loss_scale", "loss scale after the last step"},
        {"min_loss_scale", "smallest loss scale of all steps"},
        {"max_loss_scale", "largest loss scale of all steps"},
        {"first_skip_step", "first step that was skipped; -1 when there was none"},
        {"max_abs_weight", "largest magnitude of a weight after the last step"},
        {"peak_abs_weight", "largest magnitude of a weight over all recorded steps"},
        {"weight_change", "2-norm of the final minus the initial weights"},
        {"final_worker_error_norm", "2-norm of the workers' error feedback after the last step; NaN without any"},
        {"final_server_error_norm", "2-norm of the servers' error feedback after the last step; NaN without any"},
        {"final_accuracy", "share of the full data classified correctly after the last step; NaN for other models"},
        {"bytes_sent", "bytes a worker put on the wire, compressed or not; 0 with one worker"},
        {"bytes_uncompressed",
         "bytes a worker would have sent had every step's gradient been all-reduced uncompressed; 0 with one worker"},
        {"final_reference_distance",
         "relative 2-norm distance of the final weights to the reference run's; NaN without run.reference"},
        {"max_lost_updates",
         "largest share of nonzero updates that changed no weight, of traced steps; NaN without any"},
        {"min_momentum_cosine",
         "smallest cosine of a compressed exchange's result and the true mean, of traced steps; NaN without any"},
    });
    return docs;
}

std::span<const std::string_view> series_names() {
    static constexpr std::string_view names[] = {"loss",
                                                 "lr",
                                                 "loss_scale",
                                                 "skipped",
                                                 "grads_averaged",
                                                 "grad_norm",
                                                 "max_abs_weight",
                                                 "worker_error_norm",
                                                 "server_error_norm",
                                                 "eval_loss",
                                                 "update_norm",
                                                 "bytes_sent",
                                                 "reference_distance",
                                                 "reference_loss",
                                                 "lost_updates",
                                                 "momentum_cosine",
                                                 "worker_error_ratio",
                                                 "server_error_ratio"};
    return names;
}

std::array<std::string, watch_metrics> watch_metric_names(const Watch& watch) {
    return {watch.name, "min(" + watch.name + ")", "max(" + watch.name + ")", "last_change(" + watch.name + ")"};
}

std::vector<std::string> metrics_of(const RunSpec& run) {
    std::vector<std::string> names;
    if (run.is_program()) {
        for (const EventKind& kind : event_kinds()) names.emplace_back(kind.metric);
        names.emplace_back("first_bad_step");
    } else {
        for (const MetricDoc& metric : metric_docs()) names.emplace_back(metric.name);
    }
    for (const Watch& watch : run.watches)
        for (const std::string& name : watch_metric_names(watch)) names.push_back(name);
    return names;
}

bool has_metric(const RunSpec& run, std::string_view name) {
    const std::vector<std::string> names = metrics_of(run);
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace halfstep
