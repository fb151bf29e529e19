// Elementwise operations against the slow machine: operands of any formats, results of any rounding.
#include <cmath>

#include "agreement.hpp"
#include "catch.hpp"
#include "edge_values.hpp"
#include "halfstep/program/builder.hpp"

using namespace halfstep;
using random_program::Random;

namespace {

struct Roundings {
    Rounding a, b, result;
};

std::string describe(const Roundings& r) {
    return edge::describe(r.a) + " and " + edge::describe(r.b) + " to " + edge::describe(r.result);
}

Precision precision_of(const Roundings& r) {
    Precision precision;
    precision.roles.fill(rounding_to("fp32"));
    precision[Role::weight] = r.a;
    precision[Role::master] = r.b;
    precision[Role::update] = r.result;
    return precision;
}

using Formula = std::pair<const char*, Expr (*)(const Expr&, const Expr&)>;
const std::vector<Formula> formulas = {
    {"add", [](const Expr& a, const Expr& b) { return a + b; }},
    {"sub", [](const Expr& a, const Expr& b) { return a - b; }},
    {"mul", [](const Expr& a, const Expr& b) { return a * b; }},
    {"div", [](const Expr& a, const Expr& b) { return a / b; }},
    {"max", [](const Expr& a, const Expr& b) { return max(a, b); }},
    {"min", [](const Expr& a, const Expr& b) { return min(a, b); }},
    {"less", [](const Expr& a, const Expr& b) { return less(a, b); }},
    {"less_equal", [](const Expr& a, const Expr& b) { return less_equal(a, b); }},
    {"equal", [](const Expr& a, const Expr& b) { return equal(a, b); }},
    {"select", [](const Expr& a, const Expr& b) { return select(less(a, b), a, b); }},
    {"select on the wider operand", [](const Expr& a, const Expr& b) { return select(b, a, -a); }},
    {"cast", [](const Expr& a, const Expr&) { return cast(a); }},
    {"neg", [](const Expr& a, const Expr&) { return -a; }},
    {"abs", [](const Expr& a, const Expr&) { return abs(a); }},
    {"sign", [](const Expr& a, const Expr&) { return sign(a); }},
    {"one_bit_sign", [](const Expr& a, const Expr&) { return one_bit_sign(a); }},
    {"one_bit", [](const Expr& a, const Expr& b) { return one_bit(a, b); }},
    {"one_bit_error", [](const Expr& a, const Expr& b) { return one_bit_error(a, b); }},
    {"relu", [](const Expr& a, const Expr&) { return relu(a); }},
    {"sqrt", [](const Expr& a, const Expr&) { return sqrt(abs(a)); }},
    {"sqrt of any sign", [](const Expr& a, const Expr&) { return sqrt(a); }},
};
const std::vector<Formula> transcendental = {
    {"exp", [](const Expr& a, const Expr&) { return exp(a); }},
    {"log", [](const Expr& a, const Expr&) { return log(a); }},
    {"tanh", [](const Expr& a, const Expr&) { return tanh(a); }},
};

// Every formula of two arrays, and with a scalar on either side; one state holds each result.
std::string compare(const Roundings& r, const std::vector<Formula>& all, const std::vector<double>& a,
                    const std::vector<double>& b) {
    const int n = static_cast<int>(a.size());
    Builder p(1);
    const State x = p.state("a", {1, n}, Role::weight, a), y = p.state("b", {1, n}, Role::master, b);
    auto record = [&](const std::string& name, const Expr& e) {
        p.store(p.state(name, e.shape(), Role::update, {0.0}), Role::update, e);
    };
    for (const auto& [name, formula] : all) {
        record(name, formula(x, y));
        record(std::string(name) + ", a scalar second", formula(x, y.slice(n / 2, {})));
        record(std::string(name) + ", a scalar first", formula(x.slice(n / 2, {}), y));
    }
    record("gate", gate(x, y));
    return disagreement(p.program(), precision_of(r));
}

void check(const Roundings& r, const std::vector<Formula>& all, Random& random, int n) {
    INFO(describe(r));
    const auto a = edge::values(random, random.chance(70) ? r.a : r.result, n);
    const auto b = edge::values(random, random.chance(70) ? r.b : r.result, n);
    CHECK(compare(r, all, a, b) == "");
}

}  // namespace

TEST_CASE("elementwise operations within one format agree with the slow machine") {
    Random random(1);
    for (const Rounding& r : edge::roundings()) check({r, r, r}, formulas, random, 203);
}

TEST_CASE("elementwise operations between formats agree with the slow machine") {
    Random random(2);
    for (int i = 0; i < 250; ++i)
        check({random.among(edge::roundings()), random.among(edge::roundings()), random.among(edge::roundings())},
              formulas, random, 83);
}

TEST_CASE("exp, log and tanh agree with the slow machine for any formats") {
    Random random(3);
    for (const Rounding& r : edge::roundings())
        check({random.among(edge::roundings()), r, r}, transcendental, random, 23);
}

TEST_CASE("eight-bit formats agree with the slow machine for every pair of values") {
    for (const char* name : {"fp8_e4m3", "fp8_e5m2"}) {
        const Rounding r = rounding_to(name);
        std::vector<double> all = {0.0, -0.0};
        for (int e = r.format.emin - r.format.precision + 1; e <= r.format.emax; ++e)
            for (int m = 0; m < 1 << (r.format.precision - 1); ++m)
                for (const double sign : {1.0, -1.0})
                    all.push_back(sign * std::ldexp(1.0 + std::ldexp(m, 1 - r.format.precision), e));
        std::vector<double> a, b;
        for (const double x : all)
            for (const double y : all) a.push_back(x), b.push_back(y);
        INFO(name);
        CHECK(compare({r, r, r}, {formulas.begin(), formulas.begin() + 4}, a, b) == "");
    }
}

TEST_CASE("a role that does not round keeps what exact operations choose from") {
    Precision precision = find_preset("fp16")->make();  // weight fp16, master fp32, operand not rounded
    Builder p(1);
    const State narrow = p.state("narrow", {1, 2}, Role::weight, {1.0, -3.0});
    const State wide = p.state("wide", {1, 2}, Role::master, {1.0 + 0x1p-20, -3.0 - 0x1p-20});
    const std::vector<Expr> exact = {max(narrow, wide),
                                     min(narrow, wide),
                                     max(wide, narrow),
                                     min(wide, narrow),
                                     gate(wide, narrow),
                                     gate(narrow, wide),
                                     cast(wide),
                                     -wide,
                                     abs(wide),
                                     relu(wide),
                                     select(narrow, wide, narrow),
                                     select(0.0, narrow, wide),
                                     less(narrow, wide),
                                     equal(narrow, wide),
                                     cast(argmax(wide)),
                                     top_k(wide, 1),
                                     max_all(wide)};
    int i = 0;
    for (const Expr& e : exact)
        p.store(p.state(std::string("result ").append(std::to_string(i++)), {1, 2}, Role::master, {0.0}), Role::operand,
                e);
    CHECK(disagreement(p.program(), precision) == "");
}
