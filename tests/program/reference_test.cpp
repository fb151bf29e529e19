// The reference interpreters against each other, and emulated fp32 against the hardware.
#include <cmath>

#include "catch.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"
#include "random_program.hpp"
#include "slow_arithmetic.hpp"

using namespace halfstep;
using random_program::Random;

namespace {

std::vector<double> numbers(Random& random, int n, double scale) {
    std::vector<double> x;
    for (int i = 0; i < n; ++i) x.push_back(scale * (random.below(20001) - 10000) / 10000.0);
    return x;
}

}  // namespace

TEST_CASE("binary64 and 113 bits agree to 1e-12 on smooth functions") {
    Random random(1);
    Builder b(2);
    const State w = b.state("w", {6, 5}, Role::weight, numbers(random, 30, 1.0));
    const State x = b.state("x", {4, 6}, Role::weight, numbers(random, 48, 2.0), true);
    const State loss = b.state("loss", {}, Role::master, {0.0}),
                norm = b.state("norm", {4, 1}, Role::master, {0.0}, true);
    const State rows = b.state("rows", {1, 5}, Role::master, {0.0});
    const Expr h = b.let(Role::activation, tanh(matmul(x, w)));
    const Expr e = b.let(Role::fused, exp(h) / (sqrt(h * h + 0.5) + log(abs(h) + 2.0)));
    b.store(norm, Role::update, norm_rows(e) + max_cols(h) - sum_cols(e));
    b.store(loss, Role::update, sum_workers(sum(e) * norm2(h)));
    b.store(rows, Role::update, sum_workers_from_zero(sum_rows(e)));
    b.store(w, Role::update, w - 0.01 * sum_workers(matmul_transposed(x, e)));
    const auto narrow = make_binary64(b.program()), wide = make_multiprecision(b.program());
    for (int step = 0; step < 5; ++step) {
        narrow->step();
        wide->step();
        for (const State& s : {loss, norm, rows, w})
            for (int worker = 0; worker < narrow->copies(s.id()); ++worker) {
                const std::vector<double> a = narrow->value(s.id(), worker), c = wide->value(s.id(), worker);
                for (std::size_t i = 0; i < a.size(); ++i)
                    CHECK(std::fabs(a[i] - c[i]) <= 1e-12 * (1.0 + std::fabs(c[i])));
            }
    }
}

TEST_CASE("113 bits are more than 53: a sum that binary64 loses is kept") {
    Builder b(1);
    const State x = b.state("x", {1, 3}, Role::weight, {1.0, 0x1p-80, -1.0}),
                total = b.state("total", {}, Role::master, {0.0});
    b.store(total, Role::update, sum(x));
    const auto narrow = make_binary64(b.program()), wide = make_multiprecision(b.program());
    narrow->step();
    wide->step();
    CHECK(narrow->value(total.id())[0] == 0.0);
    CHECK(wide->value(total.id())[0] == 0x1p-80);
}

TEST_CASE("emulated fp32 equals the hardware's float to the bit") {
    Random random(2);
    constexpr int n = 64;
    std::vector<double> a, c;
    for (int i = 0; i < n; ++i)
        a.push_back(static_cast<float>(random.number())), c.push_back(static_cast<float>(random.number()));
    Builder b(1);
    const State x = b.state("x", {1, n}, Role::weight, a), y = b.state("y", {1, n}, Role::weight, c);
    const State m = b.state("m", {4, 16}, Role::weight, a), t = b.state("t", {16, 4}, Role::weight, c);
    const std::vector<Expr> formulas = {x + y, x - y, x * y, x / y, sqrt(x), x * y + x / y - 0.1};
    std::vector<State> results;
    for (const Expr& e : formulas)
        b.store(results.emplace_back(
                    b.state(std::string("r").append(std::to_string(results.size())), {1, n}, Role::master, {0.0})),
                Role::update, e);
    const State total = b.state("total", {}, Role::master, {0.0}),
                product = b.state("product", {4, 4}, Role::master, {0.0});
    b.store(total, Role::update, sum(x));
    b.store(product, Role::update, matmul(m, t));
    const auto machine = make_emulated(b.program(), find_preset("fp32")->make());
    machine->step();
    auto p = [&](int i) { return static_cast<float>(a[i]); };
    auto q = [&](int i) { return static_cast<float>(c[i]); };
    for (int i = 0; i < n; ++i) {
        const float expected[] = {p(i) + q(i), p(i) - q(i),     p(i) * q(i),
                                  p(i) / q(i), std::sqrt(p(i)), p(i) * q(i) + p(i) / q(i) - 0.1F};
        for (std::size_t f = 0; f < formulas.size(); ++f)
            CHECK(slow::same(machine->value(results[f].id())[i], static_cast<double>(expected[f])));
    }
    float s = 0.0F;
    for (int i = 0; i < n; ++i) s += p(i);
    CHECK(slow::same(machine->value(total.id())[0], static_cast<double>(s)));
    for (int r = 0; r < 4; ++r)
        for (int k = 0; k < 4; ++k) {
            float dot = 0.0F;
            for (int i = 0; i < 16; ++i) dot += p(r * 16 + i) * q(i * 4 + k);
            CHECK(slow::same(machine->value(product.id())[r * 4 + k], static_cast<double>(dot)));
        }
}
