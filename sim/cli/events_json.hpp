// What `halfstep run --progress json` writes to standard error: one JSON object a line, in the order
// of what happens. docs/terminal.md lists the events and their keys.
#pragma once

#include <string>

#include "bits_check.hpp"
#include "halfstep/report/verdict.hpp"
#include "halfstep/spec/experiment.hpp"
#include "progress.hpp"

namespace halfstep {

void write_start_event(const Experiment& experiment);
void write_note_event(const std::string& scenario, const std::string& note);
void write_verdict_event(const std::string& scenario, const Verdict& verdict);
void write_bits_event(const std::string& scenario, const CheckedRun& run);
// `report`: the page's path, or nothing.
void write_finish_event(const std::string& scenario, const VerdictCounts& counts, bool interrupted,
                        const std::string& report);

}  // namespace halfstep
