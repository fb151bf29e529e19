// Matrix products against the slow machine: each product, each partial sum and the stored sum have
// a rounding of their own.
#include <cmath>

#include "agreement.hpp"
#include "catch.hpp"
#include "edge_values.hpp"
#include "halfstep/program/builder.hpp"

using namespace halfstep;
using random_program::Random;

namespace {

struct Roundings {
    Rounding a, b, product, accumulator, result;
};

// Finite, and few of them at the ends of the range: a sum that overflows says little.
std::vector<double> numbers(Random& random, const Rounding& r, int n) {
    std::vector<double> x = edge::values(random, r, n);
    for (double& element : x)
        if (random.chance(80) || element - element != 0.0)
            element = std::ldexp(random.below(4096) - 2048, random.below(6) - 12);
    return x;
}

void check(const Roundings& r, Random& random, Shape a_shape, int cols) {
    INFO(edge::describe(r.a) << " times " << edge::describe(r.b) << ", product " << edge::describe(r.product)
                             << ", sum " << edge::describe(r.accumulator) << ", stored " << edge::describe(r.result)
                             << ", " << a_shape.rows << "x" << a_shape.cols << " by " << cols);
    Precision precision;
    precision.roles.fill(rounding_to("fp32"));
    precision[Role::weight] = r.a;
    precision[Role::master] = r.b;
    precision[Role::product] = r.product;
    precision[Role::accumulator] = r.accumulator;
    precision[Role::update] = r.result;
    Builder p(1);
    const Shape b_shape = {a_shape.cols, cols}, t_shape = {a_shape.cols, a_shape.rows};
    const State a = p.state("a", a_shape, Role::weight, numbers(random, r.a, a_shape.size()));
    const State t = p.state("t", t_shape, Role::weight, numbers(random, r.a, t_shape.size()));
    const State b = p.state("b", b_shape, Role::master, numbers(random, r.b, b_shape.size()));
    const State start = p.state("start", {1, cols}, Role::exp_avg, numbers(random, r.accumulator, cols));
    auto record = [&](const std::string& name, const Expr& e) {
        p.store(p.state(name, e.shape(), Role::update, {0.0}), Role::update, e);
    };
    record("matmul", matmul(a, b));
    record("matmul with a start row", matmul(a, b, start));
    record("matmul_transposed", matmul_transposed(t, b));
    CHECK(disagreement(p.program(), precision) == "");
}

}  // namespace

TEST_CASE("matrix products of every tile size agree with the slow machine") {
    Random random(6);
    for (const char* name : {"fp32", "fp16", "bf16", "e7m20"}) {
        const Rounding r = rounding_to(name);
        for (const int rows : {1, 4, 7})
            for (const int cols : {1, 8, 33, 43}) check({r, r, r, r, r}, random, {rows, 3}, cols);
    }
}

TEST_CASE("matrix products within one format agree with the slow machine") {
    Random random(7);
    for (const Rounding& r : edge::roundings()) check({r, r, r, r, r}, random, {5, 9}, 11);
}

TEST_CASE("matrix products between formats agree with the slow machine") {
    Random random(8);
    const auto& all = edge::roundings();
    for (int i = 0; i < 200; ++i)
        check({random.among(all), random.among(all), random.among(all), random.among(all), random.among(all)}, random,
              {5, 6}, 11);
}

TEST_CASE("matrix products of the usual mixtures agree with the slow machine") {
    Random random(9);
    const Rounding fp32 = rounding_to("fp32");
    for (const char* name : {"fp16", "bf16", "fp8_e4m3", "fp8_e5m2", "tf32"}) {
        const Rounding narrow = rounding_to(name);
        check({narrow, narrow, fp32, fp32, narrow}, random, {6, 13}, 10);
        check({narrow, narrow, narrow, fp32, narrow}, random, {6, 13}, 10);
        check({narrow, narrow, fp32, narrow, fp32}, random, {6, 13}, 10);
        check({fp32, narrow, narrow, narrow, narrow}, random, {6, 13}, 10);
    }
}
