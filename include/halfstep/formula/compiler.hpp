// A parsed formula recorded into a program: every operation is one instruction in the formula's
// role, left operand first, exactly as the same formula written with Expr in C++.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/comm/compressed_all_reduce.hpp"
#include "halfstep/formula/ast.hpp"
#include "halfstep/formula/environment.hpp"
#include "halfstep/formula/functions.hpp"
#include "halfstep/formula/host_compiler.hpp"

namespace halfstep::formula {

// A stream of numbers new on every step and worker; one for every place in the text that draws.
struct Draw {
    enum class Kind { uniform, normal, below } kind = Kind::uniform;
    int below = 0;    // of `below`: 0, 1, ..., below - 1
    int ordinal = 0;  // of the place, counted from 0 in the order of the text
    Shape shape;
};

// Where and how a formula is recorded.
struct Recording {
    Builder& b;
    Role role = Role::update;     // of every operation
    std::optional<Role> numbers;  // what numbers and constants are rounded to; nullopt: as what uses them
    Offered offered = Offered::everywhere;
    bool casts_operands = false;  // of matrix products, to `operand`
    // base^t of a condition (constants.hpp); empty where there is none.
    std::function<HostScalar(std::string_view written, double base)> power_of_step;
    std::function<Expr(const Draw&)> draw;                       // where random numbers are offered
    std::function<ErrorFeedback(NodeId, Shape)> error_feedback;  // of one call of compressed_all_reduce
    std::optional<int> sent = {};                                // elements that such a call takes; nullopt: any
    // Filled as formulas are recorded:
    std::int64_t elements = 0;  // of all values so far
    std::int64_t operations = 0;
    std::map<ValueId, Expr> from_host;  // host values as numbers of the formula
};

// Limits, each an error with its place: what one value may hold, what all values of the formulas of
// a program hold together (every worker counted), and how many operations they are.
inline constexpr std::int64_t most_elements = std::int64_t{1} << 24;
inline constexpr std::int64_t most_operations = 50'000;

// Throws SpecError at the place of every name and function that is not there, whether or not it
// would be recorded, and of wrong numbers of arguments. Names that the statements assign count from
// where they are assigned on.
void check_names(const Formula& formula, const Environment& environment, Offered offered);

// Powers base^t in the conditions of branches, which go on whether or not their branch is reached.
void record_condition_powers(Recording& recording, const Formula& formula, Environment& environment);

// "a number", "a vector of 3", "a 2x3 matrix".
std::string describe(int rank, Shape shape);

class Compiler {
public:
    Compiler(Recording& recording, const Formula& formula, Environment& environment)
        : recording_(recording), formula_(formula), environment_(environment) {}

    // Records the statements; the value of the last one where it is an expression. Assigning to a
    // Variable stores to its state, to another name defines it. An `if` whose condition is known when
    // the program is built is replaced by its branch; another one records regions, and after it only
    // Variables keep what was assigned in them.
    std::optional<Array> run();

    Array expression(NodeId node);

    // What functions and operators are made of.
    Recording& recording() { return recording_; }
    const Formula& formula() const { return formula_; }
    Expr number(double value);
    // Recorded; in the formula's role where none is given.
    Expr let(const Expr& e) { return let(recording_.role, e); }
    Expr let(Role role, const Expr& e) { return recording_.b.let(role, e); }
    // Counted against the limits; `at` is the place of one that is too large.
    Array made(const Expr& value, int rank, TextSpan at);
    void check_size(std::int64_t rows, std::int64_t cols, TextSpan at) const;
    int draws_before(const Node& call);
    HostContext host_context();

private:
    void block(const Block& statements, std::optional<Array>* last);
    void assign(const Statement& statement);
    void branch(const Statement& statement, std::optional<Array>* last);
    std::vector<std::string> guarded(Host flag, const Block& body);
    void store(const Statement& statement, const Variable& target, const Array& value);
    void define(std::string_view name, Binding binding);
    Array snapshot(const Array& value);

    Array name(const Node& node);
    Array chain(NodeId id);
    HostScalar host_name(const Node& node);

    struct Replaced {
        std::string name;
        std::optional<Binding> before;
    };

    Recording& recording_;
    const Formula& formula_;
    Environment& environment_;
    std::vector<Replaced> replaced_;                 // inside branches, oldest first
    std::optional<std::vector<std::size_t>> draws_;  // where the text draws random numbers
    int open_branches_ = 0;
};

}  // namespace halfstep::formula
