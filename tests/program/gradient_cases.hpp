// One function or more for every operation that has a derivative, by operand.
#pragma once

#include <vector>

#include "gradient_check.hpp"

std::vector<Differentiable> elementwise_gradients();
std::vector<Differentiable> array_gradients();      // broadcasts, moves, reductions, products
std::vector<Differentiable> storage_gradients();    // slices, views, concatenation, states in between
std::vector<Differentiable> composite_gradients();  // small models

// What differentiation does with an operation.
enum class Derivative {
    derived,
    constant,  // of one operand only an index or a shift: no derivative by definition
    refused,   // std::logic_error where the loss depends on it
    none,      // host space, or nothing goes in
};
