#include "event_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

// Of a repeated step's list, for observers that are told of an instruction itself.
class Positions {
public:
    explicit Positions(RepeatedStep& step) : first_(step.instructions().data()) {}
    std::size_t operator()(const RoundedInstruction& of) const { return std::size_t(&of - first_); }

private:
    const RoundedInstruction* first_;
};

bool at_limit(const Rounding& to, double rounded) {
    return to.overflow_result() == Overflow::saturate && std::fabs(rounded) >= limits_of(to.format).max_finite;
}

bool is_sum(Op op) {
    return op == Op::matmul || op == Op::scatter_add || (op >= Op::sum && op <= Op::sum_cols) ||
           op == Op::sum_workers || op == Op::sum_one_bit;
}

// Where something is not finite, or as large as its role allows.
class Suspects final : public RoundingObserver {
public:
    explicit Suspects(RepeatedStep& step) : position_(step) {}
    Interest wants(const RoundedInstruction&, int) override { return Interest::results; }
    void roundings(const RoundingBatch& batch) override {
        bool suspicious = false;
        for (const double x : batch.rounded)
            suspicious = suspicious || !std::isfinite(x) || at_limit(batch.rounding, x);
        if (suspicious) found.insert(position_(batch.of));
    }
    std::set<std::size_t> found;

private:
    Positions position_;
};

// The first overflow and the first NaN among some instructions.
class Culprits final : public RoundingObserver {
public:
    Culprits(RepeatedStep& step, std::set<std::size_t> among) : position_(step), among_(std::move(among)) {}
    Interest wants(const RoundedInstruction& of, int) override {
        return among_.count(position_(of)) ? Interest::results_and_terms : Interest::none;
    }
    void roundings(const RoundingBatch& batch) override {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (std::isfinite(batch.rounded[i]) && !at_limit(batch.rounding, batch.rounded[i])) continue;
            const Rounded r = rounded_of(batch, i, position_(batch.of));
            if (overflows(r)) keep(found.overflow, r);
            if (makes_nan(r)) keep(found.nan, r);
        }
    }
    NonFiniteRoundings found;

private:
    static auto order(const Rounded& r) {
        return std::make_tuple(r.instruction, r.worker, r.element, r.term, r.part == RoundingPart::result,
                               r.part == RoundingPart::partial);
    }
    static void keep(std::optional<Rounded>& best, const Rounded& r) {
        if (!best || order(r) < order(*best)) best = r;
    }

    Positions position_;
    std::set<std::size_t> among_;
};

// The roundings of one instruction, handed to a function one by one.
template <class Use>
class Each final : public RoundingObserver {
public:
    Each(RepeatedStep& step, std::size_t instruction, Interest interest, Use use)
        : position_(step), instruction_(instruction), interest_(interest), use_(use) {}
    Interest wants(const RoundedInstruction& of, int) override {
        return position_(of) == instruction_ ? interest_ : Interest::none;
    }
    void roundings(const RoundingBatch& batch) override {
        for (std::size_t i = 0; i < batch.size(); ++i) use_(batch, i);
    }

private:
    Positions position_;
    std::size_t instruction_;
    Interest interest_;
    Use use_;
};

template <class Use>
void for_each_rounding(RepeatedStep& step, std::size_t instruction, Interest interest, Use use) {
    Each<Use> each(step, instruction, interest, use);
    step.observe(each);
}

// Half the distance from x to its neighbour in the format, towards x + change.
double half_spacing(const Format& format, double x, double change) {
    int exponent = 0;
    const double significand = std::frexp(std::fabs(x), &exponent);  // in [0.5, 1)
    --exponent;
    const bool shrinks = (change < 0) != (x < 0);
    if (shrinks && significand == 0.5) --exponent;
    if (x == 0) exponent = format.emin;
    return std::ldexp(1.0, std::max(exponent, format.emin) - format.precision);
}

}  // namespace

