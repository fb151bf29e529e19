#include "sweep_reader.hpp"

#include <set>

#include "halfstep/spec/wording.hpp"
#include "sweep_parser.hpp"
#include "sweep_sections.hpp"

namespace halfstep {

namespace {

constexpr std::int64_t curves_up_to = 2000;  // runs; more keep no curves unless asked

}  // namespace

SweepParser::SweepParser(std::shared_ptr<const SourceMap> source, const Catalogue& catalogue,
                         const std::string& scenario, std::vector<RunTree> runs, const std::vector<RunSpec>& specs,
                         const std::vector<std::uint64_t>& seeds)
    : source_(std::move(source)),
      catalogue_(catalogue),
      scenario_(scenario),
      all_(std::move(runs)),
      specs_(specs),
      seeds_(seeds),
      reader_(catalogue, source_->inputs) {}

std::shared_ptr<const SweepPlan> SweepParser::read(const Tree& table) {
    if (!table.table()) reader_.fail(table.place, "sweep", "found " + describe(table) + "; accepted: a table");
    Tree options = table;
    options.data = std::vector<Entry>{};
    for (const Entry& entry : *table.table()) {
        if (entry.key == "verdict" || entry.key == "zip" || entry.key == "series") continue;
        if (find_parameter(sweep_section(), entry.key))
            options.table()->push_back(entry);
        else
            collect_axes(entry.key, entry.value, entry.place);
    }
    if (written_.empty() && !source_->base.find("boundary"))
        reader_.fail(table.place, "sweep", "no axis; accepted: keys of the run, as in \"optimizer.lr\" = [1e-3, 1e-2]");
    const Configured section = reader_.read(&options, table.place, sweep_section(), "sweep");
    sweep_.seeds = section.has("seeds") ? seeds_of(section, *table.find("seeds"), "sweep.seeds") : seeds_;
    sweep_.theory = section.text("theory");
    choose_runs(section, table);
    for (const WrittenAxis& axis : written_) add_axis(axis);
    if (const Tree* zip = table.find("zip")) join_axes(*zip);
    read_rules(table.find("verdict"));
    read_metrics(section, table);
    read_boundaries();
    auto plan = std::make_shared<GridPlan>(sweep_, axes_, searches_, swept_, source_, catalogue_, scenario_);
    const std::int64_t size = plan->size(), limit = section.integer("limit");
    if (size > limit)
        reader_.fail(table.place, "sweep",
                     (size == countless_runs ? "at least " : "") + std::to_string(size) + " runs (" + sizes_text() +
                         "); accepted: at most " + std::to_string(limit) +
                         ", or a larger sweep.limit if all of them are meant");
    sweep_.size = size;
    sweep_.curves = section.has("curves") ? section.boolean("curves") : size <= curves_up_to;
    read_kept(table.find("series"));
    return std::make_shared<GridPlan>(sweep_, axes_, searches_, swept_, source_, catalogue_, scenario_);
}

std::vector<std::uint64_t> SweepParser::seeds_of(const Configured& section, const Tree& written,
                                                 const std::string& path) const {
    std::vector<std::uint64_t> seeds;
    std::set<std::int64_t> seen;
    for (const std::int64_t seed : section.integers("seeds")) {
        if (!seen.insert(seed).second)
            reader_.fail(written.place, path, "seed " + std::to_string(seed) + " is listed twice");
        seeds.push_back(std::uint64_t(seed));
    }
    if (seeds.empty()) reader_.fail(written.place, path, "found an empty list; accepted: at least one seed");
    return seeds;
}

std::string SweepParser::sizes_text() const {
    std::string text = std::to_string(sweep_.runs.size()) + (sweep_.runs.size() == 1 ? " variant" : " variants");
    for (const SweepAxis& axis : sweep_.axes)
        text += " x " + std::to_string(axis.size()) + " of " + axis.keys.front().key;
    return text + " x " + std::to_string(sweep_.seeds.size()) + (sweep_.seeds.size() == 1 ? " seed" : " seeds");
}

std::shared_ptr<const SweepPlan> read_sweep(std::shared_ptr<const SourceMap> source, const Catalogue& catalogue,
                                            const std::string& scenario, std::vector<RunTree> runs,
                                            const std::vector<RunSpec>& specs,
                                            const std::vector<std::uint64_t>& seeds) {
    const Tree* table = source->base.find("sweep");
    const Tree* boundary = source->base.find("boundary");
    if (!table && !boundary) return nullptr;
    // A search alone is made at one point: the runs as they are.
    const Tree no_axes{boundary ? boundary->place : table->place, std::vector<Entry>{}};
    return SweepParser(source, catalogue, scenario, std::move(runs), specs, seeds).read(table ? *table : no_axes);
}

}  // namespace halfstep
