// What a run's events have to be, found the slow way: every step is observed as a whole, every rounding
// of it looked at, and nothing is assumed about where trouble shows.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "halfstep/format/round.hpp"
#include "run/built_run.hpp"

namespace halfstep::test {

struct Expected {
    std::int64_t step = 0;
    int worker = 0;
    double exact = 0, rounded = 0;
    std::string role, operation;  // of the rounding itself
    Op op = Op::cast;
};

class BruteForce final : public RoundingObserver {
public:
    BruteForce(const RunSpec& spec, std::uint64_t seed) {
        BuiltRun run(spec, seed);
        machine_ = run.recording();
        for (step_ = 0; step_ < spec.steps; ++step_) {
            candidates_.clear();
            zeros_.clear();
            run.step(this);
            for (auto& [kind, best] : candidates_) found.emplace(kind, best.second);
            for (auto& [key, array] : zeros_) {
                if (!array.all_zero || !array.any) continue;
                // The first instruction, and of it the first worker.
                if (!found.contains("underflow")) found.emplace("underflow", array.first);
            }
        }
    }

    Interest wants(const RoundedInstruction&, int) override { return Interest::results_and_terms; }
    void roundings(const RoundingBatch& batch) override {
        for (std::size_t i = 0; i < batch.size(); ++i) look(batch, i);
    }

    std::map<std::string, Expected> found;  // overflow, nan, underflow

private:
    using Order = std::tuple<std::int32_t, int, std::int64_t, std::int64_t, int>;
    struct Array {
        bool all_zero = true, any = false;
        Expected first;
    };

    void look(const RoundingBatch& batch, std::size_t i) {
        if (!batch.role) return;
        const double exact = batch.exact[i], rounded = batch.rounded[i];
        const Op op = batch.of.instruction->op;
        bool finite = true, nan = false;
        for (const auto& operand : batch.operands)
            if (!operand.empty()) {
                finite = finite && std::isfinite(operand[i]);
                nan = nan || std::isnan(operand[i]);
            }
        const bool divides_by_zero = op == Op::div && batch.operands[1][i] == 0;
        // Independent of the library's own test: beyond the largest finite value by half a unit or more,
        // at half a unit where the largest value's significand is odd.
        const Format& f = batch.rounding.format;
        const double last_unit = std::ldexp(1.0, f.emax - f.precision + 1);
        const bool odd = std::fmod(f.max_finite / last_unit, 2.0) == 1.0;
        const double beyond_by = std::fabs(exact) - (f.max_finite + last_unit / 2);
        const bool beyond = beyond_by > 0 || (beyond_by == 0 && odd);
        if (!std::isnan(exact) && (std::isinf(exact) ? finite && !divides_by_zero : beyond)) note("overflow", batch, i);
        if (std::isnan(rounded) && !nan) note("nan", batch, i);
        const bool whole = batch.part == RoundingPart::result;
        const bool looked_at = op != Op::source && op != Op::inject;
        if (!looked_at) return;
        const bool single = machine_->program().values[batch.of.out].shape.size() == 1;
        if (single && op != Op::from_host && batch.of.site->tensor.empty() && batch.of.site->piece != "backward")
            return;
        Array& array = zeros_[{batch.of.index, batch.worker}];
        if (whole) array.all_zero = array.all_zero && rounded == 0;
        if (exact != 0 && rounded == 0 && (!array.any || std::fabs(exact) > std::fabs(array.first.exact))) {
            array.any = true;
            array.first = expected(batch, i);
        }
    }

    Expected expected(const RoundingBatch& batch, std::size_t i) const {
        return {step_,
                batch.of.per_worker && machine_->program().workers > 1 ? batch.worker : -1,
                batch.exact[i],
                batch.rounded[i],
                batch.role ? std::string(role_name(*batch.role)) : "",
                std::string(op_name(batch.of.instruction->op)),
                batch.of.instruction->op};
    }

    void note(const char* kind, const RoundingBatch& batch, std::size_t i) {
        if (found.contains(kind)) return;
        const int part = batch.part == RoundingPart::product ? 0 : batch.part == RoundingPart::partial ? 1 : 2;
        // A sum's result comes after all its terms.
        const Order order{batch.of.index, batch.worker, batch.element(i),
                          part == 2 ? std::int64_t(1) << 40 : batch.term(i), part};
        const auto before = candidates_.find(kind);
        if (before != candidates_.end() && before->second.first <= order) return;
        candidates_.insert_or_assign(kind, std::pair(order, expected(batch, i)));
    }

    RecordingMachine* machine_ = nullptr;
    std::int64_t step_ = 0;
    std::map<std::string, std::pair<Order, Expected>> candidates_;
    std::map<std::pair<std::int32_t, int>, Array> zeros_;
};

}  // namespace halfstep::test
