#include "sweep_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "axis_reader.hpp"
#include "grid_plan.hpp"
#include "halfstep/spec/wording.hpp"
#include "run_key.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

constexpr std::int64_t most_sweep_runs = 100'000'000;
constexpr std::int64_t curves_up_to = 2000;  // runs; more keep no curves unless asked

const KindSchema& sweep_section() {
    using enum ValueType;
    static const Value absent, no_texts{std::vector<Value>()};
    static const KindSchema section{
        "sweep",
        "every run once more at every point of a grid",
        {{"seeds", {integers}, absent, "seeds of every point; as run.seeds unless given", Range::at_least(0)},
         {"runs", {texts}, no_texts, "which of base and the variants; all unless given"},
         {"metrics", {texts}, no_texts, "more columns of runs.csv"},
         {"curves", {boolean}, absent, "keep a thinned loss curve of every run; true up to 2,000 runs"},
         {"theory", {text}, Value{std::string()}, "a formula for the second axis, drawn over the diagrams"},
         {"limit",
          {integer},
          Value{sweep_limit},
          "most runs that are meant",
          Range::between(1, double(most_sweep_runs))}}};
    return section;
}

const KindSchema& boundary_section() {
    using enum ValueType;
    static const Value absent;
    static const KindSchema section{
        "boundary",
        "where on an axis a verdict stops holding",
        {{"name", {text}, Value{std::string("boundary")}, "what its metrics are called"},
         {"axis", {text}, std::nullopt, "the key that is searched"},
         {"range", {number}, absent, ""},  // read beside the schema
         {"find", {text}, Value{std::string("largest")}, "the end at which it holds", {}, {"largest", "smallest"}},
         {"holds", {text}, Value{std::string("trains")}, "the verdict"},
         {"resolution", {number}, Value{0.01}, "how near both sides are in the end", Range::above(0)},
         {"seeds", {integers}, absent, "as sweep.seeds unless given", Range::at_least(0)},
         {"theory", {text}, Value{std::string()}, "a formula of the other axes for it"}}};
    return section;
}

const KindSchema& rule_section() {
    using enum ValueType;
    static const Value absent;
    static const KindSchema section{"verdict",
                                    "a name for runs whose metric lies in a range",
                                    {{"name", {text}, std::nullopt, "one word"},
                                     {"metric", {text}, std::nullopt, "a metric of the run"},
                                     {"equals", {number}, absent, ""},
                                     {"below", {number}, absent, ""},
                                     {"above", {number}, absent, ""},
                                     {"at_most", {number}, absent, ""},
                                     {"at_least", {number}, absent, ""}}};
    return section;
}

struct WrittenAxis {
    std::string key;
    const Tree* value;
};

class Reader {
public:
    Reader(std::shared_ptr<const SourceMap> source, const Catalogue& catalogue, const std::string& scenario,
           std::vector<RunTree> runs, const std::vector<RunSpec>& specs, const std::vector<std::uint64_t>& seeds)
        : source_(std::move(source)),
          catalogue_(catalogue),
          scenario_(scenario),
          all_(std::move(runs)),
          specs_(specs),
          seeds_(seeds),
          reader_(catalogue, source_->inputs) {}

