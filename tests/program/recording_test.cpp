// What recording promises: an order, versions of states, shapes.
#include "catch.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

std::vector<std::string> operations(const Program& p) {
    std::vector<std::string> names;
    for (const Instruction& I : p.instructions) names.emplace_back(op_name(I.op));
    return names;
}

std::vector<double> after_a_step(const Builder& b, const State& s) {
    const auto machine = make_binary64(b.program());
    machine->step();
    return machine->value(s.id());
}

}  // namespace

TEST_CASE("a formula is recorded left operand first, whatever order it was written in") {
    Builder b(1);
    const State x = b.state("x", {2, 2}, Role::weight, {1.0});
    b.let(Role::update, tanh(x) * exp(x) + sqrt(x) / (log(x) - abs(x)));
    CHECK(operations(b.program()) ==
          std::vector<std::string>{"tanh", "exp", "mul", "sqrt", "log", "abs", "sub", "div", "add"});
}

TEST_CASE("a product records its left side, its right side, then its start row") {
    Builder b(1);
    const State x = b.state("x", {2, 2}, Role::weight, {1.0});
    b.let(Role::update, matmul(tanh(x), exp(x), sum_rows(x)));
    CHECK(operations(b.program()) == std::vector<std::string>{"tanh", "exp", "sum_rows", "matmul"});
}

TEST_CASE("a formula used twice is recorded once") {
    Builder b(1);
    const State x = b.state("x", {1, 2}, Role::weight, {1.0});
    const Expr t = tanh(x);
    b.let(Role::update, t * t + t);
    CHECK(operations(b.program()) == std::vector<std::string>{"tanh", "mul", "add"});
}

TEST_CASE("sites name the piece, the stored tensor and the position in the statement") {
    Builder b(1);
    const State x = b.state("x", {1, 2}, Role::weight, {1.0});
    b.piece("update");
    b.store(x, Role::update, x * 0.5 + x);
    b.store(x.slice(0, {}), Role::update, 1.0);
    const auto& sites = b.program().sites;
    REQUIRE(sites.size() == 4);
    for (const Site& site : sites) CHECK((site.piece == "update" && site.tensor == "x"));
    CHECK(sites[0].ordinal == 0);
    CHECK(sites[2].ordinal == 2);
    CHECK(sites[3].ordinal == 0);
}

TEST_CASE("an older version of a state is not read") {
    Builder b(1);
    const State x = b.state("x", {1, 4}, Role::weight, {1.0});
    const Expr plain = x, formula = x * 2.0, part = x.slice(1, {1, 2}), recorded = b.let(Role::update, x * 2.0);
    b.store(x.slice(3, {}), Role::update, 0.0);
    CHECK_THROWS_AS(b.let(Role::update, plain), std::logic_error);
    CHECK_THROWS_AS(b.let(Role::update, formula), std::logic_error);
    CHECK_THROWS_AS(b.store(x, Role::update, plain), std::logic_error);
    CHECK_THROWS_AS(b.concat(Role::update, {part}), std::logic_error);
    CHECK_THROWS_AS(b.view(plain, 0, {1, 2}), std::logic_error);
    CHECK_THROWS_AS(b.to_host(sum(plain)), std::logic_error);
    CHECK_NOTHROW(b.let(Role::update, recorded + x));  // a value of its own, and the present version
}

TEST_CASE("an older version of a per-worker state has no replica") {
    Builder b(2);
    const State x = b.state("x", {1, 4}, Role::weight, {1.0}, true);
    const Expr old = x;
    b.store(x, Role::update, x * 0.5);
    CHECK_THROWS_AS(b.replica(old), std::logic_error);
    CHECK_NOTHROW(b.replica(x));
}

TEST_CASE("slices, also of slices, read and write their part of the state") {
    Builder b(1);
    const State x = b.state("x", {1, 8}, Role::weight, {0, 1, 2, 3, 4, 5, 6, 7});
    const State middle = x.slice(2, {2, 2});
    b.store(middle.slice(1, {1, 2}), Role::update, middle.slice(2, {1, 2}) * 10.0);
    CHECK(after_a_step(b, x) == std::vector<double>{0, 1, 2, 40, 50, 5, 6, 7});
    CHECK_THROWS_AS(x.slice(7, {1, 2}), std::logic_error);
    CHECK_THROWS_AS(x.slice(-1, {1, 2}), std::logic_error);
    CHECK_THROWS_AS(middle.slice(3, {1, 2}), std::logic_error);
}

