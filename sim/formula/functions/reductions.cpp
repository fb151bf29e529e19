// Sums, norms and products: ordered as Expr has them.
#include "rows.hpp"

namespace halfstep::formula {

std::optional<int> axis_of(const Call& call, const Array& a) {
    if (!call.has_keyword()) return std::nullopt;
    const int axis = whole_number(call.compiler.host_context(), call.keyword(), 0, 1, "an axis");
    if (a.rank == 1 && axis == 0) return std::nullopt;  // the only axis of a vector
    if (a.rank != 2) call.fail("no axis " + std::to_string(axis) + " of " + describe(a.rank, a.value.shape()));
    return axis;
}

Array as_vector(Call& call, const Expr& e) {
    return {reshaped(call.compiler, e, {1, e.shape().size()}), 1};
}

namespace {

Array summed(Call& call, const Array& a, std::optional<int> axis) {
    if (!axis) return call.made(sum(a.value), 0);
    if (*axis == 0) return call.made(sum_rows(a.value), 1);
    return as_vector(call, call.made(sum_cols(a.value), 2).value);
}

}  // namespace

Array record_sum(Call& call) {
    const Array a = call.array(0);
    return summed(call, a, axis_of(call, a));
}

Array record_mean(Call& call) {
    const Array a = call.array(0);
    const auto axis = axis_of(call, a);
    const Shape shape = a.value.shape();
    const int n = !axis ? shape.size() : *axis == 0 ? shape.rows : shape.cols;
    const Array total = summed(call, a, axis);
    return call.made(total.value / double(n), total.rank);
}

Array record_norm(Call& call) {
    return call.made(norm2(call.array(0).value), 0);
}

Array record_argmax(Call& call) {
    const Array a = call.array(0);
    const auto axis = axis_of(call, a);
    if (!axis) return call.made(argmax(a.value), 0);
    const Expr rows = *axis == 1 ? a.value : call.made(transpose(a.value), 2).value;
    return as_vector(call, call.made(argmax_cols(rows), 2).value);
}

Array record_top_k(Call& call) {
    const Array a = call.array(0);
    if (a.rank != 1) call.fail("found " + describe(a.rank, a.value.shape()) + "; accepted: a vector");
    const int most = int(most_elements);
    const int k = whole_number(call.compiler.host_context(), call.argument(1), 1, most, "a number of elements");
    return call.made(top_k(a.value, k), 1);
}

Array record_size(Call& call) {
    return {call.compiler.number(double(call.array(0).value.shape().size())), 0};
}

Array record_dot(Call& call) {
    const Array a = call.array(0), b = call.array(1);
    if (a.rank != b.rank || a.value.shape() != b.value.shape())
        call.fail("\"dot\": the shapes do not fit: " + describe(a.rank, a.value.shape()) + " and " +
                  describe(b.rank, b.value.shape()));
    return call.made(sum(call.made(a.value * b.value, a.rank).value), 0);
}

Array record_transpose(Call& call) {
    const Array a = call.array(0);
    if (a.rank == 0) call.fail("found a number; accepted: a matrix, or a vector to make a column of");
    return call.made(transpose(a.value), 2);
}

Array record_outer(Call& call) {
    const Array a = call.array(0), b = call.array(1);
    if (a.rank != 1 || b.rank != 1)
        call.fail("\"outer\" takes two vectors, found " + describe(a.rank, a.value.shape()) + " and " +
                  describe(b.rank, b.value.shape()));
    const Array column{call.made(transpose(a.value), 2).value, 2};
    return elementwise(call.compiler, halfstep::operator*, column, b, call.node.at, "outer");
}

}  // namespace halfstep::formula
