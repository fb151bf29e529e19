// Records a Program. A step reads like the paper:
//     b.store(exp_avg, Role::update, beta1 * exp_avg + c1 * grad);
// is lowered left first into three instructions in role `update` and one cast to the state's role.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "halfstep/program/expr.hpp"

namespace halfstep {

class Builder;

// A persistent array, or a slice of one. Used in a formula it reads the present version; a formula
// that was written before a store and lowered after it is refused (std::logic_error).
class State {
public:
    State() = default;
    operator Expr() const;  // NOLINT(google-explicit-constructor)
    State slice(std::int64_t offset, Shape shape) const;
    Shape shape() const;
    bool per_worker() const;
    ValueId id() const { return id_; }

private:
    friend class Builder;
    State(Builder* builder, ValueId id) : builder_(builder), id_(id) {}
    Builder* builder_ = nullptr;
    ValueId id_ = no_value;
};

// A binary64 scalar of the host space: a state, a constant or a result. One a worker where any of
// its inputs is.
struct Host {
    ValueId id = no_value;
};

class Builder {
public:
    explicit Builder(int workers);

    // `initial`: one value for all elements, shape.size() values, or one set a worker; rounded to
    // `role` when the program is linked.
    State state(const std::string& name, Shape shape, Role role, std::vector<double> initial, bool per_worker = false);
    // role nullopt: stored exactly in the carrier.
    // `name`: for sentences about it.
    Expr constant(Shape shape, std::vector<double> values, std::optional<Role> role, bool per_worker = false,
                  std::string name = {});
    Expr hyper(double value) { return constant({}, {value}, Role::hyper); }
    Host host_state(const std::string& name, double initial, bool per_worker = false);
    Host host_constant(double value);

    // Lowers an expression in a role and returns its recorded value.
    Expr let(Role role, const Expr& e);
    // A recorded value rounded to one format, whatever the precision of the run. The reference
    // machines, which round nothing, leave it as it is.
    Expr round_to(const Expr& value, const Rounding& format);
    // Computes in `role`, then stores, rounded once more to the state's own role. A shared value
    // stored to a per-worker state is copied to every worker.
    void store(const State& target, Role role, const Expr& e);
    void store(Host target, Host value);
    // Changes what a host state holds before the first step.
    void begin_with(Host state, double value);
    // Pieces one after another in a new {1, n} array, behind `ahead` zeros and followed by zeros up to
    // `padded`.
    Expr concat(Role role, const std::vector<Expr>& pieces, int padded = 0, int ahead = 0);
    // A slice of a recorded value, sharing its storage.
    Expr view(const Expr& value, std::int64_t offset, Shape shape);
    // Worker 0's copy of a recorded per-worker value, as a shared value (where all copies agree,
    // or where worker 0's is wanted).
    Expr replica(const Expr& value);
    Host replica(Host value);

    Host to_host(const Expr& scalar);       // exact
    Expr from_host(Host value, Role role);  // rounded once
    // 1 when the binary32 sum of the elements is finite (DeepSpeed's overflow test), otherwise 0.
    Host finite(const Expr& a);
    Host max_workers(Host per_worker);
    Host host(HostFunction function, const std::vector<Host>& inputs);
    std::vector<Host> host(HostFunction function, const std::vector<Host>& inputs, int outputs);
    // b.apply([](double a, double b) { return a + b; }, x, y): captureless lambdas only.
    template <class F, class... H>
    Host apply(F, H... inputs) {
        return host(trampoline<F>(std::make_index_sequence<sizeof...(H)>()), {inputs...});
    }

    // Values from outside, a pure function of step and worker; `attachment` must outlive the program.
    Expr source(const Attachment* attachment, Host step, Shape shape, std::optional<Role> role, bool per_worker);
    // The gradient with some elements overwritten: the attachment gets a copy of it in `out`.
    Expr inject(const Attachment* attachment, Host step, const Expr& gradient, Role role);

    // Counts what an exchange recorded here puts on the wire, a worker, whenever it is executed: values
    // in a role's format, or bytes.
    void count_sent(std::optional<Role> role, double amount);

    // Says that `sent`, one a worker, is exchanged for `delivered`; `size` elements of both matter.
    void note_exchange(const Expr& sent, const Expr& delivered, int size);

    // Records `body` as a region that is skipped when `flag` is zero. Temporaries of the region
    // cannot be used after it.
    void when(Host flag, const std::function<void()>& body);

    // Names the statements that follow, for sites.
    void piece(const std::string& name) { piece_ = name; }

    int workers() const { return program_.workers; }
    const Program& program() const { return program_; }
    Program take() { return std::move(program_); }

private:
    friend class State;
    friend std::vector<Expr> differentiate(Builder&, const Expr&, const std::vector<Expr>&, const Expr&);

    template <class F, std::size_t... I>
    static HostFunction trampoline(std::index_sequence<I...>) {
        return [](const double* in, double* out) { out[0] = F{}(in[I]...); };
    }

    ValueId new_value(ValueInfo info);
    ValueId lower(const Expr& e, Role role);
    ValueId emit(Instruction instruction, ValueInfo out);
    void copy_into(ValueId view, ValueId source, std::optional<Role> role);
    void check_readable(ValueId id) const;
    bool overlaps_shifted(ValueId a, ValueId b) const;
    Expr recorded(ValueId id) const;
    ValueId literal(double value, Role role);

    Program program_;
    std::vector<std::uint32_t> versions_;  // of states, by value id
    std::vector<std::int32_t> region_of_;  // the region a temporary was recorded in
    std::vector<std::int32_t> open_regions_ = {0};
    std::int32_t regions_ = 1;
    std::map<std::pair<std::uint64_t, Role>, ValueId> literals_;  // by bits
    std::string piece_ = "step";
    std::string statement_;
    int ordinal_ = 0;
};

}  // namespace halfstep
