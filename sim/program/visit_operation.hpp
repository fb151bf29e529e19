// One list of the elementwise operations, for whoever treats them alike.
#pragma once

#include "elementwise.hpp"

namespace halfstep {

template <class F>
struct UnaryOperation {};
template <class F>
struct BinaryOperation {};

// One function object of several.
template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

// Calls visit with UnaryOperation<F>() or BinaryOperation<F>() of kernels::F; false for another
// operation (select among them).
template <class Visit>
bool visit_operation(Op op, Visit visit) {
    using namespace kernels;
    switch (op) {
        case Op::add:
            return visit(BinaryOperation<Add>()), true;
        case Op::sub:
            return visit(BinaryOperation<Sub>()), true;
        case Op::mul:
            return visit(BinaryOperation<Mul>()), true;
        case Op::div:
            return visit(BinaryOperation<Div>()), true;
        case Op::max:
            return visit(BinaryOperation<Max>()), true;
        case Op::min:
            return visit(BinaryOperation<Min>()), true;
        case Op::gate:
            return visit(BinaryOperation<Gate>()), true;
        case Op::less:
            return visit(BinaryOperation<Less>()), true;
        case Op::less_equal:
            return visit(BinaryOperation<LessEqual>()), true;
        case Op::equal:
            return visit(BinaryOperation<Equal>()), true;
        case Op::cast:
            return visit(UnaryOperation<Cast>()), true;
        case Op::neg:
            return visit(UnaryOperation<Neg>()), true;
        case Op::abs:
            return visit(UnaryOperation<Abs>()), true;
        case Op::sign:
            return visit(UnaryOperation<Sign>()), true;
        case Op::one_bit_sign:
            return visit(UnaryOperation<OneBitSign>()), true;
        case Op::one_bit:
            return visit(BinaryOperation<OneBit>()), true;
        case Op::one_bit_error:
            return visit(BinaryOperation<OneBitError>()), true;
        case Op::relu:
            return visit(UnaryOperation<Relu>()), true;
        case Op::sqrt:
            return visit(UnaryOperation<Sqrt>()), true;
        case Op::exp:
            return visit(UnaryOperation<Exp>()), true;
        case Op::log:
            return visit(UnaryOperation<Log>()), true;
        case Op::tanh:
            return visit(UnaryOperation<Tanh>()), true;
        case Op::expm1:
            return visit(UnaryOperation<Expm1>()), true;
        case Op::log1p:
            return visit(UnaryOperation<Log1p>()), true;
        case Op::logistic:
            return visit(UnaryOperation<Logistic>()), true;
        case Op::erf:
            return visit(UnaryOperation<Erf>()), true;
        case Op::sin:
            return visit(UnaryOperation<Sin>()), true;
        case Op::cos:
            return visit(UnaryOperation<Cos>()), true;
        case Op::rsqrt:
            return visit(UnaryOperation<Rsqrt>()), true;
        case Op::powi:
            return visit(BinaryOperation<Powi>()), true;
        default:
            return false;
    }
}

// What choose(UnaryOperation<F>() or BinaryOperation<F>()) returns, or null for another operation.
template <class Chosen, class Choose>
Chosen choose_by_operation(Op op, Choose choose) {
    Chosen chosen = nullptr;
    visit_operation(op, [&](auto operation) { chosen = choose(operation); });
    return chosen;
}

// The exact result of one element, or rounded to odd in binary64, from its operands; null for what is
// not elementwise.
using ExactOperation = double (*)(double a, double b, double c);

inline ExactOperation exact_operation(Op op) {
    if (op == Op::select) return [](double a, double b, double c) { return a != 0.0 ? b : c; };
    return choose_by_operation<ExactOperation>(
        op, Overloaded{[]<class F>(UnaryOperation<F>) -> ExactOperation {
                           return [](double a, double, double) { return F::to_odd(a); };
                       },
                       []<class F>(BinaryOperation<F>) -> ExactOperation {
                           return [](double a, double b, double) { return F::to_odd(a, b); };
                       }});
}

}  // namespace halfstep
