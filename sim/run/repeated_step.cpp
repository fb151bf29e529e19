#include "repeated_step.hpp"

#include <algorithm>

namespace halfstep {
namespace {

// Notes which instructions run; passes on what somebody else wants.
class Noting final : public RoundingObserver {
public:
    Noting(RoundingObserver& inner, std::span<const RoundedInstruction> all, std::vector<bool>& ran)
        : inner_(inner), first_(all.data()), ran_(ran) {}
    Interest wants(const RoundedInstruction& of, int worker) override {
        ran_[std::size_t(&of - first_)] = true;
        return inner_.wants(of, worker);
    }
    void roundings(const RoundingBatch& batch) override { inner_.roundings(batch); }

private:
    RoundingObserver& inner_;
    const RoundedInstruction* first_;
    std::vector<bool>& ran_;
};

// Keeps the one rounding it was asked for.
class Wanted final : public RoundingObserver {
public:
    explicit Wanted(Rounded r) : wanted_(std::move(r)) {}
    Interest wants(const RoundedInstruction& of, int worker) override {
        const bool mine = of.index == index && worker == wanted_.worker;
        return !mine                                  ? Interest::none
               : wanted_.part == RoundingPart::result ? Interest::results
                                                      : Interest::results_and_terms;
    }
    void roundings(const RoundingBatch& batch) override {
        if (batch.part != wanted_.part) return;
        for (std::size_t i = 0; i < batch.size(); ++i)
            if (batch.element(i) == wanted_.element &&
                (batch.part == RoundingPart::result || batch.term(i) == wanted_.term))
                found = rounded_of(batch, i, wanted_.instruction);
    }
    std::int32_t index = -1;
    std::optional<Rounded> found;

private:
    Rounded wanted_;
};

}  // namespace

Rounded rounded_of(const RoundingBatch& batch, std::size_t i, std::size_t instruction) {
    Rounded r{.instruction = instruction,
              .worker = batch.worker,
              .element = batch.element(i),
              .term = batch.term(i),
              .part = batch.part,
              .role = batch.role,
              .rounding = batch.rounding,
              .operands = {},
              .exact = batch.exact[i],
              .rounded = batch.rounded[i]};
    for (const auto& operand : batch.operands)
        if (!operand.empty()) r.operands.push_back(operand[i]);
    return r;
}

RepeatedStep::RepeatedStep(BuiltRun& run, const BuiltRun::Checkpoint& start)
    : run_(run), machine_(*run.recording()), start_(start), ran_(machine_.instructions().size(), false) {}

std::size_t RepeatedStep::position(std::int32_t program_index) const {
    const auto all = instructions();
    for (std::size_t at = 0; at < all.size(); ++at)
        if (all[at].index == program_index) return at;
    throw std::logic_error("no such instruction is linked");
}

void RepeatedStep::observe(RoundingObserver& observer) {
    run_.rewind(start_);
    std::fill(ran_.begin(), ran_.end(), false);
    Noting noting(observer, instructions(), ran_);
    run_.step(&noting);
    at_end_ = true;
}

std::vector<double> RepeatedStep::state_before(ValueId state, int worker) {
    run_.rewind(start_);
    at_end_ = false;
    return machine_.value(state, worker);
}

double RepeatedStep::host(ValueId value, int worker) {
    if (!at_end_) {
        run_.rewind(start_);
        run_.step();
        at_end_ = true;
    }
    return machine_.host(value, machine_.copies(value) == 1 ? 0 : worker);
}

bool RepeatedStep::sums_saturate() const {
    return rounding_of(Role::product).overflow_result() == Overflow::saturate ||
           rounding_of(Role::accumulator).overflow_result() == Overflow::saturate;
}

std::optional<Rounded> RepeatedStep::rounding(std::size_t at, int worker, std::int64_t element, RoundingPart part,
                                              std::int64_t term) {
    Rounded r;
    r.instruction = at;
    r.worker = worker;
    r.element = element;
    r.part = part;
    r.term = term;
    Wanted wanted(r);
    wanted.index = instruction(at).index;
    observe(wanted);
    return wanted.found;
}

StoredElement RepeatedStep::location(ValueId value, std::int64_t element, int worker) const {
    const ValueInfo& v = info(value);
    const bool own = info(v.root).per_worker && !v.first_replica;
    return {v.root, v.offset + element, own ? worker : 0};
}

std::optional<StoredElement> RepeatedStep::operand(const Rounded& r, int k) const {
    const RoundedInstruction& of = instruction(r.instruction);
    const ValueId v = of.in[k];
    const Op op = of.instruction->op;
    const bool in_sum = r.part != RoundingPart::result;
    if (v == no_value || op == Op::host) return std::nullopt;
    const Shape in = info(v).shape;
    const std::int64_t cols = of.out == no_value ? 1 : info(of.out).shape.cols;
    const std::int64_t row = r.element / cols, col = r.element % cols;
    std::int64_t element = r.element;
    int worker = r.worker;
    switch (op) {
        case Op::matmul: {
            const std::int64_t rows = info(of.out).shape.rows, depth = of.instruction->transpose_a ? in.rows : in.cols;
            if (k < 2 && !in_sum) return std::nullopt;
            if (k == 0) element = of.instruction->transpose_a ? r.term * rows + row : row * depth + r.term;
            if (k == 1) element = r.term * cols + col;
            if (k == 2) element = col;
            break;
        }
        case Op::sum:
        case Op::wide_sum:
        case Op::sum_squares:
        case Op::norm2:
            if (!in_sum) return std::nullopt;
            element = r.term;
            break;
        case Op::sum_rows:
            if (!in_sum) return std::nullopt;
            element = r.term * in.cols + r.element;
            break;
        case Op::sum_cols:
        case Op::norm_rows:
            if (!in_sum) return std::nullopt;
            element = r.element * in.cols + r.term;
            break;
        case Op::sum_workers:
        case Op::sum_one_bit:
            worker = static_cast<int>(r.term);
            if (in.is_scalar()) element = 0;
            break;
        case Op::scatter_add:
            if (!in_sum || k > 0) return std::nullopt;
            element = r.term * cols + col;
            break;
        case Op::bcast_rows:
            element = col;
            break;
        case Op::bcast_cols:
            element = row;
            break;
        case Op::transpose:
            element = col * in.cols + row;
            break;
        case Op::gather:
            if (k == 1) element = row;
            if (k == 0) {
                if (r.operands.size() < 2) return std::nullopt;
                element = static_cast<std::int64_t>(r.operands[1]) * cols + col;
            }
            break;
        case Op::max_cols:
        case Op::argmax:
        case Op::argmax_cols:
        case Op::among_largest:
            return std::nullopt;
        default:
            if (in.is_scalar()) element = 0;
            break;
    }
    return location(v, element, worker);
}

std::optional<RepeatedStep::Definition> RepeatedStep::definition(const StoredElement& where, std::size_t before) const {
    for (std::size_t j = std::min(before, ran_.size()); j-- > 0;) {
        const RoundedInstruction& of = instruction(j);
        if (of.out == no_value || !ran_[j]) continue;
        const ValueInfo& out = info(of.out);
        if (out.root != where.root || where.at < out.offset || where.at >= out.offset + out.shape.size()) continue;
        return Definition{j, of.per_worker ? where.worker : 0, where.at - out.offset};
    }
    return std::nullopt;
}

std::optional<StoredElement> RepeatedStep::destination(const Rounded& r) const {
    return goes_to(result(r), r.instruction + 1, 12);
}

// Along operations that act on each element alone, to the first state.
std::optional<StoredElement> RepeatedStep::goes_to(const StoredElement& from, std::size_t after, int depth) const {
    if (info(from.root).lifetime == Lifetime::state) return from;
    if (depth == 0) return std::nullopt;
    for (std::size_t j = after; j < ran_.size(); ++j) {
        const RoundedInstruction& of = instruction(j);
        if (of.out == no_value || !ran_[j]) continue;
        const Op op = of.instruction->op;
        const bool by_element = op <= Op::equal || op == Op::inject || op == Op::sum_workers || op == Op::sum_one_bit;
        if (!by_element) continue;
        for (const ValueId v : of.in) {
            if (v == no_value || info(v).root != from.root) continue;
            const ValueInfo& in = info(v);
            const std::int64_t element = from.at - in.offset;
            if (element < 0 || element >= in.shape.size() || in.shape.size() != info(of.out).shape.size()) continue;
            if (auto found = goes_to(location(of.out, element, from.worker), j + 1, depth - 1)) return found;
        }
    }
    return std::nullopt;
}

}  // namespace halfstep
