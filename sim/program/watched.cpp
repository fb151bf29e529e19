#include "watched.hpp"

#include <cmath>

#include "instruction_recorder.hpp"
#include "magnitude.hpp"

namespace halfstep {
namespace {

bool all_zero(const float* x, int n) {
    for (int i = 0; i < n; ++i)
        if (x[i] != 0.0f) return false;  // NaN counts as something
    return true;
}

// In lanes, so that it is fast, and in the same lanes everywhere, so that it is the same.
double sum_of_squares(const float* x, int n) {
    constexpr int lanes = 8;
    double sum[lanes] = {};
    int i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int lane = 0; lane < lanes; ++lane) {
            const double v = static_cast<double>(x[i + lane]);
            sum[lane] += v * v;
        }
    for (; i < n; ++i) sum[0] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

// A rounding of a nonzero value to zero, of the result or within its sums.
struct Vanishing final : RoundingObserver {
    Interest wants(const RoundedInstruction&, int) override { return Interest::results_and_terms; }
    void roundings(const RoundingBatch& batch) override {
        for (std::size_t i = 0; i < batch.size() && !found; ++i)
            found = batch.exact[i] != 0.0 && batch.rounded[i] == 0.0;
    }
    bool found = false;
};

bool rounds_by_chance(const Bound<float>& b) {
    return b.general && b.general->roundings.result.mode == RoundingMode::stochastic;
}

}  // namespace

double Watched::exact_at(const Bound<float>& b, int w, int i) const {
    double x[3] = {0.0, 0.0, 0.0};
    for (int k = 0; k < 3; ++k)
        if (b.in[k]) x[k] = static_cast<double>(b.operand(k, w)[b.scalar[k] ? 0 : i]);
    return exact(x[0], x[1], x[2]);
}

void Watched::look_for_nonfinite(const Bound<float>& b, int w) {
    for (int i = 0; i < swallowed_count; ++i) {
        const int k = swallowed[i];
        const std::uint32_t largest = largest_magnitude(b.operand(k, w), operand_sizes[k]);
        if (largest < BitsOf<float>::exponent_mask) continue;
        (largest == BitsOf<float>::exponent_mask ? findings->infinity : findings->nan) = true;
        findings->swallowed_by.push_back(of->index);
    }
}

// The state as it will be against the state as it is, until an element differs.
void Watched::look_for_change(const Bound<float>& b, int w) {
    if (findings->changed) return;
    // What chance leaves as it is may move on the next step.
    if (rounds_by_chance(b) || (to_stored && rounds_by_chance(*stored_by))) {
        findings->changed = true;
        return;
    }
    const float* old = stored_by->result_of(w);
    bool updates = false;
    std::optional<PlacedRounder> by_chance, stored_by_chance;
    if (b.general) by_chance = result_rounder(b, w);
    if (to_stored && stored_by->general) stored_by_chance = result_rounder(*stored_by, w);
    auto changes = [&](int i) {
        const double sum = exact_at(b, w, i), before = static_cast<double>(old[i]);
        float after = by_chance ? static_cast<float>(by_chance->one(sum, {.element = i})) : to_result->from_wide(sum);
        if (stored_by_chance)
            after = static_cast<float>(stored_by_chance->one(static_cast<double>(after), {.element = i}));
        else if (to_stored)
            after = (*to_stored)(after);
        updates = updates || sum != before;
        return !(after == old[i]);
    };
    if (changed_at < b.n && changes(changed_at)) {
        findings->changed = true;
        return;
    }
    for (int i = 0; i < b.n; ++i)
        if (changes(i)) {
            changed_at = i;
            findings->changed = true;
            return;
        }
    findings->unchanged = findings->unchanged || updates;
}

void Watched::look_for_error(const Bound<float>& b, int w) {
    const double error = sum_of_squares(b.operand(error_operand, w), error_elements);
    const double signal = sum_of_squares(b.operand(1 - error_operand, w), error_elements);
    if (error > error_ratio * error_ratio * signal && std::isfinite(error))
        findings->errors.push_back({of->index, error_elements});
}

// Some element whose exact result is not zero.
bool Watched::has_nonzero(const Bound<float>& b, int w) {
    const Op op = of->instruction->op;
    const bool product = op == Op::mul || op == Op::matmul;
    const auto operand_is_zero = [&](int k) {
        const bool of_all = op == Op::sum_workers || op == Op::sum_one_bit;
        for (int copy = 0; copy < (of_all ? b.workers : 1); ++copy)
            if (!all_zero(b.operand(k, of_all ? copy : w), operand_sizes[k])) return false;
        return true;
    };
    // A zero operand makes zeros of most operations, and is quickly seen.
    const bool starts_elsewhere = op == Op::exp || op == Op::from_host || (b.in[2] && !operand_is_zero(2));
    const bool first_decides = product || !b.in[1] || op == Op::div || op == Op::one_bit || op == Op::sum_one_bit ||
                               op == Op::gather || op == Op::scatter_add;
    if (!starts_elsewhere && first_decides && operand_is_zero(0)) return false;
    if (!starts_elsewhere && product && operand_is_zero(1)) return false;
    if (exact) {
        if (nonzero_at < b.n && exact_at(b, w, nonzero_at) != 0.0) return true;
        for (int i = 0; i < b.n; ++i)
            if (exact_at(b, w, i) != 0.0) {
                nonzero_at = i;
                return true;
            }
        return false;
    }
    Bound<float> own = b;
    own.kernel = kernel;
    Vanishing vanishing;
    InstructionRecorder(own, *of, *roundings, w, &vanishing).record(Interest::results_and_terms);
    return vanishing.found;
}

// Whether a result at the limit comes from beyond it; where that cannot be told any more, yes.
bool Watched::stops_at_limit(const Bound<float>& b, int w) const {
    const bool from_outside = b.attachment != nullptr;  // which the kernel left in `scratch`
    if (!from_outside && (!exact || in_place)) return true;
    const float* out = b.result_of(w);
    for (int i = 0; i < b.n; ++i)
        if ((to_bits(out[i]) & BitsOf<float>::magnitude_mask) >= saturates_at &&
            !std::isfinite((*unsaturated)(from_outside ? b.scratch[i] : exact_at(b, w, i))))
            return true;
    return false;
}

void Watched::look_for_zeros(const Bound<float>& b, int w) {
    const float* out = b.result_of(w);
    for (int i = 0; i < b.n; ++i)
        if (out[i] != 0.0f) {
            nonzero_at = i;
            return;
        }
    if ((findings->vanished < 0 || of->index < findings->vanished) && (in_place ? was_nonzero : has_nonzero(b, w)))
        findings->vanished = of->index;
}

void Watched::before(const Bound<float>& b, int w) {
    if (swallowed_count > 0) look_for_nonfinite(b, w);
    if (divides && (findings->divisor < 0 || of->index < findings->divisor) &&
        smallest_magnitude(b.operand(1, w), operand_sizes[1]) == 0)
        findings->divisor = of->index;
    if (stored_by) look_for_change(b, w);
    if (error_operand >= 0) look_for_error(b, w);
    if (vanishes && in_place) was_nonzero = has_nonzero(b, w);
}

void Watched::after(const Bound<float>& b, int w) {
    if (saturates_at > 0 && largest_magnitude(b.result_of(w), b.n) >= saturates_at)
        findings->saturated = findings->saturated || stops_at_limit(b, w);
    if (vanishes && b.result_of(w)[nonzero_at] == 0.0f) look_for_zeros(b, w);
}

}  // namespace halfstep
