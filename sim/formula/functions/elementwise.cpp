// max, min, clip, where, and functions composed of others.
#include <cmath>

#include "rows.hpp"

namespace halfstep::formula {

namespace {

// Largest along the rows (axis 0) or columns of a matrix: a chain of max, so that its gradient goes
// to the first largest element, as that of the whole does.
Array largest_along(Call& call, const Array& a, int axis) {
    const Expr rows = call.compiler.let(axis == 0 ? a.value : call.made(transpose(a.value), 2).value);
    const Shape shape = rows.shape();
    Builder& b = call.compiler.recording().b;
    Expr largest = b.view(rows, 0, {1, shape.cols});
    for (int r = 1; r < shape.rows; ++r) {
        const Expr row = b.view(rows, std::int64_t(r) * shape.cols, {1, shape.cols});
        largest = call.compiler.let(call.made(max(largest, row), 1).value);
    }
    return {largest, 1};
}

Array largest(Call& call, const Array& a) {
    const auto axis = axis_of(call, a);
    if (axis) return largest_along(call, a, *axis);
    return a.value.shape().is_scalar() ? Array{a.value, 0} : call.made(max_all(call.compiler.let(a.value)), 0);
}

Array negated(Call& call, const Array& a) {
    return call.made(-a.value, a.rank);
}

}  // namespace

Array record_max(Call& call) {
    if (call.count() == 2 && !call.has_keyword()) return each_pair<halfstep::max>(call);
    if (call.count() == 2) call.fail("max takes two values, or one and an axis");
    return largest(call, call.array(0));
}

Array record_min(Call& call) {
    if (call.count() == 2 && !call.has_keyword()) return each_pair<halfstep::min>(call);
    if (call.count() == 2) call.fail("min takes two values, or one and an axis");
    return negated(call, largest(call, negated(call, call.array(0))));
}

Array record_clip(Call& call) {
    const Array a = call.array(0), low = call.array(1);
    const Array raised = elementwise(call.compiler, halfstep::max, a, low, call.node.at, "clip");
    return elementwise(call.compiler, halfstep::min, raised, call.array(2), call.node.at, "clip");
}

Array record_where(Call& call) {
    const Array condition = call.array(0), a = call.array(1), b = call.array(2);
    const Shape shape = common_shape(call.compiler, {condition, a, b}, call.node.at, "where");
    const auto fitted = [&](const Array& x) { return broadcast(call.compiler, x, shape, call.node.at); };
    const Expr c = fitted(condition), x = fitted(a), y = fitted(b);
    return call.made(select(c, x, y), std::max({condition.rank, a.rank, b.rank}));
}

// The exponent is not rounded to any role: it is no number of the arithmetic.
Array record_powi(Call& call) {
    const Array a = call.array(0);
    const Formula& formula = call.compiler.formula();
    const std::optional<double> n = literal(formula, call.argument(1));
    constexpr double most = 1 << 20;
    if (!n || *n != std::floor(*n) || std::fabs(*n) > most)
        formula.fail(call.span_of(1), "expected a whole number from -1048576 to 1048576, written out");
    Builder& b = call.compiler.recording().b;
    return call.made(powi(a.value, b.constant({}, {*n}, std::nullopt)), a.rank);
}

// 1 / (1 + exp(-x))
Array record_sigmoid(Call& call) {
    const Array a = call.array(0);
    const auto step = [&](const Expr& e) { return call.made(e, a.rank).value; };
    const Expr one = call.compiler.number(1.0);
    return {step(one / step(one + step(exp(step(-a.value))))), a.rank};
}

namespace {

// a minus the largest of its row, and that: along the last axis. The shift cancels in what is made of
// it, and counts as a constant under differentiation.
struct Shifted {
    Expr largest;  // {r, 1}
    Expr exponentials;
};
Shifted shifted(Call& call, const Array& a) {
    if (a.rank == 0) call.fail("found a number; accepted: a vector, or a matrix for each of its rows");
    const int cols = a.value.shape().cols;
    Compiler& c = call.compiler;
    const Expr x = c.let(a.value), largest = c.let(call.made(max_cols(x), 2).value);
    const Expr spread = call.made(bcast_cols(largest, cols), 2).value;
    return {largest, c.let(call.made(exp(call.made(x - spread, 2).value), 2).value)};
}

}  // namespace

// e / sum(e), e = exp(a - max(a)), along the last axis.
Array record_softmax(Call& call) {
    const Array a = call.array(0);
    const Expr e = shifted(call, a).exponentials;
    const Expr total = call.made(bcast_cols(call.made(sum_cols(e), 2).value, e.shape().cols), 2).value;
    return call.made(e / total, a.rank);
}

// max(a) + log(sum(exp(a - max(a)))), along the last axis.
Array record_logsumexp(Call& call) {
    const Array a = call.array(0);
    const Shifted s = shifted(call, a);
    const Expr total = call.made(log(call.made(sum_cols(s.exponentials), 2).value), 2).value;
    const Expr result = call.made(s.largest + total, 2).value;
    return a.rank == 1 ? Array{result, 0} : as_vector(call, result);
}

}  // namespace halfstep::formula
