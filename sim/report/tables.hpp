// The parts of a page that are read, not drawn. Each returns an HTML fragment.
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/report/verdict.hpp"

namespace halfstep {

// One row an expectation, in it one line a seed; the outcome as a symbol and a word.
std::string verdict_table(const Experiment& experiment, const std::vector<Verdict>& verdicts);

// Metrics down, runs across.
std::string metric_table(const Results& results);

// The same a plot shows, in numbers: first, smallest, largest and last value of every curve.
std::string curve_table(const Experiment& experiment, const Panel& panel);

// "✓ held" as a badge; `text` beside the symbol.
std::string badge(Outcome outcome, const std::string& text);

// How a whole scenario came out, for its badge.
Outcome overall(const VerdictCounts& counts);

}  // namespace halfstep
