// Compares the states of an interpreter with what they should be.
#pragma once

#include <functional>
#include <string>

#include "halfstep/program/machine.hpp"
#include "halfstep/program/program.hpp"

using ExpectedState = std::function<std::vector<double>(halfstep::ValueId, int worker)>;

// The first element in which a state differs, in words; empty where all bits agree.
std::string first_difference(const halfstep::Machine& machine, const halfstep::Program& program,
                             const ExpectedState& expected);

// One step on the emulated interpreter, in both layouts, against the slow machine.
std::string disagreement(const halfstep::Program& program, const halfstep::Precision& precision);
