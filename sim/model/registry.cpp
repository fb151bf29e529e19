#include <array>
#include <stdexcept>

#include "halfstep/spec/run_spec.hpp"
#include "rows.hpp"

namespace halfstep {

std::span<const ModelRow* const> models() {
    static const std::array<const ModelRow*, 5> rows = {&model_quadratic(), &model_linear_regression(),
                                                        &model_logistic_regression(), &model_mlp(), &model_formula()};
    return rows;
}

std::span<const DataRow* const> data_sets() {
    static const std::array<const DataRow*, 6> rows = {&data_spirals, &data_xor,       &data_teacher_student,
                                                       &data_linear,  &data_gaussians, &data_table};
    return rows;
}

std::unique_ptr<Model> make_model(const Configured& config, int workers, std::uint64_t seed) {
    for (const ModelRow* row : models())
        if (row->schema.name == config.kind) return row->make(config, workers, seed);
    throw std::out_of_range("no model " + config.kind);
}

Dataset make_dataset(const Configured& config, const DataRequest& request, std::uint64_t seed) {
    const std::int64_t samples = config.has("samples") ? config.integer("samples") : 0;
    const std::int64_t features = request.features != 0    ? request.features
                                  : config.has("features") ? config.integer("features")
                                                           : 1;
    if (samples * features > max_input_values)
        throw SpecError("model.data.samples", std::to_string(samples) + " samples of " + std::to_string(features) +
                                                  " features; the limit is " + std::to_string(max_input_values) +
                                                  " values");
    for (const DataRow* row : data_sets())
        if (row->schema.name == config.kind) return row->make(config, request, seed);
    throw std::out_of_range("no data set " + config.kind);
}

}  // namespace halfstep
