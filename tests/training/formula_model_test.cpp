// Losses written as text: the values and gradients of the built-in models where the roles agree, and
// what a formula adds to them.
#include <cmath>

#include "catch.hpp"
#include "halfstep/format/philox.hpp"
#include "message_of.hpp"
#include "trainer.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Configured a_loss(const std::string& loss, std::vector<NamedValue> parameters, std::vector<NamedValue> more = {}) {
    more.push_back({"loss", {loss}});
    more.push_back({"parameters", entries_of(std::move(parameters))});
    return a_model("formula", std::move(more));
}

NamedValue drawn(const char* name, const std::vector<double>& shape, const char* how, double scale) {
    return {name, entries_of({{"shape", numbers(shape)}, {how, {scale}}})};
}

struct Trajectory {
    std::vector<std::vector<double>> weights;
    std::vector<double> losses;
    bool operator==(const Trajectory&) const = default;
};
Trajectory trajectory(const RunSpec& spec, int steps = 30) {
    BuiltRun run(spec, 1);
    Trajectory t;
    for (int i = 0; i < steps; ++i) {
        run.step();
        t.weights.push_back(weights(run));
        t.losses.push_back(host(run, run.handles().loss));
    }
    return t;
}

RunSpec plain(const Configured& model, const std::string& preset = "fp32", int workers = 1, int batch = 0) {
    RunSpec spec = spec_of(model, an_optimizer("sgd", {{"lr", {0.05}}}), preset, workers);
    spec.batch = batch;
    return spec;
}

// The gradient of the first step, for a loss of one parameter x.
std::vector<double> gradient_at(const std::string& loss, const Value& x) {
    RunSpec spec = plain(a_loss(loss, {{"x", x}}));
    BuiltRun run(spec, 1);
    run.step();
    return state(run, "gradient");
}

double final_loss(const RunSpec& spec, std::uint64_t seed = 1) {
    BuiltRun run(spec, seed);
    run.evaluation().run(weights(run));
    return run.evaluation().loss();
}

std::string refusal(const Configured& model) {
    return message_of([&] { BuiltRun(plain(model), 1); });
}

}  // namespace

TEST_CASE("a quadratic as text has the bits of the built-in one where fused and activation are one format") {
    // Its gradient is curvature * (w - center); that of the text is half of it twice, which is the same
    // as long as nothing underflows. In fp16 and bf16 the built-in model computes in fp32 (fused).
    const std::vector<double> curvature = {0.5, 1, 2, 4, 0.25}, center = {0.25, -0.5, 1, 0, 0.125};
    const Configured built_in = a_model("quadratic", {{"curvature", numbers(curvature)}, {"center", numbers(center)}});
    const Configured text = a_loss("d = w - [0.25, -0.5, 1, 0, 0.125]\nsum(0.5*[0.5, 1, 2, 4, 0.25]*d*d)",
                                   {{"w", numbers({1, 1, 1, 1, 1})}});
    for (const char* preset : {"fp32", "fp16_pure", "bf16_pure"}) {
        INFO(preset);
        CHECK(trajectory(plain(text, preset)) == trajectory(plain(built_in, preset)));
    }
}

TEST_CASE("least squares as text has the bits of the built-in one for a power of two of samples") {
    // The built-in gradient divides by the number of samples at the end, the derived one first: the
    // same bits where that is a power of two. Without bias, which the built-in product begins with.
    const Configured data = a_data_set(
        "linear", {{"samples", {std::int64_t{64}}}, {"features", {std::int64_t{3}}}, {"outputs", {std::int64_t{2}}}});
    const Configured built_in = a_model("linear_regression", {{"data", {data}}, {"bias", {false}}, {"init", {0.25}}});
    const Configured text = a_loss("r = x @ transpose(W) - y\nsum(r*r)/(2*samples)",
                                   {{"W", rows({{0.25, 0.25, 0.25}, {0.25, 0.25, 0.25}})}},
                                   {{"data", {data}}, {"constants", entries_of({{"samples", {16.0}}})}});
    for (const char* preset : {"fp32", "bf16_pure"})
        for (const int workers : {1, 4}) {
            INFO(preset << ", " << workers << " workers");
            CHECK(trajectory(plain(text, preset, workers, 16)) == trajectory(plain(built_in, preset, workers, 16)));
        }
}

TEST_CASE("a network as text has the loss of the built-in one, and its gradient but for the order of roundings") {
    const Configured data = a_data_set("xor", {{"samples", {std::int64_t{32}}}});
    const Configured text = a_loss(
        "h = tanh(inputs @ W1 + b1)\nlogits = h @ W2 + b2\n"
        "mean(logsumexp(logits) - sum(logits*targets, axis=1))",
        {drawn("W1", {2, 8}, "uniform", 0.7),
         {"b1", numbers(std::vector<double>(8, 0.1))},
         drawn("W2", {8, 2}, "uniform", 0.4),
         {"b2", numbers({0, 0})}},
        {{"data", {data}}});
    const Configured built_in = a_model("mlp", {{"layers", integers({2, 8, 2})}, {"data", {data}}});
    RunSpec a = plain(text), b = plain(built_in);
    a.arithmetic = b.arithmetic = Arithmetic::binary64;
    BuiltRun mine(a, 1), its(b, 1);
    its.machine().write(its.machine().find_state("weight"), 0, weights(mine));
    for (int t = 0; t < 20; ++t) {
        mine.step();
        its.step();
        CHECK(std::fabs(host(mine, mine.handles().loss) - host(its, its.handles().loss)) < 1e-13);
    }
    for (std::size_t i = 0; i < weights(mine).size(); ++i) CHECK(std::fabs(weights(mine)[i] - weights(its)[i]) < 1e-13);
}

