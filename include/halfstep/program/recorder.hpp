// The recording interpreter: the emulated machine, which can also take a step and tell an observer of
// every rounding in it: operands, exact result, rounded result. The bits are the same. A
// rounding that is told takes about 2 ns (measured): results alone make a step two to six times as
// long, the terms of matrix products twenty times. States can be saved and restored, so that a
// step can be repeated, by a machine of either layout.
//
//     class Overflows : public RoundingObserver {
//         Interest wants(const RoundedInstruction& i, int) override {
//             return i.instruction->role == Role::gradient ? Interest::results : Interest::none;
//         }
//         void roundings(const RoundingBatch& batch) override {
//             for (std::size_t i = 0; i < batch.size(); ++i)
//                 count += std::isfinite(batch.exact[i]) && std::isinf(batch.rounded[i]);
//         }
//         ...
//     };
#pragma once

#include <span>

#include "halfstep/program/machine.hpp"
#include "halfstep/program/step_watch.hpp"

namespace halfstep {

// An instruction as it is linked: copies that change nothing are gone, and where an instruction
// writes a state itself, the store that followed it.
struct RoundedInstruction {
    std::int32_t index = 0;  // into Program::instructions; order of execution, workers aside
    const Instruction* instruction = nullptr;
    const Site* site = nullptr;
    ValueId out = no_value;  // may be a state where the recorded instruction has a temporary
    std::array<ValueId, 3> in = {no_value, no_value, no_value};
    bool per_worker = false;
};

// Which rounding of the instruction: what it returns or, inside sums and matrix products, each
// product and each partial sum. The last partial sum is then rounded once more as the result; in
// sum_workers it is the result. Squares and partial sums of norms are binary64 and have no role.
enum class RoundingPart { result, product, partial };

// Roundings of one instruction, worker and part, in their order: at most `largest_batch` of them.
struct RoundingBatch {
    const RoundedInstruction& of;
    int worker = 0;  // 0 where the instruction is the same on every worker (of.per_worker is false)
    RoundingPart part = RoundingPart::result;
    std::optional<Role> role;  // nullopt: not rounded to a role
    const Rounding& rounding;  // what that means in this run; where a role is not rounded again, what the value holds
    // Of rounding i: the flat index in the result of the element it belongs to, and which term of
    // that element's sum it is (0 outside sums).
    std::int64_t first_element = 0, first_term = 0;
    int element_step = 0, term_step = 0;
    std::int64_t element(std::size_t i) const { return first_element + std::int64_t(i) * element_step; }
    std::int64_t term(std::size_t i) const { return first_term + std::int64_t(i) * term_step; }
    // As many values each as there are roundings, or none. A partial sum's are the sum so far and
    // the term; a sum's result has the last partial sum; `inject` has the gradient as it was; `gather`
    // the element and the row it took it from.
    std::array<std::span<const double>, 3> operands;
    std::span<const double> exact;    // before rounding: exact, or in binary64 rounded to odd
    std::span<const double> rounded;  // after it

    std::size_t size() const { return rounded.size(); }
};
inline constexpr int largest_batch = 256;

// Terms: products and partial sums. Of some results: at most `results_with_terms` of a matrix product,
// evenly spaced; of other sums the same as all.
enum class Interest { none, results, results_and_some_terms, results_and_terms };
inline constexpr int results_with_terms = 16;

class RoundingObserver {
public:
    virtual ~RoundingObserver() = default;
    // What to hear of this instruction on this worker; asked before it runs, once a step. What is
    // declined costs nothing more; the terms of sums and products are what costs most.
    virtual Interest wants(const RoundedInstruction& instruction, int worker) = 0;
    // Indices (argmax) and host values are not rounded and not told.
    virtual void roundings(const RoundingBatch& batch) = 0;
};

// All states, named or not, of both spaces: enough to repeat what comes after.
struct SavedStates {
    std::vector<float> arrays;
    std::vector<double> hosts;  // and the other host values, which the driver reads after a step
    std::uint64_t step = 0;     // steps done
};

class RecordingMachine : public Machine {
public:
    virtual const Program& program() const = 0;
    // As they are linked, in the order of the list. Those of a skipped region do not run.
    virtual std::span<const RoundedInstruction> instructions() const = 0;
    // The same step, with an observer.
    virtual void step_observed(RoundingObserver& observer) = 0;
    // `out` is reused: no allocation after the first call.
    virtual void save(SavedStates& out) const = 0;
    // Of this machine or another of the same program and precision; std::logic_error otherwise.
    virtual void restore(const SavedStates& saved) = 0;

    // From now on every step, observed or not, looks for these; an empty request ends it.
    virtual void watch(const WatchRequest& request) = 0;
    virtual const StepFindings& findings() const = 0;  // of the last step
    // In all states as they are, but for one; or in one state on all workers.
    virtual NonFinite nonfinite_states(ValueId but = no_value) const = 0;
    virtual NonFinite nonfinite(ValueId state) const = 0;
};

std::unique_ptr<RecordingMachine> make_recording(const Program& program, const Precision& precision,
                                                 Layout layout = Layout::compact, std::uint64_t seed = 0);

}  // namespace halfstep
