// Operations of one element at a time, and which shapes fit each other.
#include <algorithm>

#include "call.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

std::string describe(int rank, Shape shape) {
    if (rank == 0) return "a number";
    if (rank == 1) return "a vector of " + std::to_string(shape.cols);
    return "a " + std::to_string(shape.rows) + "x" + std::to_string(shape.cols) + " matrix";
}

Shape common_shape(Compiler& c, const std::vector<Array>& arrays, TextSpan at, std::string_view called) {
    Shape common;
    for (const Array& a : arrays) {
        const Shape shape = a.value.shape();
        const auto join = [&](int& n, int m) {
            if (n != m && n != 1 && m != 1) {
                std::string shapes;
                for (const Array& each : arrays)
                    shapes += (shapes.empty() ? "" : " and ") + describe(each.rank, each.value.shape());
                c.formula().fail(at, in_quotes(called) + ": the shapes do not fit: " + shapes);
            }
            n = std::max(n, m);
        };
        join(common.rows, shape.rows);
        join(common.cols, shape.cols);
    }
    return common;
}

Expr broadcast(Compiler& c, const Array& a, Shape shape, TextSpan at) {
    Expr e = a.value;
    if (e.shape().is_scalar() || e.shape() == shape) return e;  // every operation spreads a single element itself
    if (e.shape().cols != shape.cols) e = c.made(bcast_cols(e, shape.cols), 2, at).value;
    if (e.shape().rows != shape.rows) e = c.made(bcast_rows(e, shape.rows), 2, at).value;
    return e;
}

Array elementwise(Compiler& c, BinaryFunction f, const Array& a, const Array& b, TextSpan at, std::string_view called) {
    const Shape shape = common_shape(c, {a, b}, at, called);
    const Expr left = broadcast(c, a, shape, at), right = broadcast(c, b, shape, at);
    return c.made(f(left, right), std::max(a.rank, b.rank), at);
}

}  // namespace halfstep::formula
