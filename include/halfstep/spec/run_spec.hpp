// One run as plain data with every default made explicit: printable, comparable, and sufficient
// (with a seed) to repeat the run bit for bit.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "halfstep/spec/excerpt.hpp"
#include "halfstep/spec/role.hpp"
#include "halfstep/spec/value.hpp"

namespace halfstep {

// What computes: the emulator in the roles' formats, or a reference that rounds nothing but its
// own arithmetic (binary64, or 113 bits by Boost.Multiprecision).
enum class Arithmetic { emulated, binary64, multiprecision };

// A group of model tensors with its own options, as torch's and DeepSpeed's param_groups.
struct ParameterGroup {
    std::vector<int> tensors;           // indices into the model's tensors, in this order
    std::vector<NamedValue> overrides;  // weight_decay
    std::vector<double> exp_avg_mask;   // empty: none; otherwise one factor an element of each logical tensor
    bool non_freeze = false;            // 1-bit Adam: never compressed
    bool operator==(const ParameterGroup&) const = default;
};

// Overwrites one gradient element before the all-reduce: a planted overflow.
struct Injection {
    std::int64_t step = 0;
    int worker = 0;
    std::int64_t index = 0;  // flat over all tensors in model order
    double value = 0;        // may be infinite or NaN
    bool operator==(const Injection&) const = default;
};

// A formula of the run's states, evaluated in binary64 after every recorded step: an observation, never
// rounded. `name` is what its series and metrics are called.
struct Watch {
    std::string name;
    std::string text;
    bool operator==(const Watch&) const = default;
};
inline constexpr std::size_t most_watches = 100;  // a run

struct RunSpec {
    std::string scenario;  // file stem
    std::string run;       // variant name, "base" for the scenario itself

    Configured model;
    int workers = 1;
    int batch = 0;  // samples a worker and step; 0: the worker's whole share of the data

    Configured optimizer;
    std::vector<double> lr_values;  // empty: constant lr; otherwise lr of applied step k is lr_values[min(k, last)]
    std::vector<ParameterGroup> groups;  // empty: one group with every tensor

    Configured engine;
    Configured loss_scale;

    // A plain arithmetic program in place of the five above, which are empty then: constants, init, step,
    // roles. Empty kind: none.
    Configured program;
    bool is_program() const { return !program.kind.empty(); }

    Precision precision;
    std::string preset;  // the name `precision` started from, for people
    Arithmetic arithmetic = Arithmetic::emulated;

    std::int64_t steps = 100;
    std::int64_t record_every = 1;    // series cadence in steps; the first and last step are always recorded
    std::int64_t evaluate_every = 0;  // full-data binary64 loss cadence; 0: only after the last step
    std::vector<Watch> watches;
    std::vector<Injection> injections;
    std::vector<std::int64_t>
        reload_at;  // before these steps everything is re-created and loaded from worker 0's checkpoint

    bool operator==(const RunSpec&) const = default;
};

// A specification that cannot be built: `key` is the scenario key at fault ("model.data.samples"),
// so that whoever knows the file can say where it stands. A fault inside a text value, such as a
// formula, also says which bytes of the text it is about, and shows its line.
class SpecError : public std::runtime_error {
public:
    SpecError(std::string key, const std::string& message) : std::runtime_error(message), key_(std::move(key)) {}
    SpecError(std::string key, const std::string& message, std::string_view text, TextSpan span)
        : std::runtime_error(message), key_(std::move(key)), span_(span), excerpt_(marked_line(text, span)) {}
    const std::string& key() const { return key_; }
    const std::optional<TextSpan>& span() const { return span_; }
    const std::string& excerpt() const { return excerpt_; }  // marked_line of the text; empty without a span

private:
    std::string key_;
    std::optional<TextSpan> span_;
    std::string excerpt_;
};

}  // namespace halfstep
