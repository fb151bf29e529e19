#include "axis_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr double log_from = 20;  // a list of positive numbers that spans this factor is shown on a logarithmic axis

const KindSchema& range_section() {
    using enum ValueType;
    static const Value absent;
    static const KindSchema section{
        "axis",
        "values of a swept key",
        {{"log", {numbers}, absent, "lowest and highest, evenly spaced logarithms"},
         {"linear", {numbers}, absent, "lowest and highest, evenly spaced"},
         {"points", {integer}, absent, "how many, both ends included", Range::between(2, double(most_axis_points))}}};
    return section;
}

// The braces of "e5m{2..10}".
struct Braces {
    std::string before, after;
    std::int64_t first = 0, last = 0;
};
std::optional<Braces> find_braces(const std::string& text) {
    const std::size_t open = text.find('{'), close = text.find('}', open), dots = text.find("..", open);
    if (open == std::string::npos || close == std::string::npos || dots > close) return std::nullopt;
    Braces braces{text.substr(0, open), text.substr(close + 1)};
    const auto whole = [&](std::size_t begin, std::size_t end, std::int64_t& number) {
        const auto [stop, error] = std::from_chars(text.data() + begin, text.data() + end, number);
        return error == std::errc() && stop == text.data() + end;
    };
    if (!whole(open + 1, dots, braces.first) || !whole(dots + 2, close, braces.last)) return std::nullopt;
    return braces;
}

bool takes_only_integers(const Parameter& parameter) {
    return std::all_of(parameter.accepts.begin(), parameter.accepts.end(),
                       [](ValueType type) { return type == ValueType::integer; });
}

std::optional<double> number_of(const Tree& tree) {
    if (const auto* x = std::get_if<double>(&tree.data)) return *x;
    if (const auto* i = std::get_if<std::int64_t>(&tree.data)) return static_cast<double>(*i);
    return std::nullopt;
}

class AxisReader {
public:
    AxisReader(const SectionReader& reader, const std::string& key, const Parameter& parameter, std::string path)
        : reader_(reader), path_(std::move(path)) {
        axis_.key.key = key;
        axis_.whole = takes_only_integers(parameter);
    }

    AxisValues read(const Tree& value) {
        axis_.place = value.place;
        if (const auto* list = value.list())
            axis_.trees = *list;
        else if (const Tree* values = value.table() && value.table()->size() == 1 ? value.find("values") : nullptr;
                 values && values->list())
            axis_.trees = *values->list();
        else if (value.table())
            read_range(value);
        else if (const auto braces = value.text() ? find_braces(*value.text()) : std::nullopt)
            read_braces(value, *braces);
        else
            reader_.fail(value.place, path_,
                         "found " + describe(value) +
                             "; accepted: a list, { log = [from, to], points = n }, { linear = [from, to], points = n "
                             "}, a text with whole numbers in braces such as \"e5m{2..10}\"");
        if (axis_.trees.empty()) reader_.fail(value.place, path_, "found an empty list; accepted: at least one value");
        describe_values();
        return std::move(axis_);
    }

private:
    void read_range(const Tree& table) {
        const Configured range = reader_.read(&table, table.place, range_section(), path_);
        const bool log = range.has("log");
        if (log == range.has("linear")) reader_.fail(table.place, path_, "accepted: one of log and linear");
        if (!range.has("points")) reader_.fail(table.place, path_, "missing \"points\": how many values");
        const std::vector<double> ends = range.numbers(log ? "log" : "linear");
        if (ends.size() != 2 || !(ends[0] < ends[1]) || (log && !(ends[0] > 0)))
            reader_.fail(table.find(log ? "log" : "linear")->place, path_,
                         std::string("accepted: the lowest and the highest value") + (log ? ", both above 0" : ""));
        constexpr double largest_whole = 1e15;
        if (axis_.whole && (ends[0] < -largest_whole || ends[1] > largest_whole))
            reader_.fail(table.find(log ? "log" : "linear")->place, path_,
                         "accepted: whole numbers of at most fifteen digits");
        const std::int64_t points = range.integer("points");
        for (std::int64_t i = 0; i < points; ++i) {
            const double share = static_cast<double>(i) / static_cast<double>(points - 1);
            double x =
                log ? ends[0] * std::exp(share * std::log(ends[1] / ends[0])) : ends[0] + share * (ends[1] - ends[0]);
            // Both ends are what is written.
            x = i == 0 ? ends[0] : i == points - 1 ? ends[1] : rounded_to_digits(x);
            add_number(x, table.place);
        }
        axis_.range = true;
        axis_.key.scale = log ? AxisScale::logarithmic : AxisScale::linear;
    }

