// The problem of a recording as a model: a quadratic with its noise written down, or a linear
// regression on a table.
#include "halfstep/run/catalogue.hpp"
#include "halfstep/spec/parameters.hpp"
#include "recording.hpp"

namespace halfstep {

using nlohmann::json;

namespace {

Value table_value(const std::vector<std::vector<double>>& rows) {
    std::vector<Value> out;
    for (const auto& row : rows) out.push_back(list_value(row));
    return {std::move(out)};
}

void append(std::vector<double>& to, const std::vector<double>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

const KindSchema& model_kind(const char* name) {
    return *find_kind(builtin_catalogue().models, name);
}

Configured quadratic(const FieldReader& read, const json& problem, const std::vector<std::vector<double>>& initial,
                     int workers) {
    std::vector<double> init;
    std::vector<std::int64_t> sizes;
    for (const auto& values : initial) {
        append(init, values);
        sizes.push_back(std::int64_t(values.size()));
    }
    const auto of_every_tensor = [&](const char* key) {
        std::vector<double> all;
        const json& list = read.list(read.at(problem, key), key, initial.size());
        for (std::size_t k = 0; k < initial.size(); ++k) {
            const std::vector<double> values = read.words(list[k], key);
            if (values.size() != initial[k].size())
                read.fail(std::string("\"") + key + "\" of tensor " + std::to_string(k) + " has " +
                          std::to_string(values.size()) + " words; accepted: as many as \"init\"");
            append(all, values);
        }
        return all;
    };
    std::vector<std::vector<double>> noise;
    std::size_t period = FieldReader::any_size;
    for (const json& rank : read.list(read.at(problem, "noise"), "noise", std::size_t(workers))) {
        period = read.list(rank, "noise of a rank", period).size();
        for (const json& row : rank) noise.push_back(read.words(row, "noise"));
    }
    return configure(model_kind("quadratic"), {{"curvature", list_value(of_every_tensor("a"))},
                                               {"center", list_value(of_every_tensor("c"))},
                                               {"init", list_value(init)},
                                               {"noise_table", table_value(noise)},
                                               {"tensors", list_value(sizes)}});
}

Configured linear_regression(const FieldReader& read, const json& problem,
                             const std::vector<std::vector<double>>& initial, int workers) {
    if (initial.size() != 2) read.fail("a linear regression has two tensors, weight and bias");
    const auto count = [&](const char* key) {
        return std::size_t(read.integer(read.at(problem, key), key, 1, 1'000'000));
    };
    const std::size_t m = count("m"), d = count("d"), k = count("k");
    const auto rows = [&](const char* key, std::size_t width) {
        std::vector<std::vector<double>> out;
        for (const json& rank : read.list(read.at(problem, key), key, std::size_t(workers))) {
            const auto values = read.words(rank, key);
            if (values.size() != m * width) read.fail(std::string("\"") + key + "\" has the wrong number of words");
            for (std::size_t j = 0; j < m; ++j)
                out.emplace_back(values.begin() + std::ptrdiff_t(j * width),
                                 values.begin() + std::ptrdiff_t((j + 1) * width));
        }
        return out;
    };
    const Configured data = configure(*find_kind(builtin_catalogue().data, "table"),
                                      {{"x", table_value(rows("X", d))}, {"y", table_value(rows("y", k))}});
    return configure(model_kind("linear_regression"),
                     {{"data", {data}}, {"init", list_value(initial[0])}, {"init_bias", list_value(initial[1])}});
}

}  // namespace

Configured recorded_model(const FieldReader& read, const json& problem, int workers) {
    const std::string& type = read.text(read.at(problem, "type"), "type");
    std::vector<std::vector<double>> initial;
    for (const json& t : read.list(read.at(problem, "tensors"), "tensors"))
        initial.push_back(read.words(read.at(t, "init"), "init"));
    if (type == "quadratic") return quadratic(read, problem, initial, workers);
    if (type == "linear_regression") return linear_regression(read, problem, initial, workers);
    read.fail("problem type \"" + type + "\"; accepted: quadratic, linear_regression");
}

}  // namespace halfstep
