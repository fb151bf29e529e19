// The bits a scenario's runs had when they were recorded (results/reference/NAME.json): what
// `halfstep run --verify` compares with and `--record-reference` writes. JSON, one line a run, so that
// a change of one run is a change of one line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "halfstep/trace/run_bits.hpp"

namespace halfstep {

struct ReferenceBits {
    std::string scenario;
    std::vector<RunBits> runs;
    const RunBits* find(std::string_view run, std::uint64_t seed) const;  // nullptr: none
    bool operator==(const ReferenceBits&) const = default;
};

std::filesystem::path reference_file(const std::filesystem::path& folder, const std::string& scenario);

// nullopt where the folder has none for this scenario. A damaged one is a ResultError.
std::optional<ReferenceBits> read_reference(const std::filesystem::path& folder, const std::string& scenario);

// Replaces the scenario's file; the folder is made where there is none. ResultError.
void write_reference(const std::filesystem::path& folder, const ReferenceBits& reference);

}  // namespace halfstep
