// Interpreters of a recorded program. Linking resolves roles to formats, lays out memory once and
// binds every instruction to one kernel; a step is then a plain loop that allocates nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/program/program.hpp"

namespace halfstep {

class Machine {
public:
    virtual ~Machine() = default;

    // Runs the list once.
    virtual void step() = 0;

    // Named states. Values are widened to binary64 (113-bit ones rounded to it).
    virtual std::vector<std::string> state_names() const = 0;
    virtual ValueId find_state(std::string_view name) const = 0;  // no_value when there is none
    virtual int copies(ValueId state) const = 0;                  // workers, or 1 when shared
    virtual Shape shape(ValueId state) const = 0;
    virtual bool is_host(ValueId state) const = 0;  // a binary64 scalar of the host space
    virtual void read(ValueId state, int worker, std::vector<double>& out) const = 0;
    // A host state takes one value; std::logic_error where the number of values is another.
    virtual void write(ValueId state, int worker, const std::vector<double>& values) = 0;
    virtual double host(ValueId value, int worker = 0) const = 0;
    virtual void set_host(ValueId value, double x) = 0;  // on every worker
    // Any value that is not overwritten later in the step (for tests of models and gradients). A
    // temporary that nobody reads exists with Layout::keep_everything only: std::logic_error.
    virtual std::vector<double> value(ValueId id, int worker = 0) const = 0;
    virtual std::size_t memory_bytes() const = 0;
};

enum class Layout { compact, keep_everything };  // keep: every temporary has its own memory after the step

// Emulates the roles' formats in binary32 storage. Random bits of stochastic rounding are a function of the
// seed, the steps done, where in the program a rounding stands, worker and element.
std::unique_ptr<Machine> make_emulated(const Program& program, const Precision& precision,
                                       Layout layout = Layout::compact, std::uint64_t seed = 0);
// The same list without emulated formats: binary64, or 113 significand bits (Boost.Multiprecision).
std::unique_ptr<Machine> make_binary64(const Program& program, Layout layout = Layout::compact);
std::unique_ptr<Machine> make_multiprecision(const Program& program, Layout layout = Layout::compact);

}  // namespace halfstep
