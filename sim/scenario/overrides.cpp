#include "overrides.hpp"

#include <algorithm>
#include <charconv>

#include "axis_reader.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "halfstep/spec/wording.hpp"
#include "merge.hpp"
#include "run_key.hpp"
#include "sections.hpp"
#include "toml_reader.hpp"
#include "toml_scan.hpp"

namespace halfstep {

namespace {

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string without_blanks(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "optimizer.lr" to its names.
std::vector<std::string> split_key(const std::string& key, const Place& place, const InputNames& inputs) {
    std::vector<std::string> names(1);
    for (const char c : key) {
        if (c == '.')
            names.emplace_back();
        else if (is_key_character(c))
            names.back() += c;
        else
            inputs.fail(place, "found " + in_quotes(key) + "; accepted: names joined by dots, as in optimizer.lr");
    }
    if (std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); }))
        inputs.fail(place,
                    "an empty name in " + in_quotes(key) + "; accepted: names joined by dots, as in optimizer.lr");
    if (names.size() > deepest_nesting) inputs.fail(place, "too many names in the key");
    const auto tables = run_tables();
    std::vector<std::string> known(tables.begin(), tables.end());
    known.emplace_back("sweep");
    if (std::find(known.begin(), known.end(), names.front()) == known.end())
        inputs.fail(place, unknown_name("key", names.front(), known));
    return names;
}

bool takes_lists(const Parameter& parameter) {
    return std::any_of(parameter.accepts.begin(), parameter.accepts.end(), [](ValueType type) {
        return type == ValueType::numbers || type == ValueType::integers || type == ValueType::texts ||
               type == ValueType::table || type == ValueType::entries;
    });
}

// A value that its key cannot take itself makes the key an axis: a range, a text with braces, or a list where the key
// takes single values.
bool makes_axis(const Tree& base, const std::vector<std::string>& names, const Tree& value,
                const Catalogue& catalogue) {
    if (is_axis(value)) return true;
    if (!value.list()) return false;
    const auto parameter = find_run_key(base, names, catalogue);
    return parameter && !takes_lists(*parameter);
}

// Takes out what [sweep] has under the key, which may be written with dots in quotes, as dotted keys, or as tables.
void remove_axis(Tree& table, const std::string& key) {
    for (Entry& entry : *table.table())
        if (entry.value.table() && key.starts_with(entry.key + "."))
            remove_axis(entry.value, key.substr(entry.key.size() + 1));
    std::erase_if(*table.table(), [&](const Entry& entry) {
        const bool emptied = entry.value.table() && entry.value.table()->empty() && key.starts_with(entry.key + ".");
        return entry.key == key || emptied;
    });
}

// [sweep] with one more axis, in place of the one it had for the key.
void set_axis(Tree& base, const std::string& key, Tree value, const Place& place) {
    if (!base.find("sweep")) base.table()->push_back({"sweep", place, Tree{place, std::vector<Entry>{}}});
    Tree& sweep = find_entry(*base.table(), "sweep")->value;
    if (!sweep.table()) return;
    remove_axis(sweep, key);
    sweep.table()->push_back({key, place, std::move(value)});
}

}  // namespace

void apply_sets(Tree& base, const std::vector<std::string>& sets, InputNames& inputs, const Catalogue& catalogue,
                std::vector<DroppedEntry>& dropped) {
    for (const std::string& set : sets) {
        const std::size_t equals = set.find('=');
        if (equals == std::string::npos)
            throw ScenarioError({"--set", 0, 0}, "found " + in_quotes(set) + "; accepted: key=value");
        const std::string key = without_blanks(set.substr(0, equals));
        inputs.set_keys.push_back(in_quotes(key) == '"' + key + '"' ? key : in_quotes(key));
        const int index = static_cast<int>(inputs.set_keys.size()) - 1;
        const Place place{1, 1, index};
        const std::vector<std::string> names = split_key(key, place, inputs);
        Tree value = read_set_value(without_blanks(set.substr(equals + 1)), inputs, index);
        if (names.front() == "sweep")
            set_axis(base, key.substr(key.find('.') + 1), std::move(value), place);
        else if (makes_axis(base, names, value, catalogue))
            set_axis(base, key, std::move(value), place);
        else
            merge_run(base, table_of(names, std::move(value), place), catalogue, dropped);
    }
}

std::vector<std::uint64_t> parse_seeds(std::string_view text) {
    const auto fail = [&](const std::string& message) {
        throw ScenarioError({"--seeds", 0, 0}, message + "; accepted: seeds and ranges as in 1,2,5-8");
    };
    std::vector<std::uint64_t> seeds;
    const auto number = [&](std::string_view digits) {
        std::int64_t seed = -1;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
        if (error != std::errc() || end != digits.data() + digits.size() || seed < 0)
            fail("found " + in_quotes(digits) + ", not a seed");
        return static_cast<std::uint64_t>(seed);
    };
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view item = text.substr(0, comma);
        const std::size_t dash = item.find('-');
        const std::uint64_t first = number(item.substr(0, dash));
        const std::uint64_t last = dash == std::string_view::npos ? first : number(item.substr(dash + 1));
        if (last < first || last - first >= most_runs || seeds.size() + (last - first) >= most_runs)
            fail("found the range " + in_quotes(item) + ", empty or with too many seeds");
        for (std::uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
        if (comma == text.size()) break;
        text.remove_prefix(comma + 1);
    }
    std::vector<std::uint64_t> sorted = seeds;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) fail("seed " + std::to_string(*twice) + " is listed twice");
    return seeds;
}

}  // namespace halfstep