    void add_number(double x, const Place& place) {
        Tree tree;
        tree.place = place;
        if (axis_.whole) {
            const auto whole = static_cast<std::int64_t>(std::llround(x));
            if (!axis_.trees.empty() && std::get<std::int64_t>(axis_.trees.back().data) == whole) return;
            tree.data = whole;
        } else {
            tree.data = x;
        }
        axis_.trees.push_back(std::move(tree));
    }

    void read_braces(const Tree& value, const Braces& braces) {
        if (std::fabs(double(braces.last) - double(braces.first)) >= double(most_axis_points))
            reader_.fail(value.place, path_,
                         "found " + describe(value) + "; accepted: at most " + std::to_string(most_axis_points) +
                             " numbers in the braces");
        // By their number: the last may be the largest there is.
        const bool falls = braces.last < braces.first;
        const std::int64_t count = 1 + (falls ? braces.first - braces.last : braces.last - braces.first);
        const bool bare = braces.before.empty() && braces.after.empty();
        for (std::int64_t n = 0; n < count; ++n) {
            const std::int64_t i = braces.first + (falls ? -n : n);
            Tree tree;
            tree.place = value.place;
            if (bare)
                tree.data = i;
            else
                tree.data = braces.before + std::to_string(i) + braces.after;
            axis_.trees.push_back(std::move(tree));
            positions_.push_back(static_cast<double>(i));
        }
    }

    void describe_values() {
        std::set<std::string> seen;
        bool numbers = true, positive = true;
        double lowest = HUGE_VAL, highest = -HUGE_VAL;
        for (std::size_t i = 0; i < axis_.trees.size(); ++i) {
            const Tree& tree = axis_.trees[i];
            const auto number = number_of(tree);
            SweepValue value{axis_text(tree), number ? *number : static_cast<double>(i)};
            if (!positions_.empty()) value.position = positions_[i];
            // Lines of a journal and of a table hold it.
            if (std::any_of(value.text.begin(), value.text.end(), [](char c) { return c >= 0 && c < ' '; }))
                reader_.fail(tree.place, path_,
                             "found a text with a control character; accepted: texts of one line without tabs");
            if (value.text.empty()) reader_.fail(tree.place, path_, "found \"\"; accepted: texts that are not empty");
            if (!seen.insert(value.text).second)
                reader_.fail(tree.place, path_, in_quotes(value.text) + " is listed twice");
            numbers = numbers && (number || !positions_.empty());
            positive = positive && value.position > 0;
            lowest = std::min(lowest, value.position), highest = std::max(highest, value.position);
            axis_.key.values.push_back(std::move(value));
        }
        if (!numbers)
            axis_.key.scale = AxisScale::named;
        else if (!axis_.range && positive && highest >= log_from * lowest)
            axis_.key.scale = AxisScale::logarithmic;
    }

    const SectionReader& reader_;
    std::string path_;
    AxisValues axis_;
    std::vector<double> positions_;  // of values made from braces
};

}  // namespace

bool is_axis(const Tree& value) {
    if (value.text()) return find_braces(*value.text()).has_value();
    return value.find("points") && (value.find("log") || value.find("linear"));
}

std::string axis_text(const Tree& value) {
    struct Write {
        bool top;
        std::string operator()(bool b) const { return b ? "true" : "false"; }
        std::string operator()(std::int64_t i) const { return std::to_string(i); }
        std::string operator()(double x) const { return number_text(x); }
        std::string operator()(const std::string& text) const {
            if (top) return text;
            std::string quoted = "\"";
            for (const char c : text) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
            return quoted + '"';
        }
        std::string operator()(const std::vector<Tree>& list) const {
            std::string text = "[";
            for (const Tree& item : list) text += (text.size() > 1 ? ", " : "") + std::visit(Write{false}, item.data);
            return text + "]";
        }
        std::string operator()(const std::vector<Entry>& table) const {
            std::string text = "{ ";
            for (const Entry& entry : table)
                text += (text.size() > 2 ? ", " : "") + entry.key + " = " + std::visit(Write{false}, entry.value.data);
            return text + " }";
        }
    };
    return std::visit(Write{true}, value.data);
}

AxisValues read_axis(const SectionReader& reader, const Tree& value, const std::string& key, const Parameter& parameter,
                     const std::string& path) {
    return AxisReader(reader, key, parameter, path).read(value);
}

}  // namespace halfstep
