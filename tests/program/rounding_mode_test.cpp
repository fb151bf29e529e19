// Programs in other rounding modes than ties to even: every operation is what the scalar path makes of it.
#include <cmath>
#include <random>

#include "catch.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/format/scalar.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

Precision all_roles(const Rounding& rounding) {
    Precision precision;
    precision.roles.fill(rounding);
    return precision;
}

bool same(double a, double b) {
    return (a != a && b != b) || to_bits(a) == to_bits(b);
}

}  // namespace

TEST_CASE("in every mode elementwise operations and ordered sums are rounded once, and zeros get the mode's sign") {
    std::mt19937 random(3);
    for (const char* name : {"fp32", "fp16", "bf16", "tf32", "fp8_e5m2"})
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            INFO(name << ", " << mode.name);
            Rounding rounding = rounding_to(name);
            rounding.mode = mode.mode;
            ScalarArithmetic scalar(rounding, mode.mode);
            const int n = 64;
            std::vector<double> x, y;
            for (int i = 0; i < n; ++i) {
                const auto draw = [&] {
                    return std::ldexp(double(int(random() % 4001)) - 2000, int(random() % 12) - 14);
                };
                x.push_back(scalar.convert(draw()));
                y.push_back(i % 8 == 0 ? x.back() : i % 8 == 1 ? -x.back() : scalar.convert(draw()));
            }
            Builder b(1);
            const State a = b.state("a", {1, n}, Role::update, x), c = b.state("c", {1, n}, Role::update, y);
            struct Recorded {
                State out;
                double (*f)(ScalarArithmetic&, double, double);
            };
            std::vector<Recorded> all;
            const auto record = [&](const char* what, const Expr& e, double (*f)(ScalarArithmetic&, double, double)) {
                const State out = b.state(what, {1, n}, Role::update, {0.0});
                b.store(out, Role::update, e);
                all.push_back({out, f});
            };
            record("add", a + c, [](ScalarArithmetic& s, double p, double q) { return s.add(p, q); });
            record("sub", a - c, [](ScalarArithmetic& s, double p, double q) { return s.sub(p, q); });
            record("mul", a * c, [](ScalarArithmetic& s, double p, double q) { return s.mul(p, q); });
            record("div", a / c, [](ScalarArithmetic& s, double p, double q) { return s.div(p, q); });
            record("sqrt", sqrt(abs(a)), [](ScalarArithmetic& s, double p, double) { return s.sqrt(std::fabs(p)); });
            const State total = b.state("total", {}, Role::update, {0.0});
            b.store(total, Role::update, sum(a));
            const State inner = b.state("inner", {}, Role::update, {0.0});
            b.store(inner, Role::update, matmul(a, transpose(c)));
            const auto machine = make_emulated(b.program(), all_roles(rounding));
            machine->step();
            for (const Recorded& r : all) {
                const std::vector<double> found = machine->value(r.out.id(), 0);
                for (int i = 0; i < n; ++i) {
                    INFO(b.program().values[r.out.id()].name << " of " << x[i] << " and " << y[i]);
                    REQUIRE(same(found[i], r.f(scalar, x[i], y[i])));
                }
            }
            double plain = 0.0, products = 0.0;
            for (int i = 0; i < n; ++i) {
                plain = scalar.add(plain, x[i]);
                products = scalar.add(products, scalar.mul(x[i], y[i]));
            }
            CHECK(same(machine->value(total.id(), 0)[0], plain));
            CHECK(same(machine->value(inner.id(), 0)[0], products));
        }
}
