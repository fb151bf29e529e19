#include "halfstep/program/builder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace halfstep {

std::string_view op_name(Op op) {
    static constexpr std::string_view names[] = {
        "add",         "sub",           "mul",         "div",        "sqrt",       "exp",         "log",
        "tanh",        "expm1",         "log1p",       "logistic",   "erf",        "sin",         "cos",
        "rsqrt",       "powi",          "cast",        "neg",        "abs",        "sign",        "one_bit_sign",
        "one_bit",     "one_bit_error", "relu",        "gate",       "max",        "min",         "select",
        "less",        "less_equal",    "equal",       "bcast_rows", "bcast_cols", "transpose",   "gather",
        "scatter_add", "among_largest", "sum",         "sum_rows",   "sum_cols",   "max_cols",    "argmax",
        "argmax_cols", "wide_sum",      "sum_squares", "norm2",      "norm_rows",  "sum_workers", "sum_one_bit",
        "matmul",      "source",        "inject",      "to_host",    "from_host",  "finite",      "host",
        "max_workers", "skip_if_zero"};
    return names[static_cast<std::size_t>(op)];
}

State::operator Expr() const {
    auto n = std::make_shared<ExprNode>();
    const ValueInfo& info = builder_->program_.values[id_];
    n->value = id_;
    n->shape = info.shape;
    n->per_worker = info.per_worker;
    n->version = builder_->versions_[info.root];
    return Expr(std::move(n));
}

State State::slice(std::int64_t offset, Shape shape) const {
    const ValueInfo& whole = builder_->program_.values[id_];
    if (offset < 0 || offset + shape.size() > whole.shape.size())
        throw std::logic_error("slice of " + whole.name + " reaches outside");
    ValueInfo info = whole;
    info.offset += offset;
    info.shape = shape;
    return {builder_, builder_->new_value(std::move(info))};
}

Shape State::shape() const {
    return builder_->program_.values[id_].shape;
}
bool State::per_worker() const {
    return builder_->program_.values[id_].per_worker;
}

Builder::Builder(int workers) {
    program_.workers = workers;
}

ValueId Builder::new_value(ValueInfo info) {
    const auto id = static_cast<ValueId>(program_.values.size());
    if (info.root == no_value) info.root = id;
    if (info.root != id) info.initial.clear();
    region_of_.push_back(
        info.lifetime == Lifetime::temporary ? (info.root == id ? open_regions_.back() : region_of_[info.root]) : 0);
    versions_.push_back(0);
    program_.values.push_back(std::move(info));
    return id;
}

State Builder::state(const std::string& name, Shape shape, Role role, std::vector<double> initial, bool per_worker) {
    return {this, new_value({.lifetime = Lifetime::state,
                             .shape = shape,
                             .per_worker = per_worker && workers() > 1,
                             .role = role,
                             .name = name,
                             .initial = std::move(initial)})};
}

Expr Builder::constant(Shape shape, std::vector<double> values, std::optional<Role> role, bool per_worker,
                       std::string name) {
    return recorded(new_value({.lifetime = Lifetime::constant,
                               .shape = shape,
                               .per_worker = per_worker && workers() > 1,
                               .role = role,
                               .name = std::move(name),
                               .initial = std::move(values)}));
}

Host Builder::host_state(const std::string& name, double initial, bool per_worker) {
    return {new_value({.space = Space::host,
                       .lifetime = Lifetime::state,
                       .per_worker = per_worker && workers() > 1,
                       .name = name,
                       .initial = {initial}})};
}

Host Builder::host_constant(double value) {
    return {new_value({.space = Space::host, .lifetime = Lifetime::constant, .initial = {value}})};
}

Expr Builder::recorded(ValueId id) const {
    auto n = std::make_shared<ExprNode>();
    n->value = id;
    n->shape = program_.values[id].shape;
    n->per_worker = program_.values[id].per_worker;
    n->version = versions_[program_.values[id].root];
    return Expr(std::move(n));
}

void Builder::check_readable(ValueId id) const {
    const std::int32_t region = region_of_[id];
    if (std::find(open_regions_.begin(), open_regions_.end(), region) == open_regions_.end())
        throw std::logic_error("a value of a skipped region is used after it");
}

ValueId Builder::literal(double value, Role role) {
    const auto [known, is_new] = literals_.try_emplace({std::bit_cast<std::uint64_t>(value), role}, no_value);
    if (is_new) known->second = constant({}, {value}, role).node()->value;
    return known->second;
}

ValueId Builder::emit(Instruction instruction, ValueInfo out) {
    if (out.role) instruction.role = out.role;
    instruction.site = static_cast<std::int32_t>(program_.sites.size());
    program_.sites.push_back({piece_, statement_, ordinal_++});
    instruction.out = new_value(std::move(out));
    program_.instructions.push_back(instruction);
    return instruction.out;
}

ValueId Builder::lower(const Expr& e, Role role) {
    ExprNode& n = *e.node();
    if (n.is_literal) return literal(n.literal, role);
    if (n.value != no_value) {
        const ValueId root = program_.values[n.value].root;
        if (n.version != versions_[root])
            throw std::logic_error("a formula reads an older version of " + program_.values[root].name);
        check_readable(n.value);
        return n.value;
    }
    const bool sums = n.op == Op::sum_workers || n.op == Op::sum_one_bit;
    if (sums && workers() > 1 && !n.args.back().per_worker())
        throw std::logic_error(std::string(op_name(n.op)) + ": the value is the same on every worker");
    Instruction instruction;
    instruction.op = n.op;
    instruction.transpose_a = n.transpose_a;
    instruction.from_zero = n.from_zero;
    instruction.count = n.count;
    for (std::size_t i = 0; i < n.args.size(); ++i) instruction.in[i] = lower(n.args[i], role);
    // An index is no number of the run's formats: rounded to one of them it would name another element. Nor
    // is which elements are meant.
    const bool is_position = n.op == Op::argmax || n.op == Op::argmax_cols || n.op == Op::among_largest;
    n.value = emit(
        instruction,
        {.shape = n.shape, .per_worker = n.per_worker, .role = is_position ? std::nullopt : std::optional<Role>(role)});
    n.version = 0;
    n.args.clear();
    return n.value;
}