    std::shared_ptr<const SweepPlan> read(const Tree& table) {
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
            reader_.fail(table.place, "sweep",
                         "no axis; accepted: keys of the run, as in \"optimizer.lr\" = [1e-3, 1e-2]");
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

private:
    // Keys may be written with dots in quotes, as dotted keys, or as tables in tables.
    void collect_axes(const std::string& key, const Tree& value, const Place& place) {
        const std::vector<std::string> parts = key_parts(key);
        const auto tables = run_tables();
        if (std::find(tables.begin(), tables.end(), parts.front()) == tables.end() || parts.front() == "inject") {
            std::vector<std::string> known = {"zip", "verdict", "series"};
            for (const Parameter& p : sweep_section().parameters) known.push_back(p.name);
            known.insert(known.end(), tables.begin(), tables.end() - 1);
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

    std::vector<std::uint64_t> seeds_of(const Configured& section, const Tree& written, const std::string& path) const {
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

    void choose_runs(const Configured& section, const Tree& table) {
        std::vector<std::string> names;
        for (const RunTree& run : all_) names.push_back(run.name);
        sweep_.runs = section.texts("runs");
        if (sweep_.runs.empty()) sweep_.runs = names;
        for (const std::string& name : sweep_.runs) {
            const auto found = std::find(names.begin(), names.end(), name);
            if (found == names.end())
                reader_.fail(table.find("runs")->place, "sweep.runs", unknown_name("run", name, names));
            if (std::count(sweep_.runs.begin(), sweep_.runs.end(), name) > 1)
                reader_.fail(table.find("runs")->place, "sweep.runs", in_quotes(name) + " is listed twice");
            swept_.push_back(all_[std::size_t(found - names.begin())]);
            swept_specs_.push_back(&specs_[std::size_t(found - names.begin())]);
        }
    }

    // The parameter of a key in the first run that knows it, and which do.
    Parameter find_key(const std::string& key, const Place& place, const std::string& path, std::vector<bool>& known) {
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

    std::string nearest(const std::string& key) const {
        std::vector<std::string> keys;
        for (const RunTree& run : swept_)
            for (const std::string& known : run_keys(run.tree, catalogue_)) keys.push_back(known);
        const auto near = nearest_name(key, keys);
        return near ? "; did you mean " + in_quotes(*near) + "?" : "";
    }

    void add_axis(const WrittenAxis& written) {
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

    int axis_named(const std::string& key) const {
        for (std::size_t a = 0; a < sweep_.axes.size(); ++a)
            for (const SweepKey& k : sweep_.axes[a].keys)
                if (k.key == key) return int(a);
        return -1;
    }

    void join_axes(const Tree& zip) {
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
                if (axis < 0)
                    reader_.fail(name.place, "sweep.zip", unknown_name("axis", *name.text(), key_names(sweep_)));
                if (first < 0) {
                    first = axis;
                    continue;
                }
                if (axis == first) reader_.fail(name.place, "sweep.zip", in_quotes(*name.text()) + " is there twice");
                if (axes_[std::size_t(axis)].size != axes_[std::size_t(first)].size)
                    reader_.fail(name.place, "sweep.zip",
                                 in_quotes(*name.text()) + " has " + std::to_string(axes_[std::size_t(axis)].size) +
                                     " values, " + in_quotes(sweep_.axes[std::size_t(first)].keys.front().key) +
                                     " has " + std::to_string(axes_[std::size_t(first)].size) + "; accepted: as many");
                join(std::size_t(first), std::size_t(axis));
                if (axis < first) --first;
            }
        }
    }

    void join(std::size_t first, std::size_t other) {
        for (const SweepKey& key : sweep_.axes[other].keys) sweep_.axes[first].keys.push_back(key);
        for (auto& key : axes_[other].keys) axes_[first].keys.push_back(std::move(key));
        for (auto& known : axes_[other].known) axes_[first].known.push_back(std::move(known));
        const auto at = std::ptrdiff_t(other);
        sweep_.axes.erase(sweep_.axes.begin() + at);
        axes_.erase(axes_.begin() + at);
        ranges_.erase(ranges_.begin() + at);
    }

    void check_metric(const std::string& metric, const Place& place, const std::string& path) const {
        std::vector<std::string> known;
        for (const RunSpec* spec : swept_specs_) {
            if (has_metric(*spec, metric)) return;
            for (const std::string& name : metrics_of(*spec))
                if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
        }
        reader_.fail(place, path, unknown_name("metric", metric, known));
    }

    void read_rules(const Tree* list) {
        for (const Tree* table : reader_.read_tables(list, "sweep.verdict")) {
            const std::string path = "sweep.verdict[" + std::to_string(sweep_.verdicts.size()) + "]";
            const Configured one = reader_.read(table, table->place, rule_section(), path);
            VerdictRule rule{one.text("name"), {one.text("metric"), {}, {}, {}, {}, {}}};
            const auto word = [](char c) {
                return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
            };
            if (rule.name.empty() || rule.name.size() > 40 || !std::all_of(rule.name.begin(), rule.name.end(), word))
                reader_.fail(
                    table->find("name")->place, path + ".name",
                    "found " + in_quotes(rule.name) + "; accepted: a word of letters, digits, \"_\" and \"-\"");
            check_metric(rule.when.metric, table->find("metric")->place, path + ".metric");
            const auto bound = [&](const char* name) {
                return one.has(name) ? std::optional(one.number(name)) : std::nullopt;
            };
            rule.when.equals = bound("equals"), rule.when.below = bound("below"), rule.when.above = bound("above");
            rule.when.at_most = bound("at_most"), rule.when.at_least = bound("at_least");
            if (rule.when.describe().empty())
                reader_.fail(table->place, path,
                             "nothing to compare with; accepted: one or more of equals, below, above, "
                             "at_most, at_least");
            sweep_.verdicts.push_back(std::move(rule));
        }
    }

    void read_metrics(const Configured& section, const Tree& table) {
        for (const std::string& metric : section.texts("metrics")) {
            check_metric(metric, table.find("metrics")->place, "sweep.metrics");
            add_metric(metric);
        }
        // What expectations about points speak of has a column.
        const Tree* expectations = source_->base.find("expect");
        if (!expectations || !expectations->list()) return;
        for (const Tree& expectation : *expectations->list()) {
            const Tree* metric = expectation.table() && expectation.find("at") ? expectation.find("metric") : nullptr;
            if (!metric || !metric->text()) continue;
            for (const RunSpec* spec : swept_specs_)
                if (has_metric(*spec, *metric->text())) add_metric(*metric->text());
        }
    }

    void add_metric(const std::string& metric) {
        const auto has = [&](const std::vector<std::string>& list) {
            return std::find(list.begin(), list.end(), metric) != list.end();
        };
        if (!has(sweep_metrics()) && !has(sweep_.metrics)) sweep_.metrics.push_back(metric);
    }

    void read_boundaries() {
        const Tree* written = source_->base.find("boundary");
        if (!written) return;
        std::vector<const Tree*> tables;
        if (written->table())
            tables = {written};
        else
            tables = reader_.read_tables(written, "boundary");
        for (const Tree* table : tables) read_boundary(*table, tables.size() > 1 ? sweep_.boundaries.size() : SIZE_MAX);
    }

    void read_boundary(const Tree& table, std::size_t index) {
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
        KindSchema schema = boundary_section();
        std::erase_if(schema.parameters, [](const Parameter& p) { return p.name == "range"; });
        const Configured one = reader_.read(&rest, table.place, schema, path, extras);
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

    void read_kept(const Tree* series) {
        if (!series) return;
        if (series->text() && (*series->text() == "all" || *series->text() == "none")) {
            if (*series->text() == "all") sweep_.kept_series.push_back({});
            return;
        }
        if (!series->list())
            reader_.fail(series->place, "sweep.series",
                         "found " + describe(*series) +
                             "; accepted: \"none\", \"all\", a list of points as in [{ \"optimizer.lr\" = 0.1 }]");
        for (const Tree* table : reader_.read_tables(series, "sweep.series"))
            sweep_.kept_series.push_back(read_sweep_point(reader_, *table, sweep_, "sweep.series"));
    }

    std::string sizes_text() const {
        std::string text = std::to_string(sweep_.runs.size()) + (sweep_.runs.size() == 1 ? " variant" : " variants");
        for (const SweepAxis& axis : sweep_.axes)
            text += " x " + std::to_string(axis.size()) + " of " + axis.keys.front().key;
        return text + " x " + std::to_string(sweep_.seeds.size()) + (sweep_.seeds.size() == 1 ? " seed" : " seeds");
    }

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

}  // namespace

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
                const std::string text = axis_text(value);
                for (const SweepValue& known : key.values) {
                    const auto* x = std::get_if<double>(&value.data);
                    const auto* i = std::get_if<std::int64_t>(&value.data);
                    const bool same = known.text == text ||
                                      (x && key.scale != AxisScale::named && known.position == *x) ||
                                      (i && key.scale != AxisScale::named && known.position == double(*i));
                    if (!same) continue;
                    for (const auto& [named, other] : point)
                        if (named == key.key) reader.fail(place, path, in_quotes(named) + " is named twice");
                    point.emplace_back(key.key, known.text);
                    return;
                }
                std::vector<std::string> texts;
                for (const SweepValue& known : key.values) texts.push_back(known.text);
                reader.fail(value.place, path + "." + written, unknown_name("value", text, texts));
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

std::shared_ptr<const SweepPlan> read_sweep(std::shared_ptr<const SourceMap> source, const Catalogue& catalogue,
                                            const std::string& scenario, std::vector<RunTree> runs,
                                            const std::vector<RunSpec>& specs,
                                            const std::vector<std::uint64_t>& seeds) {
    const Tree* table = source->base.find("sweep");
    const Tree* boundary = source->base.find("boundary");
    if (!table && !boundary) return nullptr;
    // A search alone is made at one point: the runs as they are.
    const Tree no_axes{boundary ? boundary->place : table->place, std::vector<Entry>{}};
    return Reader(source, catalogue, scenario, std::move(runs), specs, seeds).read(table ? *table : no_axes);
}

}  // namespace halfstep
