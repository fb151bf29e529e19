// Computes every rounding that an instruction of the emulated machine is about to do, and hands
// them to an observer in batches; of general instructions (general.hpp) it is the kernel as well. The loops are plain
// ones over blocks of values, which the compiler vectorises; each value comes from the operation in binary64 rounded to
// odd and THE rounding kernel, so it is what the instruction's own kernel gives.
#pragma once

#include <array>

#include "emulated_ways.hpp"
#include "general.hpp"
#include "halfstep/program/recorder.hpp"

namespace halfstep {

// How many workers one call of its kernel does.
inline int copies_at_once(const RoundedInstruction& of, int workers) {
    return of.instruction->op == Op::norm2 && of.per_worker ? workers : 1;
}

class InstructionRecorder {
public:
    InstructionRecorder(const Bound<float>& bound, const RoundedInstruction& of, const InstructionRoundings& roundings,
                        int worker, RoundingObserver* observer);

    // Without an observer, which only a general instruction may do without, it writes the results. The operands have to
    // stand in memory as the kernel will find them. Without `terms`, of sums and products only what they return.
    void record(Interest interest);

private:
    static constexpr int block = largest_batch;
    struct Values {
        std::array<double, block> a, b, c, exact, rounded;
    };
    // Where a batch of roundings stands in the result.
    using Position = PlacedRounder::Place;

    double operand(int i, std::int64_t at) const {
        return to_result_.input(static_cast<double>(b_.operand(i, w_)[at]));
    }
    void tell(const Values& v, int n, RoundingPart part, int operands, const Position& position);
    void add(double* sum, const double* term, int n, const Position& position);
    void fuse(double* sum, const double* chunk, int n, int count, const Position& position);
    // v.a holds what is already exact: its roundings to the result.
    void tell_results(Values& v, int n, std::int64_t element, int operands = 1);

    template <class F>
    double exact(double a, double b) const;
    template <class F>
    void binary();
    template <class F>
    void unary();
    void elementary(void (*f)(const double*, double*, int));
    std::int64_t source_of(std::int64_t element) const;
    void select();
    void moved();
    void scatter_add();
    void last_sums();
    void long_sum(const float* x, int n, std::int64_t element);
    template <class Term>
    void sums(int elements, int terms, Term term);
    void sums_of(int elements, int terms, std::ptrdiff_t step, std::ptrdiff_t term_step);
    void ordered_sums();
    template <class Term>
    void sum_over_workers(bool from_zero, Term term);
    void sum_workers();
    void matmul();
    void some_terms();
    void largest_of_rows();
    void sum_one_bit();
    enum class WideSum { plain, squares, norm };
    void wide_sums(WideSum kind, int count, int n, bool terms);
    void from_outside();

    const Bound<float>& b_;
    const RoundedInstruction& of_;
    const InstructionRoundings& roundings_;
    int w_;
    RoundingObserver* observer_;
    const General* general_;
    Summation summation_;
    bool tells_terms_ = true;
    const PlacedRounder to_result_, to_product_, to_partial_;
    Values values_, terms_;
};

}  // namespace halfstep
