// Small runs put together from the registries, and a view of every state while they go.
#pragma once

#include <string>
#include <vector>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "run/built_run.hpp"

namespace halfstep::test {

inline Configured a_model(const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(*find_kind(builtin_catalogue().models, kind), std::move(given));
}
inline Configured a_data_set(const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(*find_kind(builtin_catalogue().data, kind), std::move(given));
}
inline Configured an_optimizer(const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(*find_kind(builtin_catalogue().optimizers, kind), std::move(given));
}
// Any registered kind; what has to be written gets a text that uses the options all kinds share.
inline Configured any_optimizer(const KindSchema& kind, std::vector<NamedValue> given = {}) {
    if (find_parameter(kind, "update")) given.push_back({"update", {std::string("w = w - lr*(g + weight_decay*w)")}});
    return configure(kind, std::move(given));
}
// A table of free names.
inline Value entries_of(std::vector<NamedValue> items) {
    return {Entries{std::move(items)}};
}
inline Configured a_loss_scaler(const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(*find_kind(builtin_catalogue().loss_scalers, kind), std::move(given));
}
inline Configured an_engine(const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(*find_kind(builtin_catalogue().engines, kind), std::move(given));
}

// The list as values of a specification.
inline Value numbers(const std::vector<double>& list) {
    std::vector<Value> values;
    for (double x : list) values.push_back({x});
    return {std::move(values)};
}
inline Value integers(const std::vector<std::int64_t>& list) {
    std::vector<Value> values;
    for (std::int64_t x : list) values.push_back({x});
    return {std::move(values)};
}
inline Value rows(const std::vector<std::vector<double>>& list) {
    std::vector<Value> values;
    for (const auto& row : list) values.push_back(numbers(row));
    return {std::move(values)};
}

// The plain engine without loss scaling, unless the test says otherwise.
inline RunSpec spec_of(Configured model, Configured optimizer, const std::string& preset = "fp32", int workers = 1) {
    RunSpec spec;
    spec.scenario = "test";
    spec.run = "base";
    spec.model = std::move(model);
    spec.optimizer = std::move(optimizer);
    spec.workers = workers;
    spec.engine = an_engine("plain");
    spec.loss_scale = a_loss_scaler("none");
    spec.preset = preset;
    spec.precision = find_preset(preset)->make();
    return spec;
}

inline std::vector<double> state(const BuiltRun& run, const std::string& name, int worker = 0) {
    std::vector<double> values;
    run.machine().read(run.machine().find_state(name), worker, values);
    return values;
}
inline bool has_state(const BuiltRun& run, const std::string& name) {
    return run.machine().find_state(name) != no_value;
}
inline std::vector<double> weights(const BuiltRun& run, int worker = 0) {
    return state(run, "weight", worker);
}
inline std::vector<double> weights_after(const RunSpec& spec, int steps, std::uint64_t seed = 1) {
    BuiltRun run(spec, seed);
    for (int t = 0; t < steps; ++t) run.step();
    return weights(run);
}
inline double host(const BuiltRun& run, Host value, int worker = 0) {
    return run.machine().host(value.id, worker);
}

}  // namespace halfstep::test
