// Loss scalers as values: (found_inf, state) -> (next state). Whether a step is taken is the
// engine's business: it skips the steps on which an overflow was found, if the scaler checks.
// A new scaler is one file with one row, listed in sim/scale/registry.cpp.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "halfstep/program/builder.hpp"
#include "halfstep/spec/schema.hpp"

namespace halfstep {

struct LossScalerRow {
    KindSchema schema;
    bool scales = true;           // false: no scaling, no check
    bool checks_overflow = true;  // false: an overflow is applied like any other step
    // The error it may end the run with; nullptr: none. `next` then says in one more output whether.
    const char* failure = nullptr;
    // State at the start; [0] is the loss scale.
    std::vector<double> (*initial)(const Configured&);
    // The options `next` reads, in its order.
    std::vector<double> (*options)(const Configured&);
    // in: overflow (0 or 1), state..., options...; out: state..., and 1 for a failure. A pure function.
    HostFunction next;
};

std::span<const LossScalerRow* const> loss_scalers();
const LossScalerRow& find_loss_scaler(std::string_view kind);  // std::out_of_range when absent

// A scaler recorded into a program: its state and how to advance it.
class RecordedScaler {
public:
    RecordedScaler(Builder& b, const Configured& config);
    const LossScalerRow& row() const { return *row_; }
    Host scale() const { return state_[0]; }
    Host state(std::size_t i) const { return state_.at(i); }
    Host failed() const { return failed_; }  // 1 after a failure; no_value where there can be none
    // Records the transition for this step's overflow flag (0 or 1).
    void update(Builder& b, Host overflow) const;

private:
    const LossScalerRow* row_;
    std::vector<Host> state_, options_;
    Host failed_;
};

}  // namespace halfstep
