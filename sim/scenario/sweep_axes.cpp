#include <algorithm>

#include "halfstep/spec/wording.hpp"
#include "run_key.hpp"
#include "sections.hpp"
#include "sweep_parser.hpp"
#include "sweep_sections.hpp"

namespace halfstep {

void SweepParser::collect_axes(const std::string& key, const Tree& value, const Place& place) {
    const std::vector<std::string> parts = key_parts(key);
    const auto tables = run_tables();
    if (std::find(tables.begin(), tables.end(), parts.front()) == tables.end()) {
        std::vector<std::string> known = {"zip", "verdict", "series"};
        for (const Parameter& p : sweep_section().parameters) known.push_back(p.name);
        known.insert(known.end(), tables.begin(), tables.end());
        reader_.fail(place, "sweep", unknown_name("key", parts.front(), known));
    }
    const bool values =
        is_axis(value) || !value.table() || value.find("values") || value.find("log") || value.find("linear");
    if (values) {
        written_.push_back({key, &value});
        return;
    }
    for (const Entry& entry : *value.table()) collect_axes(key + "." + entry.key, entry.value, entry.place);
}

Parameter SweepParser::find_key(const std::string& key, const Place& place, const std::string& path,
                                std::vector<bool>& known) {
    const std::vector<std::string> parts = key_parts(key);
    std::optional<Parameter> parameter;
    for (const RunTree& run : swept_) {
        const auto found = find_run_key(run.tree, parts, catalogue_);
        known.push_back(found.has_value());
        if (found && !parameter) parameter = found;
    }
    if (!parameter)
        reader_.fail(place, path,
                     "no run knows the key " + in_quotes(key) + nearest(key) +
                         ". Accepted: keys of the swept runs, written as in \"optimizer.lr\"");
    return *parameter;
}

std::string SweepParser::nearest(const std::string& key) const {
    std::vector<std::string> keys;
    for (const RunTree& run : swept_)
        for (const std::string& known : run_keys(run.tree, catalogue_)) keys.push_back(known);
    const auto near = nearest_name(key, keys);
    return near ? "; did you mean " + in_quotes(*near) + "?" : "";
}

void SweepParser::add_axis(const WrittenAxis& written) {
    for (const SweepAxis& axis : sweep_.axes)
        if (axis.keys.front().key == written.key)
            reader_.fail(written.value->place, "sweep", in_quotes(written.key) + " is written twice");
    std::vector<bool> known;
    const Parameter parameter = find_key(written.key, written.value->place, "sweep", known);
    AxisValues values = read_axis(reader_, *written.value, written.key, parameter, "sweep." + written.key);
    ranges_.push_back({values.range, values.whole});
    sweep_.axes.push_back({{values.key}});
    axes_.push_back({{{key_parts(written.key), std::move(values.trees), values.place}},
                     {std::move(known)},
                     int(values.key.values.size())});
}

int SweepParser::axis_named(const std::string& key) const {
    for (std::size_t a = 0; a < sweep_.axes.size(); ++a)
        for (const SweepKey& k : sweep_.axes[a].keys)
            if (k.key == key) return int(a);
    return -1;
}

void SweepParser::join_axes(const Tree& zip) {
    const auto refuse = [&](const Tree& tree) {
        reader_.fail(tree.place, "sweep.zip",
                     "found " + describe(tree) +
                         "; accepted: lists of keys that move together, as in [[\"optimizer.lr\", \"run.steps\"]]");
    };
    if (!zip.list()) refuse(zip);
    for (const Tree& group : *zip.list()) {
        if (!group.list() || group.list()->size() < 2) refuse(group);
        int first = -1;
        for (const Tree& name : *group.list()) {
            if (!name.text()) refuse(name);
            const int axis = axis_named(*name.text());
            if (axis < 0) reader_.fail(name.place, "sweep.zip", unknown_name("axis", *name.text(), key_names(sweep_)));
            if (first < 0) {
                first = axis;
                continue;
            }
            if (axis == first) reader_.fail(name.place, "sweep.zip", in_quotes(*name.text()) + " is there twice");
            if (axes_[std::size_t(axis)].size != axes_[std::size_t(first)].size)
                reader_.fail(name.place, "sweep.zip",
                             in_quotes(*name.text()) + " has " + std::to_string(axes_[std::size_t(axis)].size) +
                                 " values, " + in_quotes(sweep_.axes[std::size_t(first)].keys.front().key) + " has " +
                                 std::to_string(axes_[std::size_t(first)].size) + "; accepted: as many");
            join(std::size_t(first), std::size_t(axis));
            if (axis < first) --first;
        }
    }
}

void SweepParser::join(std::size_t first, std::size_t other) {
    for (const SweepKey& key : sweep_.axes[other].keys) sweep_.axes[first].keys.push_back(key);
    for (auto& key : axes_[other].keys) axes_[first].keys.push_back(std::move(key));
    for (auto& known : axes_[other].known) axes_[first].known.push_back(std::move(known));
    const auto at = std::ptrdiff_t(other);
    sweep_.axes.erase(sweep_.axes.begin() + at);
    axes_.erase(axes_.begin() + at);
    ranges_.erase(ranges_.begin() + at);
}

}  // namespace halfstep
