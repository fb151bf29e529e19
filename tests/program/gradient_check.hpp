// One helper for every derivative: what `differentiate` records must agree with a central
// difference of the recorded function itself, in 113-bit arithmetic.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "halfstep/program/builder.hpp"

// A scalar function of one flat parameter state, recorded at `parameters`. Keep the point away from
// corners by more than 0.01.
struct Differentiable {
    std::string name;
    std::vector<double> parameters;
    std::function<halfstep::Expr(halfstep::Builder&, const halfstep::State& parameters)> loss;
};

// The forward program alone, to see which operations it has.
halfstep::Program forward_program(const Differentiable& f);

// Compares every element; reports through Catch2.
void check_gradient(const Differentiable& f);

// Makes a scalar out of an array, with a different weight for every element.
halfstep::Expr weighted(halfstep::Builder& b, const halfstep::Expr& array);
