// The pages as text.
#pragma once

#include <string>
#include <vector>

#include "halfstep/report/curves.hpp"
#include "halfstep/report/phase.hpp"
#include "halfstep/report/tensors.hpp"
#include "halfstep/report/verdict.hpp"
#include "halfstep/trace/results.hpp"

namespace halfstep {

// A whole document around `body`: style and program inline, nothing fetched from anywhere.
std::string document(const std::string& title, const std::string& style, const std::string& body);

struct ReportData {
    const Results& results;
    const Plots& plots;
    const TensorTrace& tensors;
    const std::vector<Verdict>& verdicts;
    const Phase* phase = nullptr;   // of a scenario that sweeps
    std::string phase_curves = {};  // their JSON
};
std::string report_page(const ReportData& data);

}  // namespace halfstep