bool overflows(const Rounded& r) {
    if (std::isinf(r.exact)) {
        const bool divides_by_zero = r.operands.size() == 2 && r.operands[1] == 0.0;  // see find_zero_divisor
        return !divides_by_zero &&
               std::all_of(r.operands.begin(), r.operands.end(), [](double x) { return std::isfinite(x); });
    }
    if (std::isnan(r.exact)) return false;
    // In a block NaN comes from its neighbour, whose own rounding is told too.
    if (!std::isfinite(r.rounded)) return r.rounding.format.block == 0;
    if (!at_limit(r.rounding, r.rounded)) return false;
    if (r.rounding.format.block > 0) return true;
    Rounding beyond = r.rounding.without_chance();
    beyond.overflow = Overflow::infinity;
    return !std::isfinite(round_to(beyond, r.exact));
}

bool makes_nan(const Rounded& r) {
    if (!std::isnan(r.rounded) || (r.rounding.format.block > 0 && std::isfinite(r.exact))) return false;
    return std::none_of(r.operands.begin(), r.operands.end(), [](double x) { return std::isnan(x); });
}

NonFiniteRoundings find_nonfinite(RepeatedStep& step) {
    Suspects suspects(step);
    step.observe(suspects);
    // Of a sum that saturates within, the result may look innocent.
    for (std::size_t at = 0; at < step.instructions().size(); ++at) {
        const RoundedInstruction& of = step.instruction(at);
        if (of.out != no_value && is_sum(of.instruction->op) && step.sums_saturate()) suspects.found.insert(at);
    }
    // In a step that begins with finite states the first suspect is the culprit.
    std::set<std::size_t> first;
    for (const std::size_t at : suspects.found)
        if (first.size() < 16) first.insert(at);
    Culprits culprits(step, first);
    step.observe(culprits);
    if ((culprits.found.overflow && culprits.found.nan) || first.size() == suspects.found.size()) return culprits.found;
    Culprits among_all(step, suspects.found);
    step.observe(among_all);
    return among_all.found;
}

std::optional<Rounded> find_largest_term(RepeatedStep& step, const Rounded& result) {
    const bool product = step.instruction(result.instruction).instruction->op == Op::matmul;
    std::optional<Rounded> largest;
    for_each_rounding(step, result.instruction, Interest::results_and_terms,
                      [&](const RoundingBatch& batch, std::size_t i) {
                          if (batch.worker != result.worker || batch.element(i) != result.element) return;
                          if (batch.part != (product ? RoundingPart::product : RoundingPart::partial)) return;
                          auto size = [&](const Rounded& r) { return std::fabs(product ? r.exact : r.operands[1]); };
                          Rounded r = rounded_of(batch, i, result.instruction);
                          if (!largest || size(r) > size(*largest)) largest = std::move(r);
                      });
    return largest;
}

std::optional<Rounded> find_zero_divisor(RepeatedStep& step, std::size_t instruction) {
    std::optional<Rounded> found;
    for_each_rounding(step, instruction, Interest::results, [&](const RoundingBatch& batch, std::size_t i) {
        if (batch.operands[1][i] == 0.0 && (!found || batch.worker < found->worker))
            found = rounded_of(batch, i, instruction);
    });
    return found;
}

std::optional<Vanished> find_vanished(RepeatedStep& step, std::size_t instruction) {
    struct OfWorker {
        std::optional<Rounded> largest;
        std::set<std::int64_t> lost;
        std::int64_t elements = 0;
        bool all_zero = true;
    };
    std::map<int, OfWorker> workers;
    for_each_rounding(step, instruction, Interest::results_and_terms, [&](const RoundingBatch& batch, std::size_t i) {
        OfWorker& w = workers[batch.worker];
        if (batch.part == RoundingPart::result) {
            ++w.elements;
            w.all_zero = w.all_zero && batch.rounded[i] == 0.0;
        }
        if (batch.exact[i] == 0.0 || batch.rounded[i] != 0.0 || !batch.role) return;
        w.lost.insert(batch.element(i));
        if (!w.largest || std::fabs(batch.exact[i]) > std::fabs(w.largest->exact))
            w.largest = rounded_of(batch, i, instruction);
    });
    for (const auto& [number, w] : workers)
        if (w.all_zero && w.largest) return Vanished{*w.largest, std::int64_t(w.lost.size()), w.elements};
    return std::nullopt;
}

