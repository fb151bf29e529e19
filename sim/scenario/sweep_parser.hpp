// The parser of [sweep] and [boundary]: what they say, checked against the runs they are about. Its parts are in
// sweep_reader.cpp (the whole), sweep_axes.cpp, sweep_rules.cpp (runs, verdicts, metrics, series) and
// boundary_reader.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "axis_reader.hpp"
#include "grid_plan.hpp"
#include "section_reader.hpp"
#include "source_map.hpp"
#include "sweep_reader.hpp"

namespace halfstep {

class SweepParser {
public:
    SweepParser(std::shared_ptr<const SourceMap> source, const Catalogue& catalogue, const std::string& scenario,
                std::vector<RunTree> runs, const std::vector<RunSpec>& specs, const std::vector<std::uint64_t>& seeds);
    std::shared_ptr<const SweepPlan> read(const Tree& table);

private:
    struct WrittenAxis {
        std::string key;
        const Tree* value;
    };

    // Keys may be written with dots in quotes, as dotted keys, or as tables in tables.
    void collect_axes(const std::string& key, const Tree& value, const Place& place);
    std::vector<std::uint64_t> seeds_of(const Configured& section, const Tree& written, const std::string& path) const;
    void choose_runs(const Configured& section, const Tree& table);
    // The parameter of a key in the first run that knows it, and which do.
    Parameter find_key(const std::string& key, const Place& place, const std::string& path, std::vector<bool>& known);
    std::string nearest(const std::string& key) const;
    void add_axis(const WrittenAxis& written);
    int axis_named(const std::string& key) const;
    void join_axes(const Tree& zip);
    void join(std::size_t first, std::size_t other);
    void check_metric(const std::string& metric, const Place& place, const std::string& path) const;
    void read_rules(const Tree* list);
    void read_metrics(const Configured& section, const Tree& table);
    void add_metric(const std::string& metric);
    void read_boundaries();
    void read_boundary(const Tree& table, std::size_t index);
    void read_kept(const Tree* series);
    std::string sizes_text() const;

    std::shared_ptr<const SourceMap> source_;
    const Catalogue& catalogue_;
    const std::string& scenario_;
    std::vector<RunTree> all_, swept_;
    const std::vector<RunSpec>& specs_;
    std::vector<const RunSpec*> swept_specs_;
    const std::vector<std::uint64_t>& seeds_;
    SectionReader reader_;
    Sweep sweep_;
    std::vector<WrittenAxis> written_;
    std::vector<GridPlan::Axis> axes_;
    std::vector<GridPlan::Search> searches_;
    std::vector<std::pair<bool, bool>> ranges_;  // of each axis: written as a range, whole numbers only
};

}  // namespace halfstep
