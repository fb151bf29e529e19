#include <algorithm>

#include "axis_reader.hpp"
#include "halfstep/spec/wording.hpp"
#include "sweep_reader.hpp"

namespace halfstep {

std::vector<std::string> verdict_names(const Sweep& sweep) {
    std::vector<std::string> names;
    for (const VerdictRule& rule : sweep.verdicts) names.push_back(rule.name);
    for (const VerdictDoc& doc : builtin_verdicts())
        if (std::find(names.begin(), names.end(), doc.name) == names.end()) names.emplace_back(doc.name);
    return names;
}

std::vector<std::string> sweep_summary_metrics(const Sweep& sweep) {
    std::vector<std::string> names;
    for (const BoundarySearch& search : sweep.boundaries) {
        names.push_back(search.name);
        if (!search.theory.empty()) names.push_back(search.name + "_ratio");
        names.push_back(search.name + "_runs");
    }
    for (const std::string& verdict : verdict_names(sweep)) names.push_back("share(" + verdict + ")");
    return names;
}

const SweepValue* find_value(const SweepKey& key, const Tree& written) {
    const std::string text = axis_text(written);
    const auto* x = std::get_if<double>(&written.data);
    const auto* i = std::get_if<std::int64_t>(&written.data);
    for (const SweepValue& known : key.values) {
        const bool same_number = key.scale != AxisScale::named &&
                                 ((x && known.position == *x) || (i && known.position == static_cast<double>(*i)));
        if (known.text == text || same_number) return &known;
    }
    return nullptr;
}

std::vector<std::pair<std::string, std::string>> read_sweep_point(const SectionReader& reader, const Tree& table,
                                                                  const Sweep& sweep, const std::string& path) {
    if (!table.table())
        reader.fail(table.place, path, "found " + describe(table) + "; accepted: a table of axes and values");
    std::vector<std::pair<std::string, std::string>> point;
    const std::vector<std::string> keys = key_names(sweep);
    const auto add = [&](const std::string& written, const Tree& value, const Place& place, auto&& self) -> void {
        for (const SweepAxis& axis : sweep.axes)
            for (const SweepKey& key : axis.keys) {
                if (written != key.key && written != short_key(key.key, keys)) continue;
                if (const SweepValue* known = find_value(key, value)) {
                    for (const auto& [named, other] : point)
                        if (named == key.key) reader.fail(place, path, in_quotes(named) + " is named twice");
                    point.emplace_back(key.key, known->text);
                    return;
                }
                std::vector<std::string> texts;
                for (const SweepValue& known : key.values) texts.push_back(known.text);
                reader.fail(value.place, path + "." + written, unknown_name("value", axis_text(value), texts));
            }
        if (value.table()) {
            for (const Entry& entry : *value.table()) self(written + "." + entry.key, entry.value, entry.place, self);
            return;
        }
        reader.fail(place, path, unknown_name("axis", written, keys));
    };
    for (const Entry& entry : *table.table()) add(entry.key, entry.value, entry.place, add);
    return point;
}

}  // namespace halfstep
