// What compression did to the momenta, against vectors made from the states.
#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}
double norm(const Vector& a) {
    return std::sqrt(dot(a, a));
}
bool close(double a, double b) {
    return std::fabs(a - b) <= 1e-6 * std::fabs(b);
}

RunSpec compressing(int workers, std::int64_t dimension, double noise) {
    RunSpec spec = quadratic_run("onebit_adam", 0.01, 6, workers);
    spec.model =
        chosen("model", "quadratic", {{"dimension", {dimension}}, {"max_curvature", {8.0}}, {"noise", {noise}}});
    spec.optimizer.set("freeze_step", {std::int64_t{2}});
    return spec;
}

// What worker w compressed on step t: beta1 m + (1 - beta1) g.
Vector momentum(const Traced& sink, std::int64_t t, std::size_t w) {
    const Vector &before = sink.states.at(t - 1).at("exp_avg[0]")[0], &g = sink.states.at(t).at("gradient")[w];
    Vector m(before.size());
    for (std::size_t i = 0; i < m.size(); ++i) m[i] = 0.9 * before[i] + 0.1 * g[i];
    return m;
}

}  // namespace

TEST_CASE("momentum_cosine is that of what was delivered and the mean of what the workers put in") {
    const Traced sink = traced_run(compressing(3, 10, 0.5));
    CHECK(sink.series.at("momentum_cosine").count(1) == 0);  // still uncompressed
    for (const std::int64_t t : {2, 3, 5}) {
        Vector mean(10, 0.0);
        double sent = 0, worker_errors = 0, server_errors = 0;
        for (std::size_t w = 0; w < 3; ++w) {
            const Vector m = momentum(sink, t, w);
            sent += dot(m, m);
            for (std::size_t i = 0; i < 10; ++i) mean[i] += m[i] / 3;
            const Vector& e = sink.states.at(t).at("worker_error[0]")[w];
            worker_errors += dot(e, e);
        }
        const Vector &delivered = sink.states.at(t).at("exp_avg[0]")[0],
                     &e = sink.states.at(t).at("server_error[0]")[0];
        server_errors = dot(e, e);
        CHECK(close(sink.series.at("momentum_cosine").at(t), dot(delivered, mean) / (norm(delivered) * norm(mean))));
        CHECK(close(sink.series.at("worker_error_ratio").at(t), std::sqrt(worker_errors / sent)));
        CHECK(close(sink.series.at("server_error_ratio").at(t), std::sqrt(server_errors) / norm(mean)));
        CHECK(close(sink.series.at("worker_error_ratio").at(t) * std::sqrt(sent),
                    sink.series.at("worker_error_norm").at(t)));
    }
}

TEST_CASE("the first compression of equal momenta delivers their signs: the cosine is |m|_1 / (sqrt(n) |m|_2)") {
    const Traced sink = traced_run(compressing(2, 16, 0.0));  // 16 values need no padding
    const Vector m = momentum(sink, 2, 0);
    double sum = 0;
    for (const double x : m) sum += std::fabs(x);
    CHECK(close(sink.series.at("momentum_cosine").at(2), sum / (4 * norm(m))));
    CHECK(sink.series.at("momentum_cosine").at(2) < 0.999);
}

TEST_CASE("the smallest cosine of the traced steps is a metric, and NaN where nothing is compressed") {
    Traced sink;
    RunSpec spec = compressing(3, 10, 0.5);
    spec.trace_every = 1;
    const RunSummary summary = simulate(spec, 1, sink);
    double smallest = 2;
    for (const auto& [t, cosine] : sink.series.at("momentum_cosine")) smallest = std::min(smallest, cosine);
    CHECK(metric(summary, "min_momentum_cosine") == smallest);
    Traced plain;
    CHECK(std::isnan(metric(simulate(quadratic_run("adam", 0.1, 3, 2), 1, plain), "min_momentum_cosine")));
    CHECK(plain.series.count("momentum_cosine") == 0);
}

TEST_CASE("all tensors of an exchange count together") {
    RunSpec spec = compressing(2, 12, 0.5);
    spec.model.set("tensors", {std::vector<Value>{{std::int64_t{4}}, {std::int64_t{8}}}});
    const Traced sink = traced_run(spec);
    Vector mean(12, 0.0), delivered;
    for (std::size_t w = 0; w < 2; ++w) {
        Vector before;
        for (const char* state : {"exp_avg[0]", "exp_avg[1]"}) {
            const Vector& part = sink.states.at(3).at(state)[0];
            before.insert(before.end(), part.begin(), part.end());
        }
        for (std::size_t i = 0; i < 12; ++i)
            mean[i] += (0.9 * before[i] + 0.1 * sink.states.at(4).at("gradient")[w][i]) / 2;
    }
    for (const char* state : {"exp_avg[0]", "exp_avg[1]"}) {
        const Vector& part = sink.states.at(4).at(state)[0];
        delivered.insert(delivered.end(), part.begin(), part.end());
    }
    CHECK(close(sink.series.at("momentum_cosine").at(4), dot(delivered, mean) / (norm(delivered) * norm(mean))));
}