TEST_CASE("derivatives of functions are those of their definitions") {
    // Against difference quotients in model_gradient_test.cpp; here the corners, and what counts as constant.
    CHECK(gradient_at("sum(abs(x))", numbers({2, -3, 0})) == std::vector<double>{1, -1, 0});
    CHECK(gradient_at("max(x)", numbers({2, 5, 5})) == std::vector<double>{0, 1, 0});
    CHECK(gradient_at("min(x)", numbers({2, 5, 2})) == std::vector<double>{1, 0, 0});
    CHECK(gradient_at("sum(max(x, axis=1))", rows({{1, 2}, {4, 3}})) == std::vector<double>{0, 1, 1, 0});
    CHECK(gradient_at("sum(max(x, axis=0))", rows({{1, 2}, {4, 2}})) == std::vector<double>{0, 1, 1, 0});
    CHECK(gradient_at("sum(where(x > 1, 3*x, -x))", numbers({2, 0.5})) == std::vector<double>{3, -1});
    CHECK(gradient_at("sum(clip(x, -1, 1))", numbers({2, 0.5, -3})) == std::vector<double>{0, 1, 0});
    CHECK(gradient_at("sum(sign(x)*x)", numbers({2, -3})) == std::vector<double>{1, -1});
    CHECK(gradient_at("sum(round(x, \"bf16\")*x)", numbers({2, -3})) == std::vector<double>{4, -6});
    CHECK(gradient_at("x[2]*x[0]", numbers({2, 5, 7})) == std::vector<double>{7, 0, 2});
    CHECK(gradient_at("sum(x[1, 0:1])*x[0, 1]", rows({{1, 2}, {4, 3}})) == std::vector<double>{0, 4, 2, 0});
    CHECK(gradient_at("[1, 2] @ x @ [3, 5]", rows({{1, 2}, {4, 3}})) == std::vector<double>{3, 5, 6, 10});
    CHECK(gradient_at("x^3", {2.0}) == std::vector<double>{12});
    CHECK(gradient_at("5", {2.0}) == std::vector<double>{0});
    CHECK(gradient_at("x", {2.0}) == std::vector<double>{1});
}

TEST_CASE("draws are new on every step and worker, and another seed draws others") {
    const Configured model = a_loss("x*normal() + 0*random() + 0*randint(3)", {{"x", {1.0}}});
    RunSpec spec = plain(model, "fp32", 2);
    spec.optimizer.set("lr", {0.0});
    BuiltRun run(spec, 1), again(spec, 1), other(spec, 2);
    const RandomStream stream(1, "model.loss.draw[0]");
    double previous = 0;
    for (int t = 0; t < 5; ++t) {
        run.step();
        again.step();
        other.step();
        for (int w = 0; w < 2; ++w) {
            const double loss = host(run, run.handles().loss, w);
            CHECK(loss == double(float(stream.normal(std::uint64_t(t), std::uint32_t(w), 0))));
            CHECK(loss == host(again, again.handles().loss, w));
            CHECK(loss != host(other, other.handles().loss, w));
        }
        CHECK(host(run, run.handles().loss, 0) != host(run, run.handles().loss, 1));
        CHECK(host(run, run.handles().loss, 0) != previous);
        previous = host(run, run.handles().loss, 0);
    }
}

TEST_CASE("draws have the sizes and the bounds that are asked for") {
    const Configured model = a_loss(
        "u = random(size=[20, 30]); i = randint(5, size=400)\n"
        "x*(sum(u >= 1) + sum(u < 0) + sum(i < 0) + sum(i > 4) + 10*(min(i) == 0 and max(i) == 4))"
        " + 0*normal(size=3)[2]",
        {{"x", {1.0}}});
    BuiltRun run(plain(model), 1);
    run.step();
    CHECK(host(run, run.handles().loss) == 10);
}

TEST_CASE("t counts iterations from 1, worker from 0, and beta^t goes on from step to step") {
    const Configured model = a_loss("x*(100*t + 10*worker + workers) + 0*decay", {{"x", {1.0}}},
                                    {{"constants", entries_of({{"decay", {std::string("0.5^t")}}})}});
    RunSpec spec = plain(model, "fp32", 3);
    spec.optimizer.set("lr", {0.0});
    BuiltRun run(spec, 1);
    for (int t = 1; t <= 4; ++t) {
        run.step();
        for (int w = 0; w < 3; ++w) CHECK(host(run, run.handles().loss, w) == 100 * t + 10 * w + 3);
        CHECK(run.machine().host(run.machine().find_state("0.5^t")) == std::ldexp(1.0, -t));
    }
}

