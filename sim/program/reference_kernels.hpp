// The kernel table of the reference interpreters, which round nothing but their own arithmetic.
#pragma once

#include "elementwise.hpp"
#include "linked_machine.hpp"
#include "matmul.hpp"
#include "reductions.hpp"
#include "selection.hpp"
#include "structure.hpp"
#include "visit_operation.hpp"

namespace halfstep {

template <class T>
typename Bound<T>::Kernel reference_kernel(Op op) {
    using namespace kernels;
    constexpr Way way = Way::native;
    switch (op) {
        case Op::select:
            return select<T, way>;
        case Op::bcast_rows:
            return bcast_rows<T>;
        case Op::bcast_cols:
            return bcast_cols<T>;
        case Op::transpose:
            return transpose<T>;
        case Op::gather:
            return gather<T>;
        case Op::scatter_add:
            return scatter_add<T>;
        case Op::sum:
            return sum<T, way>;
        case Op::sum_rows:
            return sum_rows<T, way>;
        case Op::sum_cols:
            return sum_cols<T, way>;
        case Op::max_cols:
            return max_cols<T>;
        case Op::wide_sum:
            return wide_sum<T>;
        case Op::sum_squares:
            return sum_squares<T>;
        case Op::argmax:
            return argmax<T>;
        case Op::argmax_cols:
            return argmax_cols<T>;
        case Op::among_largest:
            return among_largest<T>;
        case Op::norm2:
            return norm2<T>;
        case Op::norm_rows:
            return norm_rows<T>;
        case Op::sum_workers:
            return sum_workers<T, way>;
        case Op::sum_one_bit:
            return sum_one_bit<T, way>;
        case Op::matmul:
            return matmul<T, way, way>;
        case Op::source:
            return source<T>;
        case Op::inject:
            return inject<T>;
        case Op::to_host:
            return to_host<T>;
        case Op::from_host:
            return from_host<T>;
        case Op::finite:
            return finite<T>;
        case Op::host:
            return host<T>;
        case Op::max_workers:
            return max_workers<T>;
        default:
            break;
    }
    using Kernel = typename Bound<T>::Kernel;
    const auto kernel = choose_by_operation<Kernel>(
        op, Overloaded{[]<class F>(UnaryOperation<F>) -> Kernel { return unary<T, F, way>; },
                       []<class F>(BinaryOperation<F>) -> Kernel { return binary<T, F, way>; }});
    if (!kernel) throw std::logic_error("no kernel for " + std::string(op_name(op)));
    return kernel;
}

}  // namespace halfstep
