// The kernel table of the reference interpreters, which round nothing but their own arithmetic.
#pragma once

#include "elementwise.hpp"
#include "linked_machine.hpp"
#include "matmul.hpp"
#include "reductions.hpp"
#include "structure.hpp"

namespace halfstep {

template <class T, T (*exp_function)(const T&), T (*log_function)(const T&), T (*tanh_function)(const T&)>
typename Bound<T>::Kernel reference_kernel(Op op) {
    using namespace kernels;
    constexpr Way way = Way::native;
    switch (op) {
        case Op::add:
            return binary<T, Add, way>;
        case Op::sub:
            return binary<T, Sub, way>;
        case Op::mul:
            return binary<T, Mul, way>;
        case Op::div:
            return binary<T, Div, way>;
        case Op::max:
            return binary<T, Max, way>;
        case Op::min:
            return binary<T, Min, way>;
        case Op::gate:
            return binary<T, Gate, way>;
        case Op::select:
            return select<T, way>;
        case Op::less:
            return binary<T, Less, way>;
        case Op::less_equal:
            return binary<T, LessEqual, way>;
        case Op::equal:
            return binary<T, Equal, way>;
        case Op::cast:
            return unary<T, Cast, way>;
        case Op::neg:
            return unary<T, Neg, way>;
        case Op::abs:
            return unary<T, Abs, way>;
        case Op::sign:
            return unary<T, Sign, way>;
        case Op::one_bit_sign:
            return unary<T, OneBitSign, way>;
        case Op::one_bit:
            return binary<T, OneBit, way>;
        case Op::one_bit_error:
            return binary<T, OneBitError, way>;
        case Op::relu:
            return unary<T, Relu, way>;
        case Op::sqrt:
            return unary<T, Sqrt, way>;
        case Op::expm1:
            return unary<T, Expm1, way>;
        case Op::log1p:
            return unary<T, Log1p, way>;
        case Op::logistic:
            return unary<T, Logistic, way>;
        case Op::erf:
            return unary<T, Erf, way>;
        case Op::sin:
            return unary<T, Sin, way>;
        case Op::cos:
            return unary<T, Cos, way>;
        case Op::rsqrt:
            return unary<T, Rsqrt, way>;
        case Op::powi:
            return binary<T, Powi, way>;
        case Op::exp:
            return wide_elementary<T, exp_function>;
        case Op::log:
            return wide_elementary<T, log_function>;
        case Op::tanh:
            return wide_elementary<T, tanh_function>;
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
            throw std::logic_error("no kernel for " + std::string(op_name(op)));
    }
}

}  // namespace halfstep
