#include "role_survey.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

bool is_copy(Op op) {
    return op == Op::cast || op == Op::bcast_rows || op == Op::bcast_cols || op == Op::transpose || op == Op::gather;
}

bool has_terms(Op op) {
    return op == Op::matmul || op == Op::scatter_add || (op >= Op::sum && op <= Op::sum_cols);
}

}  // namespace

double overflow_threshold(const Format& format) {
    const double halfway = format.max_finite + std::ldexp(1.0, format.emax - format.precision);
    const double rounded =
        round_to({format, format.has_infinity ? Overflow::infinity : Overflow::nan, Subnormals::keep}, halfway);
    return std::isfinite(rounded) ? std::nextafter(halfway, 2 * halfway) : halfway;
}

RoleSurvey::RoleSurvey(const Program& program, const Precision& precision) {
    for (const Instruction& I : program.instructions) {
        Places places;
        if (I.out != no_value && I.role) {
            const bool same_role = I.in[0] != no_value && program.values[I.in[0]].role == I.role;
            const std::string& piece = program.sites[I.site].piece;
            places.copies = is_copy(I.op) && same_role;
            const int result = places.copies ? none : bucket_of(piece, I.role, precision);
            // Partial sums over the workers are in the role of the result.
            places.bucket = {result, none, I.op == Op::sum_workers || I.op == Op::sum_one_bit ? result : none};
            if (has_terms(I.op)) places.bucket[2] = bucket_of(piece, Role::accumulator, precision);
            if (I.op == Op::matmul) places.bucket[1] = bucket_of(piece, Role::product, precision);
        }
        places_.push_back(places);
    }
}

int RoleSurvey::bucket_of(const std::string& piece, std::optional<Role> role, const Precision& precision) {
    if (!role || !precision[*role]) return none;
    const auto found = std::find_if(buckets_.begin(), buckets_.end(),
                                    [&](const Bucket& b) { return b.piece == piece && b.role == *role; });
    if (found != buckets_.end()) return static_cast<int>(found - buckets_.begin());
    const Rounding& rounding = *precision[*role];
    buckets_.push_back({piece, *role, overflow_threshold(limits_of(rounding.format)), Magnitudes<float>(rounding)});
    return static_cast<int>(buckets_.size()) - 1;
}

Interest RoleSurvey::interest(const RoundedInstruction& instruction) const {
    const Places& places = places_[static_cast<std::size_t>(instruction.index)];
    if (places.copies) return Interest::none;
    return has_terms(instruction.instruction->op) ? Interest::results_and_some_terms : Interest::results;
}

void RoleSurvey::Bucket::flush() {
    magnitudes.add({values.data(), waiting});
    waiting = 0;
}

void RoleSurvey::take(const RoundingBatch& batch) {
    const int at = places_[static_cast<std::size_t>(batch.of.index)].bucket[static_cast<std::size_t>(batch.part)];
    if (at == none) return;
    Bucket& bucket = buckets_[static_cast<std::size_t>(at)];
    const std::size_t n = batch.size();
    if (bucket.waiting + n > bucket.values.size()) bucket.flush();
    for (std::size_t i = 0; i < n; ++i) bucket.values[bucket.waiting + i] = static_cast<float>(batch.rounded[i]);
    bucket.waiting += n;
    const double *exact = batch.exact.data(), *rounded = batch.rounded.data();
    const double limit = bucket.overflow_at, infinity = HUGE_VAL;
    std::int64_t overflows = 0, underflows = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double magnitude = std::fabs(exact[i]);
        overflows += (magnitude < infinity) & ((magnitude >= limit) | !(std::fabs(rounded[i]) < infinity));
        underflows += (rounded[i] == 0.0) & (magnitude > 0.0);
    }
    bucket.overflows += overflows;
    bucket.underflows += underflows;
}

void RoleSurvey::finish(std::vector<TensorStats>& out) {
    for (Bucket& bucket : buckets_) {
        bucket.flush();
        if (bucket.magnitudes.count() == 0) continue;
        TensorStats& stats = out.emplace_back();
        stats.role = role_name(bucket.role);
        stats.tensor = "(" + bucket.piece + ")";
        bucket.magnitudes.finish(stats);
        stats.overflows = std::exchange(bucket.overflows, 0);
        stats.underflows = std::exchange(bucket.underflows, 0);
    }
}

}  // namespace halfstep