TEST_CASE("what is evaluated is the loss on step 1 of worker 0, or the objective") {
    const Configured plain_loss = a_loss("x*(10*t + worker + workers) + normal()", {{"x", {2.0}}});
    RunSpec spec = plain(plain_loss, "fp32", 4);
    const double noise = RandomStream(7, "model.loss.draw[0]").normal(0, 0, 0);
    CHECK(final_loss(spec, 7) == 2.0 * 14 + noise);
    Configured with_objective = plain_loss;
    with_objective.set("objective", {std::string("objective = x^2")});
    spec.model = with_objective;
    CHECK(final_loss(spec, 7) == 4.0);
}

TEST_CASE("the loss may be assigned, and branches that are known beforehand choose") {
    const auto value = [&](const std::string& text, double option) {
        return final_loss(plain(a_loss(text, {{"x", {3.0}}}, {{"constants", entries_of({{"option", {option}}})}})));
    };
    const std::string text = "if option == 1 { loss = x } else if option == 2 { u = x*x; loss = u } else { loss = -x }";
    CHECK(value(text, 1) == 3);
    CHECK(value(text, 2) == 9);
    CHECK(value(text, 3) == -3);
    CHECK(value("if option > 1 { x + 1 } else { x }", 2) == 4);
}

TEST_CASE("parameters start as they are written or drawn, the same whatever stands beside them") {
    const NamedValue w = drawn("W", {3, 4}, "normal", 0.5), u = drawn("U", {7}, "uniform", 2.0);
    const auto tensors = [](std::vector<NamedValue> parameters) {
        return make_model(a_loss("0", std::move(parameters)), 1, 5)->tensors();
    };
    const auto all = tensors({w, u, {"a", {1.5}}, {"b", numbers({1, 2})}, {"c", rows({{1, 2, 3}})}});
    CHECK(all[0].shape == Shape{3, 4});
    CHECK(all[1].shape == Shape{1, 7});
    CHECK(all[2].initial == std::vector<double>{1.5});
    CHECK(all[3].shape == Shape{1, 2});
    CHECK(all[4].shape == Shape{1, 3});
    CHECK(tensors({u})[0].initial == all[1].initial);
    for (double x : all[1].initial) CHECK(std::fabs(x) <= 2);
    CHECK(tensors({{"z", entries_of({{"shape", {2.0}}, {"init", {4.0}}})}})[0].initial == std::vector<double>{4, 4});
    CHECK(tensors({{"z", entries_of({{"shape", {2.0}}})}})[0].initial == std::vector<double>{0, 0});
}

TEST_CASE("a model that is no model says why") {
    const auto loss = [](const std::string& text) { return refusal(a_loss(text, {{"x", numbers({1, 2})}})); };
    CHECK(loss("x") == "the value is a vector of 2; expected a number, as sum(...) or mean(...) make one");
    CHECK(holds(loss(""), "the formula has no value; expected an expression as its last statement, or loss = ..."));
    CHECK(holds(loss("y = x[0]"), "the formula has no value"));
    CHECK(holds(loss("if t > 3 { loss = x[0] }"), "write where(condition, a, b)"));
    CHECK(holds(loss("average(x)[0]"), "\"average\" is for optimizers"));
    CHECK(holds(loss("sum(inputs)"), "unknown name \"inputs\""));
    CHECK(holds(loss("x = 2"), "\"x\" is given and cannot be assigned to"));
    const auto parameter = [](const Value& value) { return refusal(a_loss("0", {{"a", value}})); };
    CHECK(holds(parameter({std::string("1")}), "found \"1\"; accepted: a number, a list of numbers"));
    CHECK(holds(parameter(rows({{1, 2}, {3}})), "row 1 has 1 values, the first has 2"));
    CHECK(holds(parameter(numbers({})), "a list without numbers"));
    CHECK(holds(parameter(entries_of({{"shape", {2.5}}})), "found 2.5; accepted: whole numbers"));
    CHECK(holds(parameter(entries_of({{"shape", numbers({1e5, 1e5})}})), "10000000000 weights; the limit is 20000000"));
    CHECK(holds(parameter(entries_of({{"normal", {1.0}}})), "missing \"shape\""));
    CHECK(holds(parameter(entries_of({{"shape", {2.0}}, {"normal", {1.0}}, {"uniform", {1.0}}})),
                "found beside \"normal\""));
    CHECK(holds(parameter(entries_of({{"shape", {2.0}}, {"norml", {1.0}}})), "did you mean \"normal\"?"));
    for (const char* name : {"t", "sum", "inputs", "if"})
        CHECK(holds(refusal(a_loss("0", {{name, {1.0}}})), "choose another name"));
    CHECK(holds(refusal(a_loss("0", {})), "at least one parameter"));
}
