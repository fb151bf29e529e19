#pragma once

#include "halfstep/model/model.hpp"

namespace halfstep {
// Functions, because their defaults are made from the data rows, which have to exist by then.
const ModelRow& model_quadratic();
const ModelRow& model_linear_regression();
const ModelRow& model_logistic_regression();
const ModelRow& model_mlp();
const ModelRow& model_formula();
extern const DataRow data_spirals, data_xor, data_teacher_student, data_linear, data_gaussians, data_table;

// Default value of a `data` parameter: the kind with its own defaults.
inline Parameter data_parameter(const DataRow& row) {
    return {"data", {ValueType::configured}, Value{configure(row.schema)}, "the data set", {}, {}, "data"};
}
}  // namespace halfstep
