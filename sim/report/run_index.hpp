// Finds the run a row of a CSV file belongs to. Rows of one run follow each other, so mostly it is the
// one before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "halfstep/trace/result_error.hpp"
#include "halfstep/trace/results.hpp"

namespace halfstep {

class RunIndex {
public:
    struct Place {
        std::size_t summary = 0, variant = 0;  // indices in Results::summaries and Experiment::runs
    };

    RunIndex(std::filesystem::path path, const Results& results);

    // ResultError, naming the file, for a run the manifest does not know.
    const Place& find(std::string_view run, std::uint64_t seed);

private:
    std::filesystem::path path_;
    std::map<std::pair<std::string, std::uint64_t>, Place> places_;
    std::string run_;
    std::uint64_t seed_ = 0;
    const Place* place_ = nullptr;
};

}  // namespace halfstep
