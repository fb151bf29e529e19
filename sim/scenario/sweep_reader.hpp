// [sweep] and [boundary] to a plan of runs.
#pragma once

#include <memory>

#include "halfstep/scenario/sweep_plan.hpp"
#include "run_reader.hpp"
#include "source_map.hpp"

namespace halfstep {

// A run's tree with everything merged, and where the run is written.
struct RunTree {
    std::string name;
    Tree tree;
    Place place;
};

// nullptr where the file (source->base) has no [sweep]. `runs`: base first, in file order, as `specs` are.
std::shared_ptr<const SweepPlan> read_sweep(std::shared_ptr<const SourceMap> source, const Catalogue& catalogue,
                                            const std::string& scenario, std::vector<RunTree> runs,
                                            const std::vector<RunSpec>& specs, const std::vector<std::uint64_t>& seeds);

// { "optimizer.lr" = 0.1, dimension = 4 }: some points of the sweep, keys in full or as short as they are unique.
// Fails at what is no axis or no value of it.
std::vector<std::pair<std::string, std::string>> read_sweep_point(const SectionReader& reader, const Tree& table,
                                                                  const Sweep& sweep, const std::string& path);

// The value of a key that is written so; nullptr where it has none.
const SweepValue* find_value(const SweepKey& key, const Tree& written);

// The names an expectation may use for a metric of a sweep beside its columns: "boundary", "boundary_ratio",
// "boundary_runs", "share(trains)".
std::vector<std::string> sweep_summary_metrics(const Sweep& sweep);
std::vector<std::string> verdict_names(const Sweep& sweep);

}  // namespace halfstep
