// Runs a recorded program the slow way: every value has its own memory, every worker its own copy,
// one instruction after the other, each finished for all workers before the next one starts. No
// aliasing, no runs of workers, no in-place stores, no kernels: what a Machine has to agree with.
#pragma once

#include <vector>

#include "halfstep/program/program.hpp"

namespace slow {

class SlowMachine {
public:
    SlowMachine(const halfstep::Program& program, const halfstep::Precision& precision);

    void step();
    // A state, a constant or a temporary of the last step; host values are arrays of one.
    std::vector<double> read(halfstep::ValueId value, int worker) const;

private:
    using Array = std::vector<double>;

    const halfstep::ValueInfo& info(halfstep::ValueId v) const { return program_.values[v]; }
    halfstep::Rounding rounding(std::optional<halfstep::Role> role) const;
    int copy_of(halfstep::ValueId v, int worker) const;
    void write(halfstep::ValueId v, int worker, const Array& x);
    bool is_per_worker(const halfstep::Instruction& instruction) const;
    Array compute(const halfstep::Instruction& instruction, int worker) const;
    Array reduce(const halfstep::Instruction& instruction, int worker) const;
    Array multiply(const halfstep::Instruction& instruction, int worker) const;
    static Array largest(const Array& x, int count);
    Array move(const halfstep::Instruction& instruction, int worker) const;
    Array from_outside(const halfstep::Instruction& instruction, int worker) const;
    Array on_host(const halfstep::Instruction& instruction, int worker) const;
    double total(const Array& x) const;

    halfstep::Program program_;
    halfstep::Precision precision_;
    std::vector<std::vector<Array>> memory_;  // by root value and worker
};

}  // namespace slow
