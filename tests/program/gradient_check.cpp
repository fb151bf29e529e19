#include "gradient_check.hpp"

#include <cmath>

#include "catch.hpp"
#include "halfstep/program/differentiate.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

Shape flat(const Differentiable& f) {
    return {1, static_cast<int>(f.parameters.size())};
}

}  // namespace

Expr weighted(Builder& b, const Expr& array) {
    std::vector<double> weights;
    for (int i = 0; i < array.shape().size(); ++i) weights.push_back(0.7 + 0.3 * i - 0.05 * i * i);
    return sum(array * b.constant(array.shape(), weights, std::nullopt));
}

Program forward_program(const Differentiable& f) {
    Builder b(1);
    const State parameters = b.state("parameters", flat(f), Role::weight, f.parameters);
    b.let(Role::activation, f.loss(b, parameters));
    return b.take();
}

void check_gradient(const Differentiable& f) {
    INFO(f.name);
    const double seed = 2.5;
    Builder b(1);
    const State parameters = b.state("parameters", flat(f), Role::weight, f.parameters);
    const State loss = b.state("loss", {}, Role::master, {0.0});
    const State gradient = b.state("gradient", flat(f), Role::gradient, {0.0});
    const Expr value = b.let(Role::activation, f.loss(b, parameters));
    REQUIRE(value.shape().is_scalar());
    const std::vector<Expr> g = differentiate(b, value, {parameters}, seed);
    REQUIRE(g.size() == 1);
    REQUIRE(g[0].shape() == flat(f));
    b.store(gradient, Role::gradient, g[0]);
    b.store(loss, Role::activation, value);
    const auto machine = make_multiprecision(b.program());

    auto loss_at = [&](std::vector<double> x) {
        machine->write(parameters.id(), 0, x);
        machine->step();
        return machine->value(loss.id())[0];
    };
    loss_at(f.parameters);
    const std::vector<double> derived = machine->value(gradient.id());
    // Five points, error h^4 f'''''/30 = 3e-14 f''''' here; the loss is read with 53 bits, which
    // leaves 1e-16/h = 1e-13. The bound allows for large derivatives.
    const double h = 0x1p-10;
    for (std::size_t i = 0; i < f.parameters.size(); ++i) {
        auto moved = [&](double by) {
            std::vector<double> x = f.parameters;
            x[i] += by;
            return loss_at(x);
        };
        const double difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
        INFO("parameter " << i << ": derived " << derived[i] << ", difference " << seed * difference);
        CHECK(std::fabs(derived[i] - seed * difference) <= 1e-9 * (1.0 + std::fabs(derived[i])));
    }
}
