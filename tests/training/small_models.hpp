// A small configuration of every registered model and data set, for the tests that hold for all.
#pragma once

#include <map>

#include "trainer.hpp"

namespace halfstep::test {

// At least one configuration of each registered data set; the models that take data say which.
inline std::vector<Configured> small_data_sets(const std::string& kind) {
    const NamedValue samples{"samples", {std::int64_t{24}}};
    if (kind == "table")
        return {a_data_set("table", {{"x", rows({{0.5, 1}, {-1, 0.25}, {2, -0.5}, {0.125, 3}})},
                                     {"y", rows({{1, 0}, {0, 1}, {0, 1}, {1, 0}})},
                                     {"classification", {true}}})};
    if (kind == "spirals")
        return {a_data_set(kind, {samples}), a_data_set(kind, {samples, {"classes", {std::int64_t{3}}}})};
    return {a_data_set(kind, {samples})};
}

// Configurations of a registered model; a model that is not listed here fails the tests.
inline std::vector<Configured> small_models(const std::string& kind) {
    const NamedValue xor_data{"data", {a_data_set("xor", {{"samples", {std::int64_t{12}}}})}};
    const NamedValue teacher{"data", {a_data_set("teacher_student", {{"samples", {std::int64_t{12}}}})}};
    if (kind == "quadratic")
        return {a_model(kind, {{"curvature", numbers({0.5, 1, 2, 4, 8})}, {"center", {0.25}}, {"init_spread", {1.0}}}),
                a_model(kind, {{"dimension", {std::int64_t{6}}},
                               {"max_curvature", {10.0}},
                               {"rotation", {true}},
                               {"init_spread", {1.0}},
                               {"tensors", integers({2, 4})}})};
    if (kind == "linear_regression") {
        const NamedValue data{"data",
                              {a_data_set("linear", {{"samples", {std::int64_t{12}}},
                                                     {"features", {std::int64_t{3}}},
                                                     {"outputs", {std::int64_t{2}}}})}};
        return {a_model(kind, {data, {"init", {0.5}}, {"init_bias", numbers({0.25, -1})}}),
                a_model(kind, {data, {"init", {0.5}}, {"bias", {false}}})};
    }
    if (kind == "logistic_regression")
        return {a_model(kind, {{"data", {a_data_set("gaussians", {{"samples", {std::int64_t{12}}}})}}}),
                a_model(kind, {xor_data, {"init", {1.5}}})};
    if (kind == "mlp") {
        std::vector<Configured> all;
        for (const char* activation : {"relu", "tanh", "gelu"}) {
            const NamedValue a{"activation", {std::string(activation)}};
            all.push_back(a_model(kind, {{"layers", integers({2, 5, 4, 2})}, a, xor_data}));
            all.push_back(a_model(kind, {{"layers", integers({3, 4, 2})}, a, teacher}));
        }
        all.push_back(a_model(kind, {{"layers", integers({2, 2})}, xor_data}));
        return all;
    }
    if (kind == "formula") {
        const NamedValue weights{"parameters",
                                 entries_of({{"W", entries_of({{"shape", numbers({2, 4})}, {"normal", {1.0}}})},
                                             {"b", numbers({0.5, -0.25, 0, 1})},
                                             {"v", entries_of({{"shape", {4.0}}, {"uniform", {1.0}}})},
                                             {"c", {0.125}}})};
        const NamedValue network{"loss",
                                 {std::string("h = tanh(inputs @ W + b)\nr = h @ v + c - targets @ [0, 1]\n"
                                              "loss = mean(r*r)/2")}};
        return {a_model(kind, {weights, network, xor_data}),
                a_model(kind, {{"parameters", entries_of({{"x", numbers({1, -0.5, 0.25})}})},
                               {"loss", {std::string("(x[0] - 1.5)^2 + exp(x[1]*x[2]) + norm(x)")}}})};
    }
    return {};
}

}  // namespace halfstep::test
