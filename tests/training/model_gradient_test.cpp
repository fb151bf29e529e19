// The gradient that an engine computes, explicit or derived, against finite differences of the
// loss that it reports, both in 113-bit arithmetic.
#include <cmath>

#include "catch.hpp"
#include "small_models.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

void check_gradient(const Configured& model, std::uint64_t seed) {
    RunSpec spec = spec_of(model, an_optimizer("sgd"));
    spec.arithmetic = Arithmetic::multiprecision;
    BuiltRun run(spec, seed);
    const ValueId weight = run.machine().find_state("weight");
    const std::vector<double> at = weights(run);
    auto loss_at = [&](const std::vector<double>& x) {
        run.machine().write(weight, 0, x);
        run.step();
        return host(run, run.handles().loss);
    };
    loss_at(at);
    const std::vector<double> gradient = state(run, "gradient");
    REQUIRE(gradient.size() == at.size());
    double largest = 0.0;
    // Five points: their own error is h^4/30 of the fifth derivative; the loss is read with 53 bits,
    // which leaves some 1e-16/h = 1e-12.
    const double h = 0x1p-13;
    for (std::size_t i = 0; i < at.size(); ++i) {
        auto moved = [&](double by) {
            std::vector<double> x = at;
            x[i] += by;
            return loss_at(x);
        };
        const double difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
        INFO("weight " << i << ": gradient " << gradient[i] << ", difference " << difference);
        CHECK(std::fabs(gradient[i] - difference) <= 1e-9 * (1.0 + std::fabs(difference)));
        largest = std::max(largest, std::fabs(difference));
    }
    CHECK(largest > 1e-3);
}

}  // namespace

TEST_CASE("the gradient of every model is the derivative of the loss it reports") {
    for (const ModelRow* row : models()) {
        INFO(row->schema.name);
        const std::vector<Configured> configurations = small_models(row->schema.name);
        CHECK_FALSE(configurations.empty());  // a new model: give it a row in small_models.hpp
        for (std::size_t i = 0; i < configurations.size(); ++i) {
            INFO("configuration " << i);
            check_gradient(configurations[i], 1);
            check_gradient(configurations[i], 2);
        }
    }
}

TEST_CASE("every model starts from the same weights for the same seed, and is finite") {
    for (const ModelRow* row : models())
        for (const Configured& configuration : small_models(row->schema.name)) {
            INFO(row->schema.name);
            const auto one = make_model(configuration, 1, 5), same = make_model(configuration, 1, 5);
            REQUIRE(one->tensors().size() == same->tensors().size());
            for (std::size_t k = 0; k < one->tensors().size(); ++k) {
                const ParameterTensor& t = one->tensors()[k];
                CHECK(t.initial == same->tensors()[k].initial);
                CHECK(std::int64_t(t.initial.size()) == t.shape.size());
                for (double x : t.initial) CHECK(std::isfinite(x));
            }
        }
}

TEST_CASE("the loss of an mlp that knows nothing is the log of the number of classes") {
    const Configured model = a_model("mlp", {{"layers", integers({2, 3, 2})},
                                             {"init_scale", {0.0}},
                                             {"data", {a_data_set("xor", {{"samples", {std::int64_t{8}}}})}}});
    BuiltRun run(spec_of(model, an_optimizer("sgd")), 1);
    run.step();
    CHECK(host(run, run.handles().loss) == double(float(std::log(2.0))));
}

TEST_CASE("accuracy counts the rows whose label has the largest output") {
    // Four points on a line, labels by sign: the identity classifies all, its negative none.
    const Configured data = a_data_set("table", {{"x", rows({{-2}, {-1}, {1}, {3}})},
                                                 {"y", rows({{1, 0}, {1, 0}, {0, 1}, {0, 1}})},
                                                 {"classification", {true}}});
    for (const auto& [kind, given] : std::vector<std::pair<std::string, std::vector<NamedValue>>>{
             {"mlp", {{"layers", integers({1, 2})}}}, {"logistic_regression", {}}}) {
        INFO(kind);
        std::vector<NamedValue> all = given;
        all.push_back({"data", {data}});
        BuiltRun run(spec_of(a_model(kind, all), an_optimizer("sgd")), 1);
        const bool mlp = kind == "mlp";
        auto accuracy = [&](double slope, double bias) {
            run.evaluation().run(mlp ? std::vector<double>{-slope, slope, 0, bias} : std::vector<double>{slope, bias});
            return run.evaluation().accuracy();
        };
        CHECK(accuracy(1, 0) == 1.0);
        CHECK(accuracy(-1, 0) == 0.0);
        CHECK(accuracy(1, mlp ? 3.0 : 1.5) == 0.75);
        CHECK(accuracy(std::nan(""), 0) == 0.0);
    }
}

TEST_CASE("the noise of a quadratic is added to the gradient and not to the loss") {
    const std::vector<std::vector<double>> noise = {{0.5, -1}, {2, 0.25}, {1, 1}, {-3, 0}};
    RunSpec spec = spec_of(a_model("quadratic", {{"curvature", numbers({1, 2})}, {"noise_table", rows(noise)}}),
                           an_optimizer("sgd", {{"lr", {0.0}}}), "fp32", 2);
    BuiltRun run(spec, 1);
    for (int t = 0; t < 5; ++t) {
        run.step();
        // Weights (1, 1), centre 0: gradient (1, 2), loss 0.5 + 1. Two workers, two rows each.
        const auto &a = noise[std::size_t(t % 2)], &b = noise[std::size_t(2 + t % 2)];
        CHECK(host(run, run.handles().loss) == 1.5);
        CHECK(state(run, "gradient") == std::vector<double>{1 + (a[0] + b[0]) / 2, 2 + (a[1] + b[1]) / 2});
    }
}
