// Builder's host space and its bridges to arrays.
#include <stdexcept>

#include "halfstep/program/builder.hpp"

namespace halfstep {

std::vector<Host> Builder::host(HostFunction function, const std::vector<Host>& inputs, int outputs) {
    Instruction instruction{.op = Op::host, .host = function};
    bool per_worker = false;
    for (const Host& h : inputs) {
        check_readable(h.id);
        instruction.host_in.push_back(h.id);
        per_worker = per_worker || program_.values[h.id].per_worker;
    }
    std::vector<Host> results;
    for (int i = 0; i < outputs; ++i) {
        results.push_back({new_value({.space = Space::host, .per_worker = per_worker})});
        instruction.host_out.push_back(results.back().id);
    }
    program_.instructions.push_back(std::move(instruction));
    return results;
}

Host Builder::host(HostFunction function, const std::vector<Host>& inputs) {
    return host(function, inputs, 1)[0];
}

void Builder::store(Host target, Host value) {
    const ValueInfo& info = program_.values[target.id];
    if (info.lifetime != Lifetime::state) throw std::logic_error("store to a host value that is no state");
    if (program_.values[value.id].per_worker && !info.per_worker)
        throw std::logic_error("store to " + info.name + ": the value differs between workers");
    check_readable(value.id);
    program_.instructions.push_back({.op = Op::host,
                                     .host = [](const double* in, double* out) { out[0] = in[0]; },
                                     .host_in = {value.id},
                                     .host_out = {target.id}});
}

void Builder::begin_with(Host state, double value) {
    ValueInfo& info = program_.values[state.id];
    if (info.lifetime != Lifetime::state) throw std::logic_error("begin_with: a host value that is no state");
    info.initial = {value};
}

Host Builder::to_host(const Expr& scalar) {
    if (!scalar.shape().is_scalar()) throw std::logic_error("to_host: the value is no scalar");
    const ValueId in = lower(scalar, Role::update);
    const Host out{new_value({.space = Space::host, .per_worker = program_.values[in].per_worker})};
    program_.instructions.push_back({.op = Op::to_host, .in = {in, no_value, no_value}, .host_out = {out.id}});
    return out;
}

Expr Builder::from_host(Host value, Role role) {
    check_readable(value.id);
    return recorded(emit({.op = Op::from_host, .host_in = {value.id}},
                         {.per_worker = program_.values[value.id].per_worker, .role = role}));
}

Host Builder::finite(const Expr& a) {
    const ValueId in = lower(a, Role::update);
    const Host out{new_value({.space = Space::host, .per_worker = program_.values[in].per_worker})};
    program_.instructions.push_back({.op = Op::finite, .in = {in, no_value, no_value}, .host_out = {out.id}});
    return out;
}

Host Builder::max_workers(Host value) {
    check_readable(value.id);
    if (!program_.values[value.id].per_worker) return value;
    const Host out{new_value({.space = Space::host})};
    program_.instructions.push_back({.op = Op::max_workers, .host_in = {value.id}, .host_out = {out.id}});
    return out;
}

Expr Builder::source(const Attachment* attachment, Host step, Shape shape, std::optional<Role> role, bool per_worker) {
    check_readable(step.id);
    program_.attachments.push_back(attachment);
    return recorded(emit({.op = Op::source,
                          .host_in = {step.id},
                          .attachment = static_cast<std::int32_t>(program_.attachments.size()) - 1},
                         {.shape = shape, .per_worker = per_worker && workers() > 1, .role = role}));
}

Expr Builder::inject(const Attachment* attachment, Host step, const Expr& gradient, Role role) {
    check_readable(step.id);
    program_.attachments.push_back(attachment);
    const ValueId in = lower(gradient, role);
    return recorded(emit({.op = Op::inject,
                          .in = {in, no_value, no_value},
                          .host_in = {step.id},
                          .attachment = static_cast<std::int32_t>(program_.attachments.size()) - 1},
                         {.shape = gradient.shape(), .per_worker = program_.values[in].per_worker, .role = role}));
}

}  // namespace halfstep
