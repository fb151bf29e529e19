// What is sent between workers, and rounding on purpose.
#include <cmath>

#include "halfstep/comm/all_reduce.hpp"
#include "halfstep/format/format.hpp"
#include "halfstep/spec/wording.hpp"
#include "rows.hpp"

namespace halfstep::formula {

// |x|_2 / sqrt(n), rounded to comm_scale, times the signs, which know no zero: what a worker of the
// compressed all-reduce sends (comm/compressed_all_reduce.hpp).
Array record_one_bit(Call& call) {
    const Array a = call.array(0);
    Compiler& c = call.compiler;
    const Expr x = c.let(a.value);
    const Expr norm = call.made(norm2(x), 0).value;
    const Expr scale = c.let(Role::comm_scale, cast(c.let(norm / std::sqrt(double(x.shape().size())))));
    return call.made(scale * call.made(one_bit_sign(x), a.rank).value, a.rank);
}

Array record_average(Call& call) {
    const Array a = call.array(0);
    Builder& b = call.compiler.recording().b;
    if (!a.value.per_worker()) return a;  // all workers have it
    return call.made(average_over_workers(b, call.compiler.let(a.value)), a.rank);
}

Array record_compressed_all_reduce(Call& call) {
    const Array a = call.array(0);
    Compiler& c = call.compiler;
    Builder& b = c.recording().b;
    if (b.workers() == 1) return a;  // nothing is sent
    const Shape shape = a.value.shape();
    const std::optional<int> sent = c.recording().sent;
    if (a.rank != 1 || (sent && shape.size() != *sent))
        call.fail("found " + describe(a.rank, shape) + "; accepted: a vector" + (sent ? " of the size of w" : ""));
    Expr x = c.let(a.value);
    if (!x.per_worker()) x = c.let(per_worker_copy(x));
    return call.made(compressed_all_reduce(b, x, c.recording().error_feedback(call.id(), shape)), 1);
}

// Rounded on purpose: to a format by its name, or to what a role stands for.
Array record_round(Call& call) {
    const Array a = call.array(0);
    Compiler& c = call.compiler;
    const std::string name(call.text(1, "the name of a format or role in quotes"));
    if (const auto role = find_role(name)) return call.made(c.let(*role, cast(c.let(a.value))), a.rank);
    const auto format = find_format(name);
    if (!format) {
        std::vector<std::string> names;
        for (const Format& f : named_formats()) names.push_back(f.name);
        for (const Role role : all_roles()) names.emplace_back(role_name(role));
        c.formula().fail(call.span_of(1), unknown_name("format or role", name, names) + ", any e<E>m<M> or q<I>.<F>");
    }
    return call.made(c.recording().b.round_to(c.let(a.value), rounding_to(name)), a.rank);
}

}  // namespace halfstep::formula
