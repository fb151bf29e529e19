// [[expect]] tables to Expectations, checked against the runs, seeds and metrics there are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "halfstep/spec/experiment.hpp"
#include "section_reader.hpp"

namespace halfstep {

// An expectation may name what its run records, watched formulas included. `seeds` are the file's. Where the command
// line runs other ones (`run_seeds`), an expectation about certain seeds keeps those that run and is left out when none
// does.
std::vector<Expectation> read_expectations(const SectionReader& reader, const Tree* list,
                                           const std::vector<RunSpec>& runs, const std::vector<std::uint64_t>& seeds,
                                           const std::vector<std::uint64_t>& run_seeds,
                                           const std::optional<Sweep>& sweep = {}, const Tree* sweep_table = nullptr);

}  // namespace halfstep
