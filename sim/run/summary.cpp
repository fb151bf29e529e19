#include "summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace halfstep {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double divergence_limit(double initial_loss) {
    return 1e6 * std::max(1.0, initial_loss);
}
}  // namespace

SummaryBuilder::SummaryBuilder(BuiltRun& run, const RunSpec& spec)
    : run_(run), last_loss_(nan), min_loss_(nan), max_loss_(nan), min_scale_(infinity), max_scale_(0) {
    if (!run.trains()) return;
    // An optimizer that compresses what its workers send compresses nothing where there is one.
    const bool has_errors = spec.workers > 1 || !find_optimizer(spec.optimizer.kind).compresses;
    if (has_errors) {
        worker_errors_ = ErrorStates(run.machine(), "worker_error");
        server_errors_ = ErrorStates(run.machine(), "server_error");
    }
    run.weights(0, initial_weights_);
    run.evaluation().run(initial_weights_);
    initial_loss_ = run.evaluation().loss();
}

double SummaryBuilder::largest_weight() {
    run_.weights(0, scratch_);
    double largest = 0.0;
    for (double x : scratch_)
        if (!(std::fabs(x) <= largest)) largest = std::isnan(x) ? nan : std::fabs(x);
    return largest;
}

void SummaryBuilder::step(std::int64_t t, double loss, double scale, double next_scale, bool skipped) {
    steps_ = t + 1;
    last_loss_ = loss;
    if (first_divergent_ < 0 && !(loss <= divergence_limit(initial_loss_))) first_divergent_ = t;
    if (std::isfinite(loss)) {
        min_loss_ = std::isnan(min_loss_) ? loss : std::min(min_loss_, loss);
        max_loss_ = std::isnan(max_loss_) ? loss : std::max(max_loss_, loss);
    } else if (first_nonfinite_ < 0) {
        first_nonfinite_ = t;
    }
    min_scale_ = std::min({min_scale_, scale, next_scale});
    max_scale_ = std::max({max_scale_, scale, next_scale});
    final_scale_ = next_scale;
    if (skipped) {
        ++skipped_;
        if (first_skip_ < 0) first_skip_ = t;
    }
}

void SummaryBuilder::observe(StepRecord& record, bool evaluate) {
    const double largest = largest_weight();
    if (!(largest <= peak_weight_)) peak_weight_ = largest;
    record.series.emplace_back("max_abs_weight", largest);
    if (worker_errors_.exist())
        record.series.emplace_back("worker_error_norm", worker_errors_.norm(run_.machine(), scratch_));
    if (server_errors_.exist())
        record.series.emplace_back("server_error_norm", server_errors_.norm(run_.machine(), scratch_));
    if (!evaluate) return;
    run_.weights(0, scratch_);
    run_.evaluation().run(scratch_);
    record.series.emplace_back("eval_loss", run_.evaluation().loss());
}

std::vector<std::pair<std::string, double>> SummaryBuilder::finish() {
    if (!run_.trains()) return {};
    std::vector<double> weights;
    run_.weights(0, weights);
    run_.evaluation().run(weights);
    const double final_loss = run_.evaluation().loss();
    double change = 0.0, largest = largest_weight();
    bool finite = std::isfinite(final_loss);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        finite = finite && std::isfinite(weights[i]);
        change += (weights[i] - initial_weights_[i]) * (weights[i] - initial_weights_[i]);
    }
    if (!(largest <= peak_weight_)) peak_weight_ = largest;
    const bool diverged = !finite || final_loss > divergence_limit(initial_loss_);
    const double steps = double(steps_);
    if (steps_ == 0) min_scale_ = max_scale_ = final_scale_ = nan;
    return {{"initial_loss", initial_loss_},
            {"final_loss", final_loss},
            {"last_loss", last_loss_},
            {"min_loss", min_loss_},
            {"max_loss", max_loss_},
            {"diverged", diverged ? 1.0 : 0.0},
            {"first_nonfinite_step", double(first_nonfinite_)},
            {"skipped_steps", double(skipped_)},
            {"skipped_fraction", steps_ > 0 ? double(skipped_) / steps : nan},
            {"final_loss_scale", final_scale_},
            {"min_loss_scale", min_scale_},
            {"max_loss_scale", max_scale_},
            {"first_skip_step", double(first_skip_)},
            {"max_abs_weight", largest},
            {"peak_abs_weight", peak_weight_},
            {"weight_change", std::sqrt(change)},
            {"final_worker_error_norm", worker_errors_.exist() ? worker_errors_.norm(run_.machine(), weights) : nan},
            {"final_server_error_norm", server_errors_.exist() ? server_errors_.norm(run_.machine(), weights) : nan},
            {"final_accuracy", run_.evaluation().accuracy()}};
}

}  // namespace halfstep
