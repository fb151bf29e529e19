// Every derivative against a difference quotient, and no operation without one.
#include <set>
#include <string>
#include <utility>

#include "catch.hpp"
#include "gradient_cases.hpp"
#include "halfstep/program/differentiate.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

// A new operation does not compile here until it says what its derivative is.
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wswitch"
Derivative derivative_with_respect_to(Op op, int operand) {
    switch (op) {
        case Op::add:
        case Op::sub:
        case Op::mul:
        case Op::div:
        case Op::sqrt:
        case Op::exp:
        case Op::log:
        case Op::tanh:
        case Op::expm1:
        case Op::log1p:
        case Op::logistic:
        case Op::erf:
        case Op::sin:
        case Op::cos:
        case Op::rsqrt:
        case Op::powi:
        case Op::cast:
        case Op::neg:
        case Op::abs:
        case Op::relu:
        case Op::max:
        case Op::min:
        case Op::bcast_rows:
        case Op::bcast_cols:
        case Op::transpose:
        case Op::sum:
        case Op::sum_rows:
        case Op::sum_cols:
        case Op::norm2:
        case Op::norm_rows:
        case Op::matmul:
            return Derivative::derived;
        case Op::gate:
        case Op::gather:
        case Op::scatter_add:
            return operand == 0 ? Derivative::derived : Derivative::constant;
        case Op::select:
            return operand == 0 ? Derivative::constant : Derivative::derived;
        case Op::max_cols:
        case Op::sign:
        case Op::less:
        case Op::less_equal:
        case Op::equal:
        case Op::argmax:
        case Op::argmax_cols:
        case Op::among_largest:
            return Derivative::constant;
        case Op::one_bit_sign:
        case Op::one_bit:
        case Op::one_bit_error:
        case Op::wide_sum:
        case Op::sum_squares:
        case Op::sum_workers:
        case Op::sum_one_bit:
        case Op::inject:
            return Derivative::refused;
        case Op::source:
        case Op::to_host:
        case Op::from_host:
        case Op::finite:
        case Op::host:
        case Op::max_workers:
        case Op::skip_if_zero:
            return Derivative::none;
    }
    return Derivative::none;
}
#pragma GCC diagnostic pop

int operands(Op op) {
    switch (op) {
        case Op::add:
        case Op::sub:
        case Op::mul:
        case Op::div:
        case Op::max:
        case Op::min:
        case Op::gate:
        case Op::gather:
        case Op::scatter_add:
            return 2;
        case Op::matmul:
        case Op::select:
            return 3;
        default:
            return 1;
    }
}

