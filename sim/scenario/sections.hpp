// The tables of a scenario whose keys do not depend on a kind, as schemas like any other, so that
// one check serves them all.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "halfstep/spec/schema.hpp"

namespace halfstep {

inline constexpr std::int64_t most_steps = 100'000'000;
inline constexpr std::uint64_t most_runs = 100'000;  // variants x seeds
inline constexpr std::size_t most_variants = 10'000;
inline constexpr std::size_t most_values = 4'000'000;  // over all runs, inherited ones counted again

const KindSchema& header_section();     // the texts at the top of the file
const KindSchema& workers_section();    // [workers]
const KindSchema& run_section();        // [run]
const KindSchema& program_section();    // [program]
const KindSchema& injection_section();  // [[inject]]
const KindSchema& group_section();      // [[optimizer.group]]
const KindSchema& precision_section();  // [precision] without the roles
const KindSchema& role_section();
const KindSchema&
accumulator_section();  // role_section, and how sums are added up         // a role written as a table
const KindSchema& expectation_section();  // [[expect]] without the comparisons
const KindSchema& bound_section();        // a comparison with another run

// Keys of [optimizer] beside kind and the kind's parameters.
std::span<const std::string> optimizer_extras();

// What a run is made of: the tables a variant and --set may change.
std::span<const std::string> run_tables();

// What a table means that writes no kind.
inline constexpr const char* default_engine = "plain";
inline constexpr const char* default_loss_scale = "none";

}  // namespace halfstep