TEST_CASE("a part of a state that is stored one element further is read before it is overwritten") {
    for (const bool upward : {true, false}) {
        Builder b(1);
        std::vector<double> numbers, shifted;
        for (int i = 0; i < 40; ++i) numbers.push_back(i);
        const State x = b.state("x", {1, 40}, Role::weight, numbers);
        b.store(x.slice(upward, {1, 39}), Role::update, x.slice(!upward, {1, 39}));
        shifted = numbers;
        for (int i = 0; i < 39; ++i) shifted[i + upward] = numbers[i + !upward];
        CHECK(after_a_step(b, x) == shifted);
    }
}

TEST_CASE("pieces are put one after another and followed by zeros") {
    Builder b(1);
    const State x = b.state("x", {2, 2}, Role::weight, {1, 2, 3, 4}), all = b.state("all", {1, 9}, Role::master, {9.0});
    const Expr joined = b.concat(Role::update, {x * 2.0, 7.0, x.slice(3, {})}, 9);
    CHECK(joined.shape() == Shape{1, 9});
    CHECK(b.concat(Role::update, {x, x}, 3).shape() == Shape{1, 8});
    b.store(all, Role::update, joined);
    CHECK(after_a_step(b, all) == std::vector<double>{2, 4, 6, 8, 7, 4, 0, 0, 0});
}

TEST_CASE("a view shares the storage of a recorded value") {
    Builder b(1);
    const State x = b.state("x", {2, 2}, Role::weight, {1, 2, 3, 4}), y = b.state("y", {1, 2}, Role::master, {0.0});
    const Expr doubled = b.let(Role::update, x * 2.0);
    b.store(y, Role::update, b.view(b.view(doubled, 1, {3, 1}), 1, {1, 2}));
    CHECK(after_a_step(b, y) == std::vector<double>{6, 8});
    CHECK_THROWS_AS(b.view(doubled, 3, {1, 2}), std::logic_error);
    CHECK_THROWS_AS(b.view(x * 3.0, 0, {1, 2}), std::logic_error);
}

TEST_CASE("a scalar is stored to every element, and a reshaped value element by element") {
    Builder b(1);
    const State x = b.state("x", {2, 3}, Role::weight, {1, 2, 3, 4, 5, 6}),
                y = b.state("y", {3, 2}, Role::master, {0.0});
    const State z = b.state("z", {2, 2}, Role::master, {0.0});
    b.store(y, Role::update, -x);
    b.store(z, Role::update, sum(x));
    CHECK(after_a_step(b, y) == std::vector<double>{-1, -2, -3, -4, -5, -6});
    CHECK(after_a_step(b, z) == std::vector<double>(4, 21.0));
    CHECK_THROWS_AS(b.store(z, Role::update, x), std::logic_error);
}

TEST_CASE("shapes that do not fit and operands without a value are refused") {
    Builder b(1);
    const State x = b.state("x", {2, 3}, Role::weight, {0.0}), y = b.state("y", {3, 2}, Role::weight, {0.0});
    CHECK_THROWS_AS(x + y, std::logic_error);
    CHECK_THROWS_AS(gate(x, x.slice(0, {})), std::logic_error);
    CHECK_THROWS_AS(matmul(x, x), std::logic_error);
    CHECK_THROWS_AS(matmul_transposed(x, y), std::logic_error);
    CHECK_THROWS_AS(matmul(x, y, x), std::logic_error);
    CHECK_THROWS_AS(bcast_rows(x, 2), std::logic_error);
    CHECK_THROWS_AS(bcast_cols(x, 2), std::logic_error);
    CHECK_THROWS_AS(scatter_add(x, y, 4), std::logic_error);
    CHECK_THROWS_AS(b.to_host(x), std::logic_error);
    CHECK_THROWS_AS(Expr() + x, std::logic_error);
    CHECK_THROWS_AS(tanh(Expr()), std::logic_error);
}

TEST_CASE("initial values that do not fit are refused when the program is linked") {
    Builder b(2);
    b.state("x", {1, 3}, Role::weight, {1, 2});
    CHECK_THROWS_AS(make_binary64(b.program()), std::logic_error);
}