std::vector<Differentiable> all_cases() {
    std::vector<Differentiable> all;
    for (const auto& family : {elementwise_gradients(), array_gradients(), storage_gradients(), composite_gradients()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

// (operation, operand) pairs through which a case's loss depends on its parameters.
std::set<std::pair<Op, int>> exercised(const Program& p) {
    std::vector<bool> depends(p.values.size(), false);
    std::set<std::pair<Op, int>> found;
    for (std::size_t v = 0; v < p.values.size(); ++v) depends[v] = p.values[p.values[v].root].name == "parameters";
    for (const Instruction& I : p.instructions)
        for (int i = 0; i < 3; ++i)
            if (I.in[i] != no_value && I.out != no_value && depends[I.in[i]]) {
                depends[I.out] = true;
                found.insert({I.op, i});
            }
    return found;
}

}  // namespace

TEST_CASE("derived gradients agree with difference quotients, elementwise operations") {
    for (const Differentiable& f : elementwise_gradients()) check_gradient(f);
}
TEST_CASE("derived gradients agree with difference quotients, whole arrays") {
    for (const Differentiable& f : array_gradients()) check_gradient(f);
}
TEST_CASE("derived gradients agree with difference quotients, shared storage") {
    for (const Differentiable& f : storage_gradients()) check_gradient(f);
}
TEST_CASE("derived gradients agree with difference quotients, a small network") {
    for (const Differentiable& f : composite_gradients()) check_gradient(f);
}

TEST_CASE("every operation with a derivative is differentiated by some case, in each operand") {
    std::set<std::pair<Op, int>> found;
    for (const Differentiable& f : all_cases()) found.merge(exercised(forward_program(f)));
    for (int op = 0; op <= static_cast<int>(Op::skip_if_zero); ++op) {
        for (int i = 0; i < operands(static_cast<Op>(op)); ++i) {
            if (derivative_with_respect_to(static_cast<Op>(op), i) != Derivative::derived) continue;
            INFO(op_name(static_cast<Op>(op)) << ", operand " << i);
            CHECK(found.count({static_cast<Op>(op), i}) == 1);
        }
    }
}

TEST_CASE("a loss that depends on a function without a derivative is refused") {
    struct Keep final : Attachment {
        void produce(std::int64_t, int, double*, int) const override {}
    };
    static const Keep keep;
    Builder b(2);
    const State p = b.state("p", {1, 3}, Role::weight, {1, 2, 3, 4, 5, 6}, true);
    const Host step = b.host_state("step", 0);
    auto refused = [&](const Expr& e) {
        const Expr loss = b.let(Role::activation, sum(e));
        CHECK_THROWS_AS(differentiate(b, loss, {p}, 1.0), std::logic_error);
    };
    refused(one_bit_sign(p));
    refused(one_bit(p, p));
    refused(one_bit_error(p, p));
    refused(wide_sum(p));
    refused(sum_squares(p));
    refused(sum_workers(p));
    refused(sum_workers_from_zero(p));
    refused(sum_one_bit(p.slice(0, {}), p));
    refused(b.inject(&keep, step, p, Role::gradient));
    refused(b.replica(b.let(Role::activation, p * 2.0)));
}

TEST_CASE("a corner's derivative is zero for relu and abs and the first operand's for max and min") {
    Builder b(1);
    const State p = b.state("p", {1, 2}, Role::weight, {0.0, 0.0});
    const State g = b.state("g", {4, 2}, Role::gradient, {0.0});
    int row = 0;
    auto record = [&](const Expr& e) {
        b.store(g.slice(2 * row++, {1, 2}), Role::gradient,
                differentiate(b, b.let(Role::activation, sum(e)), {p}, 3.0)[0]);
    };
    record(relu(p));
    record(abs(p));
    record(max(p.slice(0, {}), p.slice(1, {})));
    record(min(p.slice(0, {}), p.slice(1, {})));
    const auto machine = make_binary64(b.program());
    machine->step();
    CHECK(machine->value(g.id()) == std::vector<double>{0, 0, 0, 0, 3, 0, 3, 0});
}

TEST_CASE("the gradient of a largest element goes to the first of several") {
    Builder b(1);
    const State p = b.state("p", {2, 2}, Role::weight, {1.0, 4.0, 4.0, -7.0});
    const State g = b.state("g", {2, 2}, Role::gradient, {0.0});
    const Expr loss = b.let(Role::activation, cast(max_all(p)));
    b.store(g, Role::gradient, differentiate(b, loss, {p}, 3.0)[0]);
    const auto machine = make_binary64(b.program());
    machine->step();
    CHECK(machine->value(g.id()) == std::vector<double>{0, 3, 0, 0});
}

TEST_CASE("comparisons, conditions and indices are constants of a gradient") {
    Builder b(1);
    const State p = b.state("p", {1, 3}, Role::weight, {1.0, -2.0, 5.0});
    const State g = b.state("g", {1, 3}, Role::gradient, {7.0});
    const Expr constant = less(p, 0.5) + less_equal(p, p) + equal(p, 5.0) + select(p, 2.0, 3.0) + argmax(p) +
                          among_largest(p, 2) + transpose(argmax_cols(transpose(p)));
    const Expr loss = b.let(Role::activation, sum(constant));
    b.store(g, Role::gradient, differentiate(b, loss, {p}, 3.0)[0]);
    const auto machine = make_binary64(b.program());
    machine->step();
    CHECK(machine->value(g.id()) == std::vector<double>{0, 0, 0});
}

TEST_CASE("an infinite gradient reaches only the operand that max chose") {
    Builder b(1);
    const State p = b.state("p", {1, 2}, Role::weight, {1.0, 2.0});
    const State g = b.state("g", {1, 2}, Role::gradient, {0.0});
    const Expr loss = b.let(Role::activation, cast(max(p.slice(0, {}), p.slice(1, {}))));
    b.store(g, Role::gradient, differentiate(b, loss, {p}, 1e30)[0]);
    Precision precision = find_preset("fp16")->make();
    const auto machine = make_emulated(b.program(), precision);
    machine->step();
    CHECK(machine->value(g.id()) == std::vector<double>{0.0, std::numeric_limits<double>::infinity()});
}

TEST_CASE("a parameter the loss does not depend on gets zeros") {
    Builder b(1);
    const State p = b.state("p", {2, 2}, Role::weight, {1.0}), q = b.state("q", {2, 3}, Role::weight, {1.0});
    const State g = b.state("g", {2, 3}, Role::gradient, {7.0});
    const std::vector<Expr> gradients = differentiate(b, b.let(Role::activation, sum(p)), {p, q}, 1.0);
    CHECK(gradients[1].shape() == q.shape());
    b.store(g, Role::gradient, gradients[1]);
    const auto machine = make_binary64(b.program());
    machine->step();
    CHECK(machine->value(g.id()) == std::vector<double>(6, 0.0));
}

TEST_CASE("a gradient through a state that was stored to since is refused") {
    Builder b(1);
    const State p = b.state("p", {1, 2}, Role::weight, {1.0}), q = b.state("q", {1, 2}, Role::weight, {1.0});
    const Expr before = p;
    const Expr loss = b.let(Role::activation, sum(p * q));
    b.store(q, Role::update, q * 0.5);
    CHECK_THROWS_AS(differentiate(b, loss, {p}, 1.0), std::logic_error);  // needs q as it was
    b.store(p, Role::update, p * 0.5);
    CHECK_THROWS_AS(differentiate(b, loss, {before}, 1.0), std::logic_error);
    CHECK_THROWS_AS(differentiate(b, loss, {p}, 1.0), std::logic_error);
    const Expr present = b.let(Role::activation, sum(p * q));
    CHECK_NOTHROW(differentiate(b, present, {p}, 1.0));
}
