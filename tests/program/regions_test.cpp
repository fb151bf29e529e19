// Regions that are skipped on a flag, and the binary64 values that decide.
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

Precision fp32() {
    return find_preset("fp32")->make();
}

}  // namespace

TEST_CASE("a region runs only in the steps whose flag is not zero") {
    for (const Layout layout : {Layout::compact, Layout::keep_everything}) {
        Builder b(1);
        const Host step = b.host_state("step", 0);
        const State x = b.state("x", {1, 2}, Role::weight, {0.0}), y = b.state("y", {1, 2}, Role::weight, {0.0});
        const Host third = b.apply([](double s) { return static_cast<int>(s) % 3 == 0 ? 1.0 : 0.0; }, step);
        b.when(third, [&] {
            b.store(x, Role::update, x + 1.0);
            b.when(b.apply([](double s) { return s > 0 ? 2.0 : 0.0; }, step),
                   [&] { b.store(x, Role::update, x + 100.0); });
        });
        b.store(y, Role::update, x * 2.0);
        b.store(step, b.apply([](double s) { return s + 1; }, step));
        const auto machine = make_emulated(b.program(), fp32(), layout);
        std::vector<double> seen;
        for (int i = 0; i < 5; ++i) {
            machine->step();
            seen.push_back(machine->value(y.id())[1]);
        }
        CHECK(seen == std::vector<double>{2, 2, 2, 204, 204});
        CHECK(machine->host(step.id) == 5.0);
    }
}

TEST_CASE("what a region recorded is refused after it, an array or a host value") {
    Builder b(1);
    const State x = b.state("x", {}, Role::weight, {0.0});
    const Host step = b.host_state("step", 0);
    Expr temporary, lazy = x * 2.0, joined;
    Host host;
    b.when(step, [&] {
        temporary = b.let(Role::update, x + 1.0);
        b.let(Role::update, lazy);
        joined = b.concat(Role::update, {x});
        host = b.to_host(x);
        CHECK_NOTHROW(b.let(Role::update, temporary * lazy));
        b.when(step, [&] { CHECK_NOTHROW(b.let(Role::update, temporary + joined)); });
    });
    CHECK_THROWS_AS(b.let(Role::update, temporary + 1.0), std::logic_error);
    CHECK_THROWS_AS(b.store(x, Role::update, lazy), std::logic_error);
    CHECK_THROWS_AS(b.view(joined, 0, {}), std::logic_error);
    CHECK_THROWS_AS(b.apply([](double h) { return h; }, host), std::logic_error);
    CHECK_THROWS_AS(b.store(step, host), std::logic_error);
    CHECK_THROWS_AS(b.from_host(host, Role::update), std::logic_error);
    CHECK_THROWS_AS(b.max_workers(host), std::logic_error);
    CHECK_THROWS_AS(b.when(host, [] {}), std::logic_error);
    b.when(step, [&] { CHECK_THROWS_AS(b.let(Role::update, temporary * 3.0), std::logic_error); });
}

TEST_CASE("a state stored in a region is current after it, a formula from before is not") {
    Builder b(1);
    const State x = b.state("x", {}, Role::weight, {1.0}), y = b.state("y", {}, Role::weight, {0.0});
    const Host no = b.host_constant(0.0);
    const Expr before = x + 0.0;
    b.when(no, [&] { b.store(x, Role::update, 5.0); });
    CHECK_THROWS_AS(b.store(y, Role::update, before), std::logic_error);
    b.store(y, Role::update, x + 1.0);
    const auto machine = make_emulated(b.program(), fp32());
    machine->step();
    CHECK(machine->value(y.id())[0] == 2.0);
}

TEST_CASE("the flag is the same on every worker") {
    Builder b(2);
    const Host mine = b.host_state("mine", 0, true);
    CHECK_THROWS_AS(b.when(mine, [] {}), std::logic_error);
    CHECK_NOTHROW(b.when(b.max_workers(mine), [] {}));
}

TEST_CASE("host functions take up to twelve values and give several") {
    Builder b(1);
    const Host a = b.host_state("a", 3), c = b.host_state("c", 4);
    const std::vector<Host> both =
        b.host([](const double* in, double* out) { out[0] = in[0] * in[1], out[1] = in[0] - in[1]; }, {a, c}, 2);
    b.store(a, both[0]);
    b.store(c, both[1]);
    const auto machine = make_emulated(b.program(), fp32());
    machine->step();
    CHECK(machine->host(a.id) == 12.0);
    CHECK(machine->host(c.id) == -1.0);
    CHECK_THROWS_AS(b.store(both[0], a), std::logic_error);
    b.host([](const double*, double*) {}, std::vector<Host>(13, a));
    CHECK_THROWS_AS(make_emulated(b.program(), fp32()), std::logic_error);
}

TEST_CASE("finite is DeepSpeed's test: the binary32 sum of all elements is finite") {
    const double big = 3e38, infinity = std::numeric_limits<double>::infinity();
    const std::vector<std::pair<std::vector<double>, double>> cases = {{{1, 2, 3}, 1},
                                                                       {{big, big, 1}, 0},
                                                                       {{big, -big, big}, 1},
                                                                       {{infinity, 1, 1}, 0},
                                                                       {{infinity, -infinity, 1}, 0},
                                                                       {{std::nan(""), 1, 1}, 0}};
    for (const auto& [numbers, expected] : cases) {
        Builder b(1);
        const Host result = b.host_state("result", -1);
        b.store(result, b.finite(b.state("x", {1, 3}, Role::weight, numbers)));
        const auto machine = make_emulated(b.program(), fp32());
        machine->step();
        CHECK(machine->host(result.id) == expected);
    }
}
