#include "expectation_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "halfstep/spec/wording.hpp"
#include "sections.hpp"
#include "sweep_reader.hpp"

namespace halfstep {

namespace {

// Names or seeds there are: a list to show and a set to search, as there may be 10,000 of them.
template <class T>
struct Known {
    explicit Known(std::vector<T> items) : list(std::move(items)), set(list.begin(), list.end()) {}
    bool has(const T& item) const { return set.contains(item); }
    std::vector<T> list;
    std::unordered_set<T> set;
};

std::vector<std::string> names_of(const std::vector<RunSpec>& runs) {
    std::vector<std::string> names;
    for (const RunSpec& run : runs) names.push_back(run.run);
    return names;
}

const std::array<std::string, 6> comparisons = {"equals", "below", "above", "at_most", "at_least", "between"};

class ExpectationReader {
public:
    ExpectationReader(const SectionReader& reader, const std::vector<RunSpec>& runs,
                      const std::vector<std::uint64_t>& seeds, const Sweep* sweep, const Tree* sweep_table)
        : reader_(reader), runs_(names_of(runs)), seeds_(seeds), sweep_(sweep), sweep_table_(sweep_table) {
        for (const RunSpec& run : runs) by_name_.emplace(run.run, &run);
    }

    // Nothing where --set has moved what it speaks of.
    std::optional<Expectation> read(const Tree& table, const std::string& path) {
        path_ = path;
        left_out_ = false;
        std::vector<std::string> extras(comparisons.begin(), comparisons.end());
        extras.emplace_back("at");
        const Configured section = reader_.read(&table, table.place, expectation_section(), path, extras);
        expectation_ = {};
        expectation_.line = table.place.set < 0 ? table.place.line : 0;
        expectation_.run = section.text("run");
        check_run(expectation_.run, table, path);
        expectation_.metric = section.text("metric");
        read_at(table, path);
        if (left_out_) return std::nullopt;
        check_metric(expectation_.run, expectation_.metric, table, path);
        expectation_.because = section.text("because");
        read_seeds(section, table);
        bool compared = false;
        for (const Entry& entry : *table.table()) {
            if (std::find(comparisons.begin(), comparisons.end(), entry.key) == comparisons.end()) continue;
            compared = true;
            if (entry.key == "between")
                read_between(entry, table);
            else
                *slot(entry.key) = read_bound(entry.value, path + "." + entry.key);
        }
        if (!compared)
            reader_.fail(table.place, path,
                         "nothing to compare with; accepted: one or more of equals, below, above, at_most, at_least, "
                         "between");
        check_possible(table);
        return expectation_;
    }

private:
    void check_run(const std::string& run, const Tree& table, const std::string& path) const {
        if (!runs_.has(run)) fail_name("run", run, runs_.list, table, path);
    }

    // The points it speaks of, where it speaks of a sweep's; a metric only sweeps have means all of them.
    void read_at(const Tree& table, const std::string& path) {
        const Tree* at = table.find("at");
        if (at && !sweep_) reader_.fail(at->place, path + ".at", "the file has no [sweep]");
        if (!sweep_) return;
        const auto own = sweep_summary_metrics(*sweep_);
        expectation_.swept = at || std::find(own.begin(), own.end(), expectation_.metric) != own.end();
        if (at && is_elsewhere(*at)) return;
        if (at) expectation_.at = read_sweep_point(reader_, *at, *sweep_, path + ".at");
        if (expectation_.swept &&
            std::find(sweep_->runs.begin(), sweep_->runs.end(), expectation_.run) == sweep_->runs.end())
            fail_name("run", expectation_.run, sweep_->runs, table, path);
    }

    // Whether --set has moved an axis away from the values it speaks of: it is left out then, as one of seeds that do
    // not run.
    bool is_elsewhere(const Tree& at) {
        const std::vector<std::string> keys = key_names(*sweep_);
        for (const std::string& key : keys) {
            const Tree* axis = sweep_table_ ? sweep_table_->find(key) : nullptr;
            const Tree* value = at.find(key) ? at.find(key) : at.find(short_key(key, keys));
            if (!axis || axis->place.set < 0 || !value) continue;
            for (const SweepAxis& swept : sweep_->axes)
                for (const SweepKey& known : swept.keys)
                    if (known.key == key && !find_value(known, *value)) left_out_ = true;
        }
        return left_out_;
    }

    // The run is known.
    void check_metric(const std::string& run, const std::string& metric, const Tree& table,
                      const std::string& path) const {
        const RunSpec& spec = *by_name_.at(run);
        if (expectation_.swept) {
            std::vector<std::string> known = sweep_summary_metrics(*sweep_);
            for (const std::string& name : metrics_of(spec)) known.push_back(name);
            if (std::find(known.begin(), known.end(), metric) == known.end())
                fail_name("metric", metric, known, table, path);
            return;
        }
        if (!has_metric(spec, metric)) fail_name("metric", metric, metrics_of(spec), table, path);
    }

    [[noreturn]] void fail_name(const char* what, const std::string& name, const std::vector<std::string>& known,
                                const Tree& table, const std::string& path) const {
        const Tree* written = table.find(what);
        reader_.fail(written ? written->place : table.place, path + "." + what, unknown_name(what, name, known));
    }

