// The constants table: binary64, any order, running powers of the step.
#include "halfstep/formula/constants.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/program/machine.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "message_of.hpp"

using namespace halfstep;
using namespace halfstep::formula;

namespace {

Entries table(std::vector<NamedValue> items) {
    return {std::move(items)};
}
NamedValue text(const char* name, const char* expression) {
    return {name, {std::string(expression)}};
}

// The value of every constant that is known beforehand, with beta = 0.9 and n = 4 given.
double known(const Entries& entries, const char* name) {
    Builder b(1);
    Environment names;
    names.define("beta", HostScalar(0.9));
    names.define("n", HostScalar(4.0));
    Constants(entries, "c", {"beta", "n"}).define(b, names, {});
    return std::get<HostScalar>(*names.find(name)).value();
}
double one(const char* expression) {
    return known(table({text("a", expression)}), "a");
}

struct Refusal {
    std::string key, message, place;
};
Refusal refusal(const Entries& entries) {
    try {
        known(entries, "a");
    } catch (const SpecError& e) {
        return {e.key(), e.what(), e.span() ? e.excerpt() : ""};
    }
    return {};
}

}  // namespace

TEST_CASE("constants are evaluated in binary64, left operand first") {
    CHECK(one("1 - beta") == 1.0 - 0.9);
    CHECK(one("beta*beta - 0.1/3") == 0.9 * 0.9 - 0.1 / 3);
    CHECK(one("-2^3") == -8);
    CHECK(one("2^-14") == 0x1p-14);
    CHECK(one("sqrt(n) + abs(-1) + min(2, n) + max(2, n) + clip(7, 0, 1)") == 2.0 + 1 + 2 + 4 + 1);
    CHECK(one("where(n > 3 and not n == 5, 1, 2)") == 1);
    CHECK(one("exp(1)") == exp_to_odd(1.0));
    CHECK(one("log(2)") == log_to_odd(2.0));
    CHECK(std::fabs(one("tanh(0.5)") - std::tanh(0.5)) < 1e-15);
    CHECK(one("sign(-3)") == -1);
    CHECK(std::isnan(one("max(1, 0/0)")));
    CHECK(one("floor(-2.5)") == -3);
}

TEST_CASE("a remainder has the sign of what it is divided by") {
    const auto one = [](const char* e) { return known(table({text("a", e)}), "a"); };
    CHECK(one("mod(7, 3)") == 1);
    CHECK(one("mod(-7, 3)") == 2);
    CHECK(one("mod(7, -3)") == -2);
    CHECK(one("mod(-6, 3)") == 0);
    CHECK(one("mod(5.5, 2)") == 1.5);
    CHECK(std::isnan(one("mod(1, 0)")));
}

TEST_CASE("constants may use each other in any order") {
    const Entries entries = table({text("a", "2*b + c"), text("c", "b + 1"), {"b", {3.0}}});
    CHECK(known(entries, "a") == 10);
}

TEST_CASE("a chain of a hundred thousand constants is no recursion") {
    std::vector<NamedValue> items;
    const int n = 100'000;
    for (int i = 0; i < n; ++i) items.push_back({"a" + std::to_string(i), {"a" + std::to_string(i + 1) + " + 1"}});
    items.push_back({"a" + std::to_string(n), {0.0}});
    CHECK(known(table(items), "a0") == n);
}

TEST_CASE("constants that depend on each other in a circle are named, at the place of the first reference") {
    const Refusal r = refusal(table({text("a", "1 + b"), text("b", "c*c"), text("c", "b - 1")}));
    CHECK(r.key == "c.b");
    CHECK(r.message == "\"b\" depends on itself: b -> c -> b");
    CHECK(r.place == "c*c\n^");
    CHECK(refusal(table({text("a", "a + 1")})).message == "\"a\" depends on itself: a -> a");
}

TEST_CASE("what is no constant is refused at its key") {
    CHECK(holds(refusal(table({text("beta", "1")})).message, "\"beta\" already means something in this formula"));
    CHECK(holds(refusal(table({text("sum", "1")})).message, "\"sum\" is a function"));
    CHECK(holds(refusal(table({text("if", "1")})).message, "\"if\" is a word of the language"));
    CHECK(holds(refusal(table({{"a", {true}}})).message, "found true; accepted: a number, or an expression in quotes"));
    CHECK(holds(refusal(table({text("a", "bata")})).message, "unknown name \"bata\"; did you mean \"beta\"?"));
    CHECK(holds(refusal(table({text("a", "[1, 2]")})).message, "found an array"));
    CHECK(holds(refusal(table({text("a", "mean(n)")})).message, "\"mean\" is for arrays"));
    CHECK(holds(refusal(table({text("a", "n^n^n^n")})).message, "expected an exponent"));
    CHECK(holds(refusal(table({text("a", "")})).message, "found the end of the formula"));
    CHECK(holds(refusal(table({text("a", "1\n2")})).message, "expected an operator or the end of the expression"));
    CHECK(refusal(table({text("a", "1 +\n  bata")})).place == "  bata\n  ^^^^");
}

TEST_CASE("beta^t is a running product, as in Adam's bias correction") {
    Builder b(1);
    const Host step = b.host_state("step", 0.0);
    b.store(step, b.apply([](double t) { return t + 1.0; }, step));
    RunningPowers powers(b, 0.0);
    Environment names;
    names.define("beta", HostScalar(0.9));
    names.define("t", HostScalar(step));
    const auto power = [&](std::string_view written, double base) { return powers.now(written, base); };
    Constants(table({text("k", "1 - beta^t"), text("again", "beta^t"), text("other", "(1 - beta)^t")}), "c", {})
        .define(b, names, power);
    const auto id = [&](const char* name) { return std::get<HostScalar>(*names.find(name)).record(b).id; };
    const auto ahead = powers.next("beta^t", 0.9).record(b);
    const auto machine = make_binary64(b.program());
    double product = 1.0, other = 1.0;
    for (int t = 0; t < 100; ++t) {
        machine->step();
        product *= 0.9;
        other *= 1.0 - 0.9;
        REQUIRE(machine->host(id("k")) == 1.0 - product);
        REQUIRE(machine->host(id("again")) == product);
        REQUIRE(machine->host(id("other")) == other);
        REQUIRE(machine->host(ahead.id) == product * 0.9);
    }
}

TEST_CASE("the base of a power of the step has to stay the same") {
    Builder b(1);
    Environment names;
    const Host step = b.host_state("step", 1.0);
    names.define("t", HostScalar(step));
    const Constants constants(table({text("a", "t^t")}), "c", {});
    CHECK(
        holds(message_of([&] { constants.define(b, names, [](std::string_view, double) { return HostScalar(0.0); }); }),
              "the base of a power with exponent t has to be the same on every step"));
}

TEST_CASE("what depends on something that is not known yet is not known either") {
    Builder b(1);
    Environment names;
    names.define("lr", Unavailable{});
    Constants(table({text("a", "lr/2"), text("b", "a + 1"), {"c", {2.0}}}), "c", {}).define(b, names, {});
    CHECK(std::holds_alternative<Unavailable>(*names.find("b")));
    CHECK(std::get<HostScalar>(*names.find("c")).value() == 2.0);
}
