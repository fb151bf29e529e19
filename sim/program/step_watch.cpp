#include "step_watch.hpp"

#include <algorithm>
#include <array>

#include "instruction_recorder.hpp"

namespace halfstep {
namespace {

void look_before(const Bound<float>& b, int w) {
    for (int i = w; i < w + copies_at_once(*b.watched->of, b.workers); ++i) b.watched->before(b, i);
}
void look_after(const Bound<float>& b, int w) {
    for (int i = w; i < w + copies_at_once(*b.watched->of, b.workers); ++i) b.watched->after(b, i);
}
void with_before(const Bound<float>& b, int w) {
    look_before(b, w);
    b.watched->kernel(b, w);
}
void with_after(const Bound<float>& b, int w) {
    b.watched->kernel(b, w);
    look_after(b, w);
}
void with_both(const Bound<float>& b, int w) {
    look_before(b, w);
    b.watched->kernel(b, w);
    look_after(b, w);
}

// Which operands an infinity or a NaN may not come out of.
std::array<bool, 3> swallowed_operands(Op op) {
    switch (op) {
        case Op::exp:
        case Op::tanh:
        case Op::expm1:
        case Op::logistic:
        case Op::erf:
        case Op::rsqrt:
        case Op::powi:
        case Op::sign:
        case Op::one_bit_sign:
        case Op::relu:
        case Op::max_cols:
        case Op::argmax:
        case Op::argmax_cols:
        case Op::among_largest:
        case Op::to_host:
            return {true, false, false};
        case Op::max:
        case Op::min:
        case Op::gate:
        case Op::less:
        case Op::less_equal:
        case Op::equal:
            return {true, true, false};
        case Op::div:
        case Op::one_bit:
        case Op::sum_one_bit:
        case Op::gather:
        case Op::scatter_add:
            return {false, true, false};
        case Op::select:
            return {true, true, true};
        default:
            return {};
    }
}

bool saturates(const Rounding& r) {
    return r.overflow_result() == Overflow::saturate;
}
bool flushes(const Rounding& r) {
    return r.subnormals == Subnormals::flush;
}

}  // namespace

StepWatch::StepWatch(const Program& program, const WatchRequest& request, std::vector<Bound<float>>& bound,
                     std::span<const RoundedInstruction> instructions, std::span<const InstructionRoundings> roundings)
    : program_(program), bound_(bound), instructions_(instructions), roundings_(roundings) {
    find_regions();
    for (std::size_t at = 0; at < bound_.size(); ++at)
        if (bound_[at].skip_to < 0) plan(at, request);
    watch_updates(request);
    hang();
}

void StepWatch::hang() {
    for (Bound<float>& b : bound_) {
        if (!b.watched) continue;
        const Watched& w = *b.watched;
        const bool after = w.vanishes || w.saturates_at > 0;
        const bool before =
            w.swallowed_count > 0 || w.divides || w.stored_by || w.error_operand >= 0 || (w.vanishes && w.in_place);
        b.kernel = before && after ? with_both : before ? with_before : after ? with_after : b.kernel;
    }
}

StepWatch::~StepWatch() {
    for (Bound<float>& b : bound_)
        if (b.watched) {
            b.kernel = b.watched->kernel;
            b.watched = nullptr;
        }
}

Watched& StepWatch::watched(std::size_t at) {
    Bound<float>& b = bound_[at];
    if (b.watched) return *b.watched;
    Watched& w = watched_.emplace_back();
    w.kernel = b.kernel;
    w.of = &instructions_[at];
    w.roundings = &roundings_[at];
    w.findings = &findings;
    w.exact = exact_operation(w.of->instruction->op);
    for (int k = 0; k < 3; ++k) {
        const ValueId v = w.of->in[k];
        if (v == no_value) continue;
        w.operand_sizes[k] = program_.values[v].shape.size();
        w.in_place = w.in_place || (w.of->out != no_value && b.in[k] == b.out);
    }
    b.watched = &w;
    return w;
}

// Whether a value that is not zero may become zero there, and whether it is worth looking: arrays,
// and single numbers where they are stored or handed on.
bool StepWatch::can_vanish(std::size_t at) const {
    const RoundedInstruction& of = instructions_[at];
    const Bound<float>& b = bound_[at];
    if (of.out == no_value) return false;
    const Op op = of.instruction->op;
    if (op == Op::from_host) return true;
    if (b.n == 1 && of.site->tensor.empty() && of.site->piece != "backward") return false;
    const bool rounds = b.result_way != Way::native;
    switch (op) {
        case Op::mul:
        case Op::div:
        case Op::exp:
        case Op::logistic:
        case Op::powi:
        case Op::matmul:
            return true;
        case Op::add:
        case Op::sub:
        case Op::sqrt:
        case Op::sum_workers:
        case Op::sum_one_bit:
        case Op::one_bit_error:
            return through_odd(b.result_way) || flushes(roundings_[at].result);
        case Op::tanh:
        case Op::log:
        case Op::cos:
        case Op::source:
        case Op::inject:
        case Op::less:
        case Op::less_equal:
        case Op::equal:
        case Op::argmax:
        case Op::argmax_cols:
        case Op::among_largest:
            return false;
        case Op::sum:
        case Op::sum_rows:
        case Op::sum_cols:
        case Op::scatter_add:
            return rounds || through_odd(b.accumulator_way) || flushes(roundings_[at].accumulator);
        default:
            return rounds;
    }
}

void StepWatch::find_regions() {
    regions_.resize(bound_.size());
    for (std::size_t at = 0; at < bound_.size(); ++at)
        for (std::int64_t i = std::int64_t(at) + 1; i < bound_[at].skip_to; ++i) regions_[std::size_t(i)].push_back(at);
}

// Whether an instruction that runs whenever this one does reads the same value and passes on what is
// not finite.
bool StepWatch::shows_elsewhere(std::size_t at, ValueId value) const {
    for (std::size_t j = 0; j < bound_.size(); ++j) {
        if (j == at || !std::includes(regions_[at].begin(), regions_[at].end(), regions_[j].begin(), regions_[j].end()))
            continue;
        const auto swallows = swallowed_operands(instructions_[j].instruction->op);
        for (int k = 0; k < 3; ++k)
            if (instructions_[j].in[k] == value && !swallows[k] && instructions_[j].out != no_value) return true;
    }
    return false;
}

void StepWatch::plan(std::size_t at, const WatchRequest& request) {
    const RoundedInstruction& of = instructions_[at];
    const Op op = of.instruction->op;
    const auto swallows = swallowed_operands(op);
    for (int k = 0; k < 3; ++k)
        if (request.nonfinite && swallows[k] && of.in[k] != no_value && !shows_elsewhere(at, of.in[k])) {
            Watched& w = watched(at);
            w.swallowed[w.swallowed_count++] = k;
        }
    // A block's scale follows its values: none of them stops at a limit.
    if (request.saturation && of.out != no_value && saturates(roundings_[at].result) &&
        roundings_[at].result.format.block == 0) {
        Rounding beyond = roundings_[at].result.without_chance();
        watched(at).saturates_at = to_bits(static_cast<float>(beyond.format.max_finite));
        beyond.overflow = Overflow::infinity;
        watched(at).unsaturated.emplace(beyond);
    }
    if (request.underflow && can_vanish(at)) watched(at).vanishes = true;
    if (request.divisors && op == Op::div) watched(at).divides = true;
    if (request.error_ratio > 0 && op == Op::add)
        for (int k = 0; k < 2; ++k) {
            const ValueInfo& operand = program_.values[program_.values[of.in[k]].root];
            if (operand.lifetime != Lifetime::state || operand.role != Role::worker_error || bound_[at].scalar[1 - k])
                continue;
            Watched& w = watched(at);
            w.error_operand = k;
            w.error_elements = real_elements(at, of.in[1 - k]);
            w.error_ratio = request.error_ratio;
        }
}

// Without the zeros that were put behind a vector to fill it up.
int StepWatch::real_elements(std::size_t at, ValueId value) const {
    const ValueInfo& whole = program_.values[value];
    int n = whole.shape.size();
    for (std::size_t j = 0; j < at; ++j) {
        const RoundedInstruction& of = instructions_[j];
        if (of.out == no_value || of.in[0] == no_value || program_.values[of.out].root != whole.root) continue;
        const ValueInfo& from = program_.values[of.in[0]];
        if (of.instruction->op == Op::cast && from.lifetime == Lifetime::constant && from.shape.is_scalar())
            n = std::min<int>(n, static_cast<int>(program_.values[of.out].offset - whole.offset));
    }
    return n;
}

// What writes a watched state is the update itself, or a copy of its result.
void StepWatch::watch_updates(const WatchRequest& request) {
    for (std::size_t at = 0; at < bound_.size(); ++at) {
        const ValueId out = instructions_[at].out;
        if (out == no_value) continue;
        if (std::find(request.updated.begin(), request.updated.end(), program_.values[out].root) ==
            request.updated.end())
            continue;
        std::size_t computed = at;
        const ValueId from = instructions_[at].in[0];
        if (instructions_[at].instruction->op == Op::cast && from != no_value)
            for (std::size_t j = at; j-- > 0;)
                if (instructions_[j].out == from) {
                    const bool fits = exact_operation(instructions_[j].instruction->op) &&
                                      bound_[j].n == bound_[at].n &&
                                      program_.values[from].per_worker == program_.values[out].per_worker;
                    if (fits) computed = j;
                    break;
                }
        if (!exact_operation(instructions_[computed].instruction->op)) continue;
        const auto by_neighbours = [](const Bound<float>& b) { return b.general && b.general->result.block; };
        if (by_neighbours(bound_[computed]) || by_neighbours(bound_[at])) continue;
        Watched& w = watched(computed);
        w.stored_by = &bound_[at];
        w.to_result.emplace(bound_[computed].result_way, bound_[computed].result);
        if (computed != at) w.to_stored.emplace(bound_[at].result_way, bound_[at].result);
    }
}

}  // namespace halfstep
