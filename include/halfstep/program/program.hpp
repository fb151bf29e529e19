// A recorded program: a flat list of array instructions over values of fixed shape. Models,
// derived gradients, optimizers and what wraps them are all recorded into one such list (with
// builder.hpp), and every interpreter runs the same list. It knows roles, not formats: which
// format a role has is decided when a Machine links the program with a Precision.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/spec/role.hpp"

namespace halfstep {

using ValueId = std::int32_t;
inline constexpr ValueId no_value = -1;

// Row-major; a vector of n is {1, n} or {n, 1}, a scalar {1, 1}.
struct Shape {
    int rows = 1;
    int cols = 1;
    int size() const { return rows * cols; }
    bool is_scalar() const { return rows == 1 && cols == 1; }
    bool operator==(const Shape&) const = default;
};

// Arrays hold emulated numbers; host values are binary64 scalars (step counters, schedules, loss
// scale, decisions), as in the originals, where they live in Python.
enum class Space { array, host };

enum class Lifetime { temporary, state, constant };

struct ValueInfo {
    Space space = Space::array;
    Lifetime lifetime = Lifetime::temporary;
    Shape shape = {};
    bool per_worker = false;           // one copy a worker
    ValueId root = no_value;           // of a view: the value whose storage it shares, otherwise itself
    std::int64_t offset = 0;           // of a view, in elements
    bool first_replica = false;        // a view of worker 0's copy of a per-worker root
    std::optional<Role> role = {};     // what it was rounded to; nullopt: exact in the carrier
    std::int32_t format = -1;          // index into Program::formats: rounded to that, whatever the role
    std::string name = {};             // of states, for people and snapshots; of constants where they have one
    std::vector<double> initial = {};  // states and constants: one value, shape.size(), or workers * shape.size()
};

// clang-format off
enum class Op : std::uint8_t {
    // elementwise, rounded once; exp to powi are the elementary functions
    add, sub, mul, div, sqrt, exp, log, tanh, expm1, log1p, logistic, erf, sin, cos, rsqrt, powi,
    // elementwise, exact; rounded only where the role is narrower than the operand
    cast, neg, abs, sign, one_bit_sign, one_bit, one_bit_error, relu, gate, max, min, select, less, less_equal, equal,
    // shape
    bcast_rows, bcast_cols, transpose, gather, scatter_add,
    // which elements
    among_largest,
    // ordered reductions
    sum, sum_rows, sum_cols, max_cols, argmax, argmax_cols, wide_sum, sum_squares, norm2, norm_rows, sum_workers,
    sum_one_bit, matmul,
    // values from outside, and between the two spaces
    source, inject, to_host, from_host, finite,
    // host space
    host, max_workers, skip_if_zero,
};
// clang-format on

std::string_view op_name(Op op);

using HostFunction = void (*)(const double* in, double* out);

// One instruction. What `in` means for each operation stands at Builder's functions.
struct Instruction {
    Op op = Op::cast;
    ValueId out = no_value;
    std::array<ValueId, 3> in = {no_value, no_value, no_value};
    std::optional<Role> role = {};  // nullopt: not rounded
    std::int32_t format = -1;       // as the result's
    bool transpose_a = false;       // matmul
    bool from_zero = false;         // sum_workers
    int count = 0;                  // among_largest
    HostFunction host = nullptr;    // host
    std::vector<ValueId> host_in = {}, host_out = {};
    std::int32_t skip_to = -1;     // skip_if_zero: index of the first instruction after the region
    std::int32_t attachment = -1;  // source, inject: index into Program::attachments
    std::int32_t site = 0;         // index into Program::sites
};

// Where an instruction comes from, for random bits and for sentences about what went wrong.
struct Site {
    std::string piece;   // "forward", "backward", "update", ...
    std::string tensor;  // what the statement stores to
    int ordinal = 0;     // position within the statement
};

// What a program needs from outside on every step, as pure functions of step and worker.
struct Attachment {
    virtual ~Attachment() = default;
    // Fills `out` (n values). `step` and `worker` count from 0.
    virtual void produce(std::int64_t step, int worker, double* out, int n) const = 0;
};

// What the workers sent to each other so far: a host state without a name, so that it is no part of
// what a run computes.
struct Traffic {
    std::optional<Role> role;  // the counter counts values in this role's format; nullopt: bytes
    ValueId counter = no_value;
};

// A compressed exchange between the workers, for who wants to compare what went in with what came out.
struct Exchange {
    ValueId sent = no_value;       // one a worker; the first `size` elements are the vector, then zeros
    ValueId delivered = no_value;  // to everybody; flat, as long
    int size = 0;
};

struct Program {
    int workers = 1;
    std::vector<ValueInfo> values;
    std::vector<Instruction> instructions;
    std::vector<Site> sites;
    std::vector<Rounding> formats;               // that some values are rounded to on purpose, in every precision
    std::vector<const Attachment*> attachments;  // owned by whoever recorded the program
    std::vector<Traffic> traffic;                // one a role, where anything is sent
    std::vector<Exchange> exchanges;
};

}  // namespace halfstep
