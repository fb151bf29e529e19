// The sections of a report, each an HTML fragment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/report/phase.hpp"
#include "halfstep/report/tensors.hpp"
#include "halfstep/report/told_events.hpp"
#include "halfstep/report/verdict.hpp"

namespace halfstep {

// Badge, title, claim, source, question.
std::string header_section(const Results& results, const std::vector<Verdict>& verdicts);

// What each variant changes in the base.
std::string runs_section(const Experiment& experiment);

// Events, then the plots in groups.
std::string plots_section(const Results& results, const Plots& plots, const std::vector<ToldEvent>& events);

// The list of events with the numbers that are on the plots' flags, and their table; empty without any.
std::string event_list(const Experiment& experiment, const std::vector<ToldEvent>& events);

// Maps of exponents, and what every tensor lost; empty where nothing was traced.
std::string tensors_section(const Experiment& experiment, const TensorTrace& trace);
std::string loss_table(const Experiment& experiment, const std::vector<TensorLoss>& losses);

// Where a sweep breaks: sentences, the places of the diagrams, tables.
std::string phase_section(const Phase& phase);

// What a worker sent, beside an uncompressed all-reduce; empty where nothing was.
std::string traffic_section(const Results& results);

// How to repeat the runs: command, digest, resolved specification.
std::string repeat_section(const Results& results);

// The run's name beside the line and marker its curves have (page.js draws them).
std::string run_label(const Experiment& experiment, std::size_t variant);

// The first few sentences of one kind make the point.
std::string notes(const std::vector<std::string>& sentences);

std::string details(std::string_view css_class, std::string_view summary, const std::string& content,
                    bool open = false);

}  // namespace halfstep
