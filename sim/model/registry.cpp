#include <array>
#include <stdexcept>

#include "rows.hpp"

namespace halfstep {

std::span<const ModelRow* const> models() {
    static const std::array<const ModelRow*, 4> rows = {&model_quadratic(), &model_linear_regression(),
                                                        &model_logistic_regression(), &model_mlp()};
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
    for (const DataRow* row : data_sets())
        if (row->schema.name == config.kind) return row->make(config, request, seed);
    throw std::out_of_range("no data set " + config.kind);
}

}  // namespace halfstep