    void read_seeds(const Configured& section, const Tree& table) {
        const Tree* written = table.find("seeds");
        if (!written) return;
        const std::vector<std::int64_t> seeds = section.integers("seeds");
        if (seeds.empty())
            reader_.fail(written->place, path_ + ".seeds", "found an empty list; leave seeds out to mean every seed");
        std::unordered_set<std::uint64_t> listed;
        for (std::size_t i = 0; i < seeds.size(); ++i) {
            const auto seed = static_cast<std::uint64_t>(seeds[i]);
            const Place& place = (*written->list())[i].place;
            if (!seeds_.has(seed))
                reader_.fail(place, path_ + ".seeds",
                             "seed " + std::to_string(seed) + " is not run; accepted: seeds listed in run.seeds");
            if (!listed.insert(seed).second)
                reader_.fail(place, path_ + ".seeds", "seed " + std::to_string(seed) + " is listed twice");
            expectation_.seeds.push_back(seed);
        }
    }

    std::optional<Bound>* slot(const std::string& key) {
        return key == "equals"    ? &expectation_.equals
               : key == "below"   ? &expectation_.below
               : key == "above"   ? &expectation_.above
               : key == "at_most" ? &expectation_.at_most
                                  : &expectation_.at_least;
    }

    void read_between(const Entry& entry, const Tree& table) {
        const std::string path = path_ + ".between";
        const auto* ends = entry.value.list();
        if (!ends || ends->size() != 2)
            reader_.fail(entry.value.place, path,
                         "found " + describe(entry.value) + "; accepted: a list of the lowest and the highest value");
        for (const char* other : {"at_least", "at_most"})
            if (table.find(other))
                reader_.fail(entry.place, path,
                             "is at_least and at_most in one; " + std::string(other) + " is written beside it");
        expectation_.at_least = read_bound((*ends)[0], path);
        expectation_.at_most = read_bound((*ends)[1], path);
    }

    Bound read_bound(const Tree& tree, const std::string& path) const {
        Bound bound;
        if (tree.table()) {
            const Configured section = reader_.read(&tree, tree.place, bound_section(), path);
            bound.run = section.text("run");
            check_run(bound.run, tree, path);
            bound.metric = section.has("metric") ? section.text("metric") : expectation_.metric;
            check_metric(bound.run, bound.metric, tree, path);
            bound.factor = section.number("times");
            if (bound.run == expectation_.run && bound.metric == expectation_.metric)
                reader_.fail(tree.place, path, "compares a metric with itself; accepted: another run or metric");
            return bound;
        }
        // Infinities are numbers to compare with; NaN compares with nothing.
        if (const double* x = std::get_if<double>(&tree.data); x && !std::isnan(*x))
            bound.constant = *x;
        else if (const auto* i = std::get_if<std::int64_t>(&tree.data))
            bound.constant = static_cast<double>(*i);
        else
            reader_.fail(tree.place, path,
                         "found " + describe(tree) + "; accepted: a number, or a table of run, metric and times" +
                             (x ? " (to ask for divergence, compare the metric diverged with 1)" : ""));
        return bound;
    }

    // Constant bounds that no number meets are a slip, not a claim.
    void check_possible(const Tree& table) const {
        const double infinity = std::numeric_limits<double>::infinity();
        double lowest = -infinity, highest = infinity;
        bool open = false;
        const auto narrow = [&](const std::optional<Bound>& bound, bool from_below, bool strict) {
            if (!bound || !bound->run.empty()) return;
            double& end = from_below ? lowest : highest;
            const bool tighter = from_below ? bound->constant >= end : bound->constant <= end;
            if (tighter) end = bound->constant;
            if (tighter && strict) open = true;
        };
        narrow(expectation_.at_least, true, false);
        narrow(expectation_.at_most, false, false);
        narrow(expectation_.equals, true, false);
        narrow(expectation_.equals, false, false);
        narrow(expectation_.above, true, true);
        narrow(expectation_.below, false, true);
        if (lowest > highest || (lowest == highest && open))
            reader_.fail(table.place, path_, "no number meets all of these comparisons");
    }

    const SectionReader& reader_;
    Known<std::string> runs_;
    Known<std::uint64_t> seeds_;
    const Sweep* sweep_;  // nullptr: none
    const Tree* sweep_table_;
    bool left_out_ = false;
    std::unordered_map<std::string, const RunSpec*> by_name_;
    std::string path_;
    Expectation expectation_;
};

}  // namespace

std::vector<Expectation> read_expectations(const SectionReader& reader, const Tree* list,
                                           const std::vector<RunSpec>& runs, const std::vector<std::uint64_t>& seeds,
                                           const std::vector<std::uint64_t>& run_seeds,
                                           const std::optional<Sweep>& sweep, const Tree* sweep_table) {
    std::vector<Expectation> expectations;
    ExpectationReader one(reader, runs, seeds, sweep ? &*sweep : nullptr, sweep_table);
    const Known<std::uint64_t> running(run_seeds);
    std::size_t index = 0;
    for (const Tree* table : reader.read_tables(list, "expect")) {
        auto read = one.read(*table, "expect[" + std::to_string(index++) + "]");
        if (!read) continue;
        Expectation& expectation = *read;
        if (!expectation.seeds.empty()) {
            std::erase_if(expectation.seeds, [&](std::uint64_t seed) { return !running.has(seed); });
            if (expectation.seeds.empty()) continue;
        }
        expectations.push_back(std::move(expectation));
    }
    return expectations;
}

}  // namespace halfstep