Expr Builder::let(Role role, const Expr& e) {
    if (e.node()->is_literal) return recorded(lower(e, role));
    lower(e, role);
    return e;
}

Expr Builder::round_to(const Expr& value, const Rounding& format) {
    const ValueId in = lower(value, Role::weight);  // recorded already
    auto& formats = program_.formats;
    const auto known = std::find(formats.begin(), formats.end(), format);
    const auto index = static_cast<std::int32_t>(known - formats.begin());
    if (known == formats.end()) formats.push_back(format);
    const ValueInfo& from = program_.values[in];
    return recorded(emit({.op = Op::cast, .in = {in, no_value, no_value}, .format = index},
                         {.shape = from.shape, .per_worker = from.per_worker, .format = index}));
}

void Builder::copy_into(ValueId view, ValueId source, std::optional<Role> role) {
    Instruction instruction;
    instruction.op = Op::cast;
    instruction.in[0] = source;
    instruction.out = view;
    instruction.role = role;
    instruction.site = static_cast<std::int32_t>(program_.sites.size());
    program_.sites.push_back({piece_, statement_, ordinal_++});
    program_.instructions.push_back(instruction);
}

bool Builder::overlaps_shifted(ValueId a, ValueId b) const {
    const ValueInfo &x = program_.values[a], &y = program_.values[b];
    return x.root == y.root && x.offset != y.offset && x.offset < y.offset + y.shape.size() &&
           y.offset < x.offset + x.shape.size();
}

void Builder::store(const State& target, Role role, const Expr& e) {
    const ValueInfo info = program_.values[target.id_];
    if (e.shape() != info.shape && !e.shape().is_scalar() && e.shape().size() != info.shape.size())
        throw std::logic_error("store to " + info.name + ": the value has another size");
    if (e.per_worker() && !info.per_worker)
        throw std::logic_error("store to " + info.name + ": the value differs between workers");
    statement_ = program_.values[info.root].name;
    ordinal_ = 0;
    ValueId source = lower(e, role);
    if (overlaps_shifted(source, target.id_)) {  // what is still to be read would be overwritten
        const ValueInfo& from = program_.values[source];
        source = emit({.op = Op::cast, .in = {source, no_value, no_value}},
                      {.shape = from.shape, .per_worker = from.per_worker, .role = from.role});
    }
    copy_into(target.id_, source, info.role);
    ++versions_[info.root];
    statement_.clear();
}

Expr Builder::concat(Role role, const std::vector<Expr>& pieces, int padded, int ahead) {
    int total = ahead;
    bool per_worker = false;
    for (const Expr& p : pieces) {
        total += p.shape().size();
        per_worker = per_worker || p.per_worker();
    }
    std::vector<ValueId> sources;
    for (const Expr& p : pieces) sources.push_back(lower(p, role));
    const ValueInfo buffer{.shape = {1, std::max(total, padded)}, .per_worker = per_worker, .role = role};
    const ValueId whole = new_value(buffer);
    int offset = 0;
    auto part = [&](int n) {
        ValueInfo info = buffer;
        info.root = whole;
        info.offset = offset;
        info.shape = {1, n};
        offset += n;
        return new_value(std::move(info));
    };
    if (ahead > 0) copy_into(part(ahead), literal(0.0, role), role);
    for (std::size_t i = 0; i < pieces.size(); ++i) copy_into(part(pieces[i].shape().size()), sources[i], role);
    if (padded > total) copy_into(part(padded - total), literal(0.0, role), role);
    return recorded(whole);
}

Expr Builder::view(const Expr& value, std::int64_t offset, Shape shape) {
    const ValueId id = value.node()->value;
    if (id == no_value) throw std::logic_error("view of a value that was not recorded yet");
    lower(value, Role::weight);  // refuses what cannot be read here
    ValueInfo info = program_.values[id];
    if (offset < 0 || offset + shape.size() > info.shape.size()) throw std::logic_error("view reaches outside");
    info.offset += offset;
    info.shape = shape;
    return recorded(new_value(std::move(info)));
}

Expr Builder::replica(const Expr& value) {
    if (!value.per_worker()) return value;
    const ValueId id = value.node()->value;
    if (id == no_value) throw std::logic_error("replica of a value that was not recorded yet");
    lower(value, Role::weight);  // refuses what cannot be read here
    ValueInfo info = program_.values[id];
    info.per_worker = false;
    info.first_replica = true;
    return recorded(new_value(std::move(info)));
}

Host Builder::replica(Host value) {
    ValueInfo info = program_.values[value.id];
    if (!info.per_worker) return value;
    check_readable(value.id);
    info.per_worker = false;
    info.first_replica = true;
    return {new_value(std::move(info))};
}

void Builder::when(Host flag, const std::function<void()>& body) {
    if (program_.values[flag.id].per_worker)
        throw std::logic_error("a region's flag has to be the same on every worker");
    check_readable(flag.id);
    const auto at = program_.instructions.size();
    program_.instructions.push_back({.op = Op::skip_if_zero, .host_in = {flag.id}});
    open_regions_.push_back(regions_++);
    body();
    open_regions_.pop_back();
    program_.instructions[at].skip_to = static_cast<std::int32_t>(program_.instructions.size());
}

}  // namespace halfstep
