#include "gradient_cases.hpp"

using namespace halfstep;

namespace {

using Unary = Expr (*)(const Expr&);
using Binary = Expr (*)(const Expr&, const Expr&);

Differentiable of_array(const std::string& name, Unary f, std::vector<double> at) {
    return {name, std::move(at), [f](Builder& b, const State& p) { return weighted(b, f(p)); }};
}

// Array with array, array with scalar, scalar with array, scalar with scalar, and x with itself.
void of_two(std::vector<Differentiable>& all, const std::string& name, Binary f, bool broadcasts = true) {
    const std::vector<double> at = {0.5, -1.25, 2.0, 0.75, 1.5, -0.625};
    all.push_back({name + " of two arrays", at, [f](Builder& b, const State& p) {
                       return weighted(b, f(p.slice(0, {1, 3}), p.slice(3, {1, 3})));
                   }});
    all.push_back({name + " of an array with itself", at, [f](Builder& b, const State& p) {
                       const Expr x = b.let(Role::activation, 1.5 * p);
                       return weighted(b, f(x, x));
                   }});
    all.push_back({name + " of two scalars", {0.5, 1.75}, [f](Builder&, const State& p) {
                       return cast(f(p.slice(0, {}), p.slice(1, {})));
                   }});
    if (!broadcasts) return;
    all.push_back({name + " of an array and a scalar", at, [f](Builder& b, const State& p) {
                       return weighted(b, f(p.slice(0, {1, 5}), p.slice(5, {})));
                   }});
    all.push_back({name + " of a scalar and an array", at, [f](Builder& b, const State& p) {
                       return weighted(b, f(p.slice(0, {}), p.slice(1, {5, 1})));
                   }});
    all.push_back(
        {name + " of a literal and an array", at, [f](Builder& b, const State& p) { return weighted(b, f(0.25, p)); }});
}

}  // namespace

std::vector<Differentiable> elementwise_gradients() {
    const std::vector<double> both_signs = {0.5, -1.25, 2.0, -0.75}, positive = {0.5, 1.25, 2.0, 7.0};
    std::vector<Differentiable> all = {
        of_array("sqrt", sqrt, positive),
        of_array("exp", exp, both_signs),
        of_array("log", log, positive),
        of_array("tanh", tanh, both_signs),
        of_array("expm1", expm1, both_signs),
        of_array("log1p", log1p, {0.5, -0.25, 2.0, -0.75}),
        of_array("logistic", logistic, both_signs),
        of_array("erf", erf, both_signs),
        of_array("sin", sin, both_signs),
        of_array("cos", cos, both_signs),
        of_array("rsqrt", rsqrt, positive),
        {"powi", both_signs,
         [](Builder& b, const State& p) { return weighted(b, powi(p, b.constant({}, {3.0}, std::nullopt))); }},
        {"powi of a negative exponent", both_signs,
         [](Builder& b, const State& p) { return weighted(b, powi(p, b.constant({}, {-2.0}, std::nullopt))); }},
        of_array("cast", cast, both_signs),
        of_array(
            "neg", [](const Expr& a) { return -a; }, both_signs),
        of_array("abs", abs, both_signs),
        of_array("relu", relu, both_signs),
        of_array("relu of one", relu, {-0.5}),
    };
    of_two(all, "add", [](const Expr& a, const Expr& b) { return a + b; });
    of_two(all, "sub", [](const Expr& a, const Expr& b) { return a - b; });
    of_two(all, "mul", [](const Expr& a, const Expr& b) { return a * b; });
    of_two(all, "div", [](const Expr& a, const Expr& b) { return a / b; });
    of_two(all, "gate", gate, false);
    of_two(all, "select", [](const Expr& a, const Expr& b) { return select(less(a, b), a * b, b + 3.0 * a); });
    of_two(all, "select on one condition",
           [](const Expr& a, const Expr& b) { return select(1.0, a, b) - select(0.0, a, b); });
    all.push_back(
        {"clip inside its bounds and outside", {0.5, -1.25, 2.0, 0.75, -0.5, 1.0}, [](Builder& b, const State& p) {
             return weighted(b, clip(p.slice(0, {1, 4}), p.slice(4, {}), p.slice(5, {})));
         }});
    // At a tie both one-sided derivatives exist and differ: not with itself.
    for (const auto& [name, f] : {std::pair<std::string, Binary>{"max", max}, {"min", min}}) {
        std::vector<Differentiable> cases;
        of_two(cases, name, f);
        for (Differentiable& one : cases)
            if (one.name.find("itself") == std::string::npos) all.push_back(std::move(one));
    }
    return all;
}
