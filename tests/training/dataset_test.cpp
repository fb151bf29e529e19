#include "halfstep/model/dataset.hpp"

#include <cmath>
#include <set>

#include "catch.hpp"
#include "small_models.hpp"

using namespace halfstep;
using namespace halfstep::test;

TEST_CASE("every data set has the shape it says, finite, and one-hot rows for classes") {
    for (const DataRow* row : data_sets()) {
        INFO(row->schema.name);
        const auto configurations = small_data_sets(row->schema.name);
        CHECK_FALSE(configurations.empty());
        for (const Configured& c : configurations) {
            const Dataset d = make_dataset(c, {}, 1);
            CHECK(d.samples == (row->schema.name == "table" ? 4 : 24));
            CHECK(d.inputs.size() == std::size_t(d.samples) * d.features);
            REQUIRE(d.targets.size() == std::size_t(d.samples) * d.outputs);
            for (double x : d.inputs) CHECK(std::isfinite(x));
            for (double y : d.targets) CHECK(std::isfinite(y));
            if (!d.classification) continue;
            std::set<int> seen;
            for (int i = 0; i < d.samples; ++i) {
                int ones = 0;
                for (int k = 0; k < d.outputs; ++k) {
                    const double y = d.targets[std::size_t(i) * d.outputs + k];
                    CHECK((y == 0.0 || y == 1.0));
                    if (y == 1.0) ++ones, seen.insert(k);
                }
                CHECK(ones == 1);
            }
            CHECK(int(seen.size()) == d.outputs);
        }
    }
}

TEST_CASE("every data set is the same for the same seed, and another for another") {
    for (const DataRow* row : data_sets()) {
        if (row->schema.name == "table") continue;
        INFO(row->schema.name);
        const Configured c = small_data_sets(row->schema.name)[0];
        const Dataset one = make_dataset(c, {}, 1), same = make_dataset(c, {}, 1), other = make_dataset(c, {}, 2);
        CHECK(one.inputs == same.inputs);
        CHECK(one.targets == same.targets);
        CHECK(one.inputs != other.inputs);
    }
}

TEST_CASE("every data set gives the model the features it asks for, or says why not") {
    for (const DataRow* row : data_sets()) {
        INFO(row->schema.name);
        try {
            const Dataset d = make_dataset(small_data_sets(row->schema.name)[0], {5, 0}, 1);
            CHECK(d.features == 5);
            CHECK(d.inputs.size() == std::size_t(d.samples) * 5);
        } catch (const SpecError& e) {
            CHECK(e.key().rfind("model.data", 0) == 0);
        }
    }
}

TEST_CASE("xor labels say whether the signs of the coordinates differ") {
    const Dataset d = make_dataset(a_data_set("xor", {{"samples", {std::int64_t{500}}}}), {}, 3);
    for (int i = 0; i < d.samples; ++i) {
        const double x = d.inputs[std::size_t(2 * i)], y = d.inputs[std::size_t(2 * i + 1)];
        REQUIRE((std::fabs(x) <= 1 && std::fabs(y) <= 1));
        REQUIRE(d.targets[std::size_t(2 * i + 1)] == (x * y < 0 ? 1.0 : 0.0));
    }
}

TEST_CASE("a spiral's label follows from the place of the point") {
    const int classes = GENERATE(2, 3, 5);
    const double turns = 1.75;
    const Dataset d = make_dataset(a_data_set("spirals", {{"samples", {std::int64_t{300}}},
                                                          {"classes", {std::int64_t{classes}}},
                                                          {"turns", {turns}},
                                                          {"noise", {0.0}}}),
                                   {}, 1);
    for (int i = 0; i < d.samples; ++i) {
        const double x = d.inputs[std::size_t(2 * i)], y = d.inputs[std::size_t(2 * i + 1)];
        const double radius = std::hypot(x, y), angle = std::atan2(y, x) / (2 * std::acos(-1.0));
        REQUIRE((radius > 0 && radius < 1));
        // Spiral k leaves the centre at angle k / classes and turns in proportion to the radius.
        const double arm = (angle - radius * turns) * classes;
        const int label = int(((std::lround(arm) % classes) + classes) % classes);
        REQUIRE(std::fabs(arm - std::round(arm)) < 1e-9);
        REQUIRE(d.targets[std::size_t(i * classes + label)] == 1.0);
    }
}

TEST_CASE("noise on a spiral has the deviation that was asked for") {
    const auto make = [](double noise) {
        return make_dataset(a_data_set("spirals", {{"samples", {std::int64_t{4000}}}, {"noise", {noise}}}), {}, 1);
    };
    const Dataset clean = make(0.0), noisy = make(0.25);
    double square = 0.0;
    for (std::size_t i = 0; i < clean.inputs.size(); ++i) square += std::pow(noisy.inputs[i] - clean.inputs[i], 2);
    // 8000 draws: a relative standard error of 1/sqrt(16000) = 0.8%; five of them.
    CHECK(std::fabs(std::sqrt(square / double(clean.inputs.size())) - 0.25) < 0.01);
    CHECK(clean.targets == noisy.targets);
}

TEST_CASE("the centres of the gaussians are as far apart as was asked for") {
    const Dataset d = make_dataset(
        a_data_set("gaussians",
                   {{"samples", {std::int64_t{20000}}}, {"features", {std::int64_t{3}}}, {"separation", {4.0}}}),
        {}, 1);
    std::vector<double> difference(3, 0.0);
    for (int i = 0; i < d.samples; ++i)
        for (int f = 0; f < 3; ++f)
            difference[std::size_t(f)] +=
                (d.targets[std::size_t(2 * i)] == 1.0 ? -1 : 1) * d.inputs[std::size_t(3 * i + f)] / (d.samples / 2.0);
    // The mean of 10000 unit normals has a standard error of 0.01, a difference 0.014.
    CHECK(std::fabs(std::hypot(difference[0], difference[1], difference[2]) - 4.0) < 0.07);
}

TEST_CASE("a linear teacher without noise puts all points on one line") {
    // Slope and bias from two of the points have to explain the others.
    const Dataset d = make_dataset(
        a_data_set("linear", {{"samples", {std::int64_t{40}}}, {"features", {std::int64_t{1}}}, {"noise", {0.0}}}), {},
        1);
    const double slope = (d.targets[1] - d.targets[0]) / (d.inputs[1] - d.inputs[0]);
    const double bias = d.targets[0] - slope * d.inputs[0];
    for (int i = 0; i < d.samples; ++i)
        CHECK(std::fabs(d.targets[std::size_t(i)] - (slope * d.inputs[std::size_t(i)] + bias)) < 1e-12);
}
