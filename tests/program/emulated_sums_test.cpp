// Ordered reductions, sums over workers and moved elements against the slow machine.
#include <cmath>

#include "agreement.hpp"
#include "catch.hpp"
#include "edge_values.hpp"
#include "halfstep/program/builder.hpp"

using namespace halfstep;
using random_program::Random;

namespace {

struct Roundings {
    Rounding operand, accumulator, result;
};

void check(const Roundings& r, Random& random, int workers) {
    INFO(edge::describe(r.operand) << ", added in " << edge::describe(r.accumulator) << ", stored in "
                                   << edge::describe(r.result) << ", " << workers << " workers");
    Precision precision;
    precision.roles.fill(rounding_to("fp32"));
    precision[Role::weight] = r.operand;
    precision[Role::accumulator] = r.accumulator;
    precision[Role::update] = r.result;
    Builder p(workers);
    const Shape shape = {5, 19};
    std::vector<double> numbers;
    for (int w = 0; w < workers; ++w)
        for (const double x : edge::values(random, random.chance(60) ? r.operand : r.accumulator, shape.size()))
            // A few special values are enough: every sum would be one.
            numbers.push_back(x - x == 0.0 || random.chance(10) ? x : 1.0);
    const State x = p.state("x", shape, Role::weight, numbers, true);
    const Expr rows = p.constant({5, 1}, {2, 0, 2, 1, 2}, std::nullopt);
    auto record = [&](const std::string& name, const Expr& e) {
        p.store(p.state(name, e.shape(), Role::update, {0.0}, e.per_worker()), Role::update, e);
    };
    record("sum", sum(x));
    record("sum_rows", sum_rows(x));
    record("sum_cols", sum_cols(x));
    record("max_cols", max_cols(x));
    record("norm2", norm2(x.slice(0, {1, 4})));
    record("norm_rows", norm_rows(x));
    record("wide_sum", wide_sum(x));
    record("sum_squares", sum_squares(x.slice(0, {1, 4})));
    record("scatter_add", scatter_add(x, rows, 3));
    record("sum_workers", sum_workers(x));
    record("sum_workers_from_zero", sum_workers_from_zero(x));
    record("sum_one_bit", sum_one_bit(x.slice(5, {}), x));
    record("gather", gather(x, rows));
    record("transpose", transpose(x));
    record("bcast_rows", bcast_rows(x.slice(19, {1, 19}), 3));
    record("bcast_cols", bcast_cols(x.slice(7, {19, 1}), 3));
    p.store(p.state("concat", {1, 101}, Role::master, {1.0}, true), Role::update,
            p.concat(Role::update, {x, 2.3}, 101));
    CHECK(disagreement(p.program(), precision) == "");
}

}  // namespace

TEST_CASE("reductions within one format agree with the slow machine") {
    Random random(4);
    for (const Rounding& r : edge::roundings()) check({r, r, r}, random, 2);
}

TEST_CASE("reductions between formats agree with the slow machine") {
    Random random(5);
    for (int i = 0; i < 200; ++i)
        check({random.among(edge::roundings()), random.among(edge::roundings()), random.among(edge::roundings())},
              random, i % 3 + 1);
}

TEST_CASE("a sum starts from plus zero and goes by index") {
    Precision precision = find_preset("fp16_pure")->make();
    Builder p(1);
    const State x = p.state("x", {1, 4}, Role::weight, {2048.0, 1.0, 1.0, -2048.0});
    const State negative = p.state("negative zeros", {1, 2}, Role::weight, {-0.0});
    const State total = p.state("total", {}, Role::master, {7.0}), zero = p.state("zero", {}, Role::master, {7.0});
    p.store(total, Role::update, sum(x));
    p.store(zero, Role::update, sum(negative));
    const auto machine = make_emulated(p.program(), precision);
    machine->step();
    CHECK(machine->value(total.id())[0] == 0.0);  // 2048 + 1 = 2048 in fp16, twice
    CHECK(std::signbit(machine->value(zero.id())[0]) == false);
}

TEST_CASE("the sum over workers starts with worker 0's value, or from zero") {
    Precision precision = find_preset("fp32")->make();
    Builder p(2);
    const State x = p.state("x", {}, Role::weight, {-0.0, -0.0}, true);
    const State first = p.state("first", {}, Role::master, {7.0}), zero = p.state("zero", {}, Role::master, {7.0});
    p.store(first, Role::comm, sum_workers(x));
    p.store(zero, Role::comm, sum_workers_from_zero(x));
    const auto machine = make_emulated(p.program(), precision);
    machine->step();
    CHECK(std::signbit(machine->value(first.id())[0]));
    CHECK_FALSE(std::signbit(machine->value(zero.id())[0]));
}
