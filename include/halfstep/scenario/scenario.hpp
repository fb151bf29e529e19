// A scenario file (TOML) to an Experiment: variants applied, every default filled in, every value
// checked against the catalogue's schemas. The shape of the file is described in docs/scenarios.md.
//
// Limits, each an error with its place: 4 MiB a file, 64 levels of nesting, 50,000 keys and
// headers, 10,000 variants, 100,000 runs (variants x seeds), 10^8 steps a run, and 4 million values
// over all variants together (each variant carries a copy of what it inherits). Runs of a sweep are limited
// by sweep.limit.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "halfstep/scenario/scenario_error.hpp"
#include "halfstep/scenario/sweep_plan.hpp"
#include "halfstep/spec/experiment.hpp"
#include "halfstep/spec/schema.hpp"

namespace halfstep {

// What the command line changes. A `set` entry changes the base run, and so every variant that does
// not override the key itself; the last entry for a key counts.
struct Overrides {
    std::vector<std::string> set;      // "optimizer.lr=1e-3": a TOML value, or a bare word taken as a string
    std::vector<std::uint64_t> seeds;  // empty: the file's. Expectations for seeds not run are left out
};

// Where each key of a parsed scenario was written.
class SourceMap;

// An inherited key left out of a run because the run's new kind does not know it.
struct DroppedKey {
    std::string run;
    std::string key;  // "optimizer.freeze_step"
    Location written;
};

struct Scenario {
    Experiment experiment;
    std::vector<DroppedKey> dropped;  // in the order of the runs
    std::vector<std::string> notes;   // what a DeepSpeed configuration asks for and the run does not do
    std::shared_ptr<const SourceMap> source;
    std::shared_ptr<const SweepPlan> sweep;  // nullptr where the file has none

    // Where `key` ("model.data.samples", "optimizer.group[0].tensors") of a run was written. A key
    // that was defaulted: the nearest enclosing table that was written, then the variant, then the
    // first line of the file.
    Location locate(std::string_view key, std::string_view run) const;

    // Where exactly that key of that run was written (in the variant, else in the base run); nullopt
    // where the run has it by default.
    std::optional<Location> written(std::string_view key, std::string_view run) const;

    // What building a run found wrong, reported at its place.
    ScenarioError explain(const SpecError& error, std::string_view run) const;
};

// `file` names the text in messages and, without folder and extension, the experiment. Throws
// ScenarioError and nothing else (except std::bad_alloc), whatever the bytes are.
Scenario load_scenario(std::string_view text, const std::string& file, const Catalogue& catalogue,
                       const Overrides& overrides = {});

// The experiment alone.
Experiment parse_scenario(std::string_view text, const std::string& file, const Catalogue& catalogue,
                          const Overrides& overrides = {});

// "1,2,5-8": seeds of the command line, in that order. Throws ScenarioError at "--seeds".
std::vector<std::uint64_t> parse_seeds(std::string_view text);

}  // namespace halfstep
