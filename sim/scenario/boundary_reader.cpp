#include <algorithm>

#include "halfstep/spec/wording.hpp"
#include "run_key.hpp"
#include "sweep_parser.hpp"
#include "sweep_sections.hpp"

namespace halfstep {

void SweepParser::read_boundaries() {
    const Tree* written = source_->base.find("boundary");
    if (!written) return;
    std::vector<const Tree*> tables;
    if (written->table())
        tables = {written};
    else
        tables = reader_.read_tables(written, "boundary");
    for (const Tree* table : tables) read_boundary(*table, tables.size() > 1 ? sweep_.boundaries.size() : SIZE_MAX);
}

void SweepParser::read_boundary(const Tree& table, std::size_t index) {
    const std::string path = index == SIZE_MAX ? "boundary" : "boundary[" + std::to_string(index) + "]";
    Tree rest = table;
    Tree range;
    range.place = table.place;
    std::vector<Entry> range_entries;
    for (const Entry& entry : *table.table())
        if (entry.key == "log" || entry.key == "linear" || entry.key == "points" || entry.key == "values")
            range_entries.push_back(entry);
    std::erase_if(*rest.table(), [](const Entry& e) {
        return e.key == "log" || e.key == "linear" || e.key == "points" || e.key == "values";
    });
    static const std::vector<std::string> extras = {"log", "linear", "points", "values"};
    const Configured one = reader_.read(&rest, table.place, boundary_section(), path, extras);
    BoundarySearch search;
    search.name = one.text("name");
    for (const BoundarySearch& other : sweep_.boundaries)
        if (other.name == search.name)
            reader_.fail(table.place, path + ".name", in_quotes(search.name) + " is the name of an earlier one");
    search.largest = one.text("find") == "largest";
    search.holds = one.text("holds");
    search.resolution = one.number("resolution");
    search.theory = one.text("theory");
    search.seeds = one.has("seeds") ? seeds_of(one, *table.find("seeds"), path + ".seeds") : sweep_.seeds;
    const std::vector<std::string> verdicts = verdict_names(sweep_);
    if (std::find(verdicts.begin(), verdicts.end(), search.holds) == verdicts.end())
        reader_.fail(table.find("holds") ? table.find("holds")->place : table.place, path + ".holds",
                     unknown_name("verdict", search.holds, verdicts));
    const std::string key = one.text("axis");
    const Place place = table.find("axis")->place;
    GridPlan::Search plan;
    const int axis = axis_named(key);
    bool is_range = false;
    if (axis >= 0 && range_entries.empty()) {
        const SweepAxis& swept = sweep_.axes[std::size_t(axis)];
        if (swept.keys.size() > 1)
            reader_.fail(place, path + ".axis",
                         in_quotes(key) + " moves together with other keys; accepted: an axis of its own");
        search.key = swept.keys.front();
        search.swept = true;
        is_range = ranges_[std::size_t(axis)].first;
        search.whole = ranges_[std::size_t(axis)].second;
        plan.key = axes_[std::size_t(axis)].keys.front();
        plan.axis = axis;
        plan.known = axes_[std::size_t(axis)].known.front();
    } else {
        const Parameter parameter = find_key(key, place, path + ".axis", plan.known);
        if (axis >= 0)
            reader_.fail(range_entries.front().place, path,
                         in_quotes(key) + " is an axis of [sweep], which says its values");
        if (range_entries.empty())
            reader_.fail(
                place, path,
                in_quotes(key) + " is no axis of [sweep]; accepted: its range, as in log = [1e-4, 1], points = 5");
        if (range_entries.size() == 1 && range_entries.front().key == "values") {
            range = range_entries.front().value;
        } else {
            const auto has_points = std::any_of(range_entries.begin(), range_entries.end(),
                                                [](const Entry& e) { return e.key == "points"; });
            if (!has_points) {
                Tree points;
                points.place = table.place;
                points.data = std::int64_t(5);
                range_entries.push_back({"points", table.place, points});
            }
            range.data = range_entries;
        }
        AxisValues values = read_axis(reader_, range, key, parameter, path);
        search.key = values.key;
        is_range = values.range;
        search.whole = values.whole;
        plan.key = {key_parts(key), std::move(values.trees), values.place};
    }
    for (std::size_t i = 1; i < search.key.values.size(); ++i)
        if (search.key.values[i].position <= search.key.values[i - 1].position)
            reader_.fail(place, path + ".axis",
                         "the values of " + in_quotes(key) + " do not ascend; accepted: an axis that does");
    search.refine = is_range;
    sweep_.boundaries.push_back(std::move(search));
    searches_.push_back(std::move(plan));
}

}  // namespace halfstep
