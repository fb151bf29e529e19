// What was rounded in each role, on steps small enough to be computed one rounding at a time.
#include "run/role_survey.hpp"

#include "halfstep/format/round.hpp"
#include "slow_stats.hpp"
#include "traced.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

Value column(const std::vector<double>& values) {
    std::vector<Value> rows;
    for (const double x : values) rows.push_back({std::vector<Value>{{x}}});
    return {rows};
}

// One weight, and samples with target 0.
RunSpec regression(double weight, const std::vector<double>& x, const std::string& preset) {
    RunSpec spec = quadratic_run("sgd", 0.0, 1);
    const Configured data =
        chosen("data", "table", {{"x", column(x)}, {"y", column(std::vector<double>(x.size(), 0.0))}});
    spec.model = chosen("model", "linear_regression", {{"data", {data}}, {"init", {weight}}, {"bias", {false}}});
    spec.precision = find_preset(preset)->make();
    return spec;
}

double fp16(double x) {
    static const Rounding rounding = rounding_to("fp16");
    return round_to(rounding, x);
}

}  // namespace

TEST_CASE("a product that overflows and one that is subnormal are counted where they are rounded") {
    const double small = std::ldexp(1.0, -24);
    const Traced sink = traced_run(regression(300, {300, 1, small}, "fp16_pure"));
    const TensorStats& s = sink.row(0, "product", "(forward)");
    check_same_values(s, slow_stats({fp16(300 * 300), 300, 300 * small}, *find_format("fp16")));
    CHECK(s.overflows == 1);
    CHECK(s.infinities == 1);
    CHECK(s.subnormals == 1);
    CHECK(s.underflows == 0);
    // The sums from +0 are of one term each: infinite operands overflow nothing.
    CHECK(sink.row(0, "accumulator", "(forward)").infinities >= 1);
}

TEST_CASE("with wide products it is the stored sum that overflows") {
    const Traced sink = traced_run(regression(300, {300, 1}, "fp16"));
    CHECK(sink.row(0, "product", "(forward)").overflows == 0);
    CHECK(sink.row(0, "product", "(forward)").max_abs == 90000);
    CHECK(sink.row(0, "activation", "(forward)").overflows == 1);
}

TEST_CASE("every rounding of an Adam step in fp16 is counted, the square that underflows included") {
    RunSpec spec = quadratic_run("adam", 0.001, 1);
    spec.model.set("init", {std::ldexp(1.0, -13)});
    spec.optimizer.set("eps", {0.001});
    spec.precision = find_preset("fp16_pure")->make();
    const Traced sink = traced_run(spec);

    const double w = std::ldexp(1.0, -13), g = w;
    const double lr = fp16(0.001), beta1 = fp16(0.9), beta2 = fp16(0.999), eps = fp16(0.001);
    const double c1 = fp16(1 - 0.9), c2 = fp16(1 - 0.999), k1 = fp16(1 - 0.9), k2 = fp16(1 - 0.999);
    std::vector<double> results;
    const auto rounded = [&](double exact) {
        results.push_back(fp16(exact));
        return results.back();
    };
    const double decayed_m = rounded(beta1 * 0), new_m = rounded(c1 * g), m = rounded(decayed_m + new_m);
    const double decayed_v = rounded(beta2 * 0), scaled = rounded(c2 * g), square = rounded(scaled * g);
    CHECK(square == 0);  // 1.5e-11
    const double v = rounded(decayed_v + square);
    const double mean = rounded(m / k1), variance = rounded(v / k2), root = rounded(std::sqrt(variance));
    const double u = rounded(mean / rounded(root + eps)), step = rounded(lr * u);
    rounded(w - step);

    const TensorStats& s = sink.row(0, "update", "(update)");
    check_same_values(s, slow_stats(results, *find_format("fp16")));
    CHECK(s.underflows == 1);
    CHECK(s.overflows == 0);
    const TensorStats& hyper = sink.row(0, "hyper", "(update)");
    check_same_values(hyper, slow_stats({lr, k1, k2}, *find_format("fp16")));
}

TEST_CASE("an overflow that saturates is an overflow") {
    RunSpec spec = regression(300, {300, 1}, "fp16_pure");
    spec.precision[Role::product]->overflow = Overflow::saturate;
    const TensorStats s = traced_run(spec).row(0, "product", "(forward)");
    CHECK(s.overflows == 1);
    CHECK(s.infinities == 0);
    CHECK(s.max_abs == 65504);
}

TEST_CASE("the overflow threshold is the smallest number that rounds beyond the largest") {
    for (const Format& format : named_formats()) {
        INFO(format.name);
        const double limit = overflow_threshold(format);
        if (format.block > 0) continue;
        const Rounding rounding{format, format.has_infinity ? Overflow::infinity : Overflow::nan, Subnormals::keep};
        CHECK_FALSE(std::isfinite(round_to(rounding, limit)));
        CHECK(round_to(rounding, std::nextafter(limit, 0.0)) == format.max_finite);
    }
}

TEST_CASE("flushed subnormals are underflows") {
    RunSpec spec = regression(300, {std::ldexp(1.0, -24), 1}, "fp16_pure");
    spec.precision[Role::product]->subnormals = Subnormals::flush;
    const TensorStats s = traced_run(spec).row(0, "product", "(forward)");
    CHECK(s.underflows == 1);
    CHECK(s.zeros == 1);
}

TEST_CASE("the results of every element are counted, of large products the terms of some") {
    RunSpec spec = regression(1, std::vector<double>(40, 1.0), "fp16");
    const Traced sink = traced_run(spec);
    CHECK(sink.row(0, "activation", "(forward)").count >= 40);
    CHECK(sink.row(0, "product", "(forward)").count == results_with_terms);
    spec = regression(1, std::vector<double>(results_with_terms, 1.0), "fp16");
    CHECK(traced_run(spec).row(0, "product", "(forward)").count == results_with_terms);
}

TEST_CASE("every worker's roundings count") {
    const auto count = [](int workers) {
        RunSpec spec = busy_run(2);
        spec.workers = workers;
        return traced_run(spec).row(0, "gradient", "(backward)").count;
    };
    // What all workers share is computed once.
    CHECK(count(4) - count(3) == count(3) - count(2));
    CHECK(count(4) - count(3) > count(2) / 3);
}

TEST_CASE("a role that rounds nothing again has no row") {
    const Traced sink = traced_run(busy_run(2));
    for (const TensorStats& s : sink.stats.at(0)) {
        CHECK(s.role != "operand");
        CHECK(s.role != "grad_operand");
    }
}
