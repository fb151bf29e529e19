// events.csv: what went wrong in every run, one row an event (event.hpp); the operands stand in its
// sentence and in manifest.json.
#pragma once

#include <span>
#include <string>

#include "halfstep/trace/record.hpp"

namespace halfstep {

inline constexpr std::string_view events_header =
    "run,seed,kind,step,worker,piece,role,tensor,index,operation,exact,rounded,format,limit,sentence\n";

std::string events_csv_text(std::span<const RunSummary> summaries);

}  // namespace halfstep
