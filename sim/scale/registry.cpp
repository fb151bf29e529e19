#include <array>
#include <stdexcept>
#include <string>

#include "rows.hpp"

namespace halfstep {
namespace {
const std::array<const LossScalerRow*, 7> rows = {&loss_scaler_none,
                                                  &loss_scaler_static,
                                                  &loss_scaler_constant,
                                                  &loss_scaler_deepspeed,
                                                  &loss_scaler_deepspeed_hysteresis,
                                                  &loss_scaler_apex,
                                                  &loss_scaler_torch};
}

std::span<const LossScalerRow* const> loss_scalers() {
    return rows;
}

const LossScalerRow& find_loss_scaler(std::string_view kind) {
    for (const LossScalerRow* row : rows)
        if (row->schema.name == kind) return *row;
    throw std::out_of_range("no loss scaler " + std::string(kind));
}

RecordedScaler::RecordedScaler(Builder& b, const Configured& config) : row_(&find_loss_scaler(config.kind)) {
    for (double x : row_->initial(config))
        state_.push_back(b.host_state(
            state_.empty() ? "loss_scale" : "loss_scale_state[" + std::to_string(state_.size() - 1) + "]", x));
    for (double x : row_->options(config)) options_.push_back(b.host_constant(x));
    if (row_->failure) failed_ = b.host_state("loss_scale_failed", 0.0);
}

void RecordedScaler::update(Builder& b, Host overflow) const {
    std::vector<Host> in = {overflow};
    in.insert(in.end(), state_.begin(), state_.end());
    in.insert(in.end(), options_.begin(), options_.end());
    const std::vector<Host> next = b.host(row_->next, in, static_cast<int>(state_.size()) + (row_->failure ? 1 : 0));
    for (std::size_t i = 0; i < state_.size(); ++i) b.store(state_[i], next[i]);
    if (row_->failure) b.store(failed_, next.back());
}

}  // namespace halfstep
