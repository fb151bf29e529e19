// What the rows of the table record.
#pragma once

#include "../call.hpp"

namespace halfstep::formula {

// An Expr function of one argument, element by element.
template <Expr (*f)(const Expr&)>
Array each(Call& call) {
    const Array a = call.array(0);
    return call.made(f(a.value), a.rank);
}
// Of two.
template <Expr (*f)(const Expr&, const Expr&)>
Array each_pair(Call& call) {
    const Array a = call.array(0), b = call.array(1);
    return elementwise(call.compiler, f, a, b, call.node.at, call.node.name);
}

Array record_max(Call&), record_min(Call&), record_clip(Call&), record_powi(Call&), record_where(Call&);
Array record_sigmoid(Call&), record_softmax(Call&), record_logsumexp(Call&);
Array record_sum(Call&), record_mean(Call&), record_norm(Call&), record_argmax(Call&), record_top_k(Call&),
    record_size(Call&);
Array record_dot(Call&), record_transpose(Call&), record_outer(Call&);
Array record_one_bit(Call&), record_average(Call&), record_compressed_all_reduce(Call&);
Array record_round(Call&);
Array record_random(Call&), record_normal(Call&), record_randint(Call&);

// axis=0 or axis=1 of a matrix; nullopt: the whole.
std::optional<int> axis_of(const Call& call, const Array& a);
// {r, 1} or {1, c} as the vector it is to a formula.
Array as_vector(Call& call, const Expr& e);

}  // namespace halfstep::formula