std::optional<Stagnation> find_stagnation(RepeatedStep& step, const std::vector<ValueId>& weights) {
    std::optional<Stagnation> closest;
    std::int64_t updates = 0;
    for (const ValueId weight : weights)
        for (std::size_t at = 0; at < step.instructions().size(); ++at) {
            const RoundedInstruction& store = step.instruction(at);
            if (store.out == no_value || step.program().values[store.out].root != weight) continue;
            const std::int64_t offset = step.program().values[store.out].offset;
            std::map<int, std::vector<double>> old;
            for (int w = 0; w < (step.program().values[weight].per_worker ? step.workers() : 1); ++w)
                old[w] = step.state_before(weight, w);
            // What is stored may be the rounded copy of a result; the result has the exact value.
            std::vector<Rounded> stored;
            for_each_rounding(step, at, Interest::results, [&](const RoundingBatch& batch, std::size_t i) {
                stored.push_back(rounded_of(batch, i, at));
            });
            for (const Rounded& s : stored) {
                const double before = old[s.worker][std::size_t(offset + s.element)];
                if (s.rounded != before) return std::nullopt;
            }
            const bool copy = store.instruction->op == Op::cast;
            std::size_t computed = at;
            if (copy && !stored.empty()) {
                const auto from = step.operand(stored.front(), 0);
                const auto definition = from ? step.definition(*from, at) : std::nullopt;
                if (definition) computed = definition->instruction;
            }
            for_each_rounding(step, computed, Interest::results, [&](const RoundingBatch& batch, std::size_t i) {
                const auto element = std::size_t(offset + batch.element(i));
                const double before = old[batch.worker][element], change = batch.exact[i] - before;
                if (!(change != 0.0) || !std::isfinite(change)) return;
                ++updates;
                const Rounding& format = stored.front().rounding;
                const double needed = half_spacing(format.format, before, change);
                if (closest && std::fabs(change) / needed <= std::fabs(closest->change) / closest->half_spacing) return;
                closest = Stagnation{{weight, std::int64_t(element), batch.worker},
                                     rounded_of(batch, i, computed),
                                     format,
                                     before,
                                     change,
                                     needed,
                                     0};
            });
        }
    if (closest) closest->updates = updates;
    return closest;
}

std::optional<Swamped> find_swamped(RepeatedStep& step, std::size_t instruction, int elements) {
    struct Squares {
        double of[2] = {0, 0};
        std::optional<Rounded> first;
    };
    std::map<int, Squares> workers;
    for_each_rounding(step, instruction, Interest::results, [&](const RoundingBatch& batch, std::size_t i) {
        if (batch.element(i) >= elements) return;
        Squares& s = workers[batch.worker];
        for (int k = 0; k < 2; ++k) s.of[k] += batch.operands[std::size_t(k)][i] * batch.operands[std::size_t(k)][i];
        if (!s.first) s.first = rounded_of(batch, i, instruction);
    });
    std::optional<Swamped> worst;
    for (const auto& [number, s] : workers)
        for (int k = 0; k < 2; ++k) {
            const auto place = step.operand(*s.first, k);
            if (!place || step.program().values[place->root].role != Role::worker_error ||
                step.program().values[place->root].lifetime != Lifetime::state)
                continue;
            const double error = std::sqrt(s.of[k]), signal = std::sqrt(s.of[1 - k]);
            if (!worst || error * worst->signal_norm > worst->error_norm * signal)
                worst = Swamped{*s.first, *place, k, error, signal};
        }
    return worst;
}

}  // namespace halfstep
