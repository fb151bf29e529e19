// Losses beside an independent forward pass in binary64 with the C library's functions, and the
// shape of the quadratics. The difference of two summation orders and two libraries stays far
// below 1e-12 for numbers around 1.
#include <cmath>

#include "catch.hpp"
#include "small_models.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix as_rows(const std::vector<double>& flat, int columns) {
    Matrix m(flat.size() / std::size_t(columns));
    for (std::size_t i = 0; i < flat.size(); ++i) m[i / std::size_t(columns)].push_back(flat[i]);
    return m;
}

// x W + b, W {inputs, outputs}.
Matrix layer(const Matrix& x, const ParameterTensor& w, const ParameterTensor& b) {
    Matrix y;
    for (const auto& row : x) {
        y.push_back(b.initial);
        for (std::size_t i = 0; i < row.size(); ++i)
            for (std::size_t o = 0; o < y.back().size(); ++o)
                y.back()[o] += row[i] * w.initial[i * y.back().size() + o];
    }
    return y;
}

double activated(const std::string& name, double x) {
    if (name == "relu") return x > 0 ? x : 0;
    if (name == "tanh") return std::tanh(x);
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
}

double cross_entropy(const Matrix& logits, const Matrix& targets) {
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        double normaliser = 0;
        for (double z : logits[i]) normaliser += std::exp(z);
        for (std::size_t k = 0; k < logits[i].size(); ++k)
            sum -= targets[i][k] * std::log(std::exp(logits[i][k]) / normaliser);
    }
    return sum / double(logits.size());
}

// Half the mean square, over samples and outputs.
double squared_error(const Matrix& y, const Matrix& targets) {
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
        for (std::size_t k = 0; k < y[i].size(); ++k) sum += std::pow(y[i][k] - targets[i][k], 2);
    return sum / (2.0 * double(y.size() * y[0].size()));
}

void check_loss(BuiltRun& run, double expected) {
    run.evaluation().run(weights(run));
    CHECK(expected > 0.01);
    CHECK(std::fabs(run.evaluation().loss() - expected) < 1e-12);
}

RunSpec in_binary64(const Configured& model) {
    RunSpec spec = spec_of(model, an_optimizer("sgd", {{"lr", {0.0}}}));
    spec.arithmetic = Arithmetic::binary64;
    return spec;
}

// The gradient of a quadratic at its centre plus `by`: H times `by`.
std::vector<double> curved(BuiltRun& run, const std::vector<double>& by) {
    run.machine().write(run.machine().find_state("weight"), 0, by);
    run.step();
    return state(run, "gradient");
}

}  // namespace

TEST_CASE("the loss of an mlp is that of an independent forward pass") {
    for (const Configured& configuration : small_models("mlp")) {
        INFO(configuration.text("activation") << ", " << configuration.configured("data").kind);
        BuiltRun run(in_binary64(configuration), 3);
        const auto& tensors = run.model().tensors();
        const Dataset& data = *run.model().dataset();
        Matrix x = as_rows(data.inputs, data.features);
        for (std::size_t l = 0; l < tensors.size(); l += 2) {
            x = layer(x, tensors[l], tensors[l + 1]);
            if (l + 2 == tensors.size()) continue;
            for (auto& row : x)
                for (double& value : row) value = activated(configuration.text("activation"), value);
        }
        const Matrix targets = as_rows(data.targets, data.outputs);
        check_loss(run, data.classification ? cross_entropy(x, targets) : squared_error(x, targets));
    }
}

TEST_CASE("the loss of logistic regression is the cross entropy of its sigmoid") {
    const Configured model = a_model("logistic_regression", {{"init", {0.75}}});
    BuiltRun run(in_binary64(model), 3);
    const Dataset& data = *run.model().dataset();
    double sum = 0;
    for (int i = 0; i < data.samples; ++i) {
        const double z = 0.75 * data.inputs[std::size_t(2 * i)] + 0.75 * data.inputs[std::size_t(2 * i + 1)] + 0.75;
        const double p = 1 / (1 + std::exp(-z));
        sum -= data.targets[std::size_t(i)] == 1.0 ? std::log(p) : std::log(1 - p);
    }
    check_loss(run, sum / data.samples);
}

TEST_CASE("a score that would overflow the exponential leaves logistic regression finite") {
    const Configured data = a_data_set(
        "table", {{"x", rows({{-2000}, {1000}})}, {"y", rows({{1, 0}, {1, 0}})}, {"classification", {true}}});
    BuiltRun run(spec_of(a_model("logistic_regression", {{"data", {data}}, {"init", {1.0}}}), an_optimizer("sgd")), 1);
    run.step();
    CHECK(host(run, run.handles().loss) == 1001.0 / 2);
    CHECK(state(run, "gradient") == std::vector<double>{500, 0.5});
}

TEST_CASE("the eigenvalues of a quadratic are evenly spaced on a log scale") {
    BuiltRun run(in_binary64(a_model("quadratic", {{"dimension", {std::int64_t{5}}}, {"max_curvature", {16.0}}})), 1);
    const std::vector<double> spectrum = curved(run, std::vector<double>(5, 1.0));
    for (int i = 0; i < 5; ++i) CHECK(std::fabs(spectrum[std::size_t(i)] - std::ldexp(1.0, i)) < 1e-12);
    CHECK(spectrum.front() == 1.0);
    CHECK(spectrum.back() == 16.0);
}

TEST_CASE("rotating a quadratic keeps its spectrum and leaves no axis alone") {
    const int n = 6;
    BuiltRun run(in_binary64(a_model("quadratic", {{"curvature", numbers({1, 2, 3, 5, 8, 13})}, {"rotation", {true}}})),
                 1);
    Matrix h;
    for (int i = 0; i < n; ++i) {
        std::vector<double> axis(n, 0.0);
        axis[std::size_t(i)] = 1.0;
        h.push_back(curved(run, axis));
    }
    // Power sums of the eigenvalues 1, 2, 3, 5, 8, 13: 32, 272 and 2870.
    double trace = 0, squares = 0, cubes = 0, aside = 0;
    for (int i = 0; i < n; ++i) {
        trace += h[i][i];
        for (int j = 0; j < n; ++j) {
            CHECK(std::fabs(h[i][j] - h[j][i]) < 1e-12);
            squares += h[i][j] * h[j][i];
            if (i != j) aside = std::max(aside, std::fabs(h[i][j]));
            for (int k = 0; k < n; ++k) cubes += h[i][j] * h[j][k] * h[k][i];
        }
    }
    CHECK(std::fabs(trace - 32) < 1e-11);
    CHECK(std::fabs(squares - 272) < 1e-10);
    CHECK(std::fabs(cubes - 2870) < 1e-9);
    CHECK(aside > 0.5);
}
