#include "halfstep/config/config_check.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "check_order.hpp"
#include "python_value.hpp"

namespace halfstep {
namespace {

// Ranks the batch numbers ask for: total / (micro x accumulation) where it divides, otherwise 1.
int implied_world_size(const ConfigNode& root) {
    const auto number = [&](const char* key) {
        const ConfigNode* node = root.find(key);
        return node ? arithmetic(*node) : std::nullopt;
    };
    const auto total = number("train_batch_size"), micro = number("train_micro_batch_size_per_gpu");
    if (!total || !micro) return 1;
    const double share = *micro * number("gradient_accumulation_steps").value_or(1.0);
    const double ranks = *total / share;
    return share > 0 && ranks >= 1 && ranks <= 4096 && ranks == std::floor(ranks) ? static_cast<int>(ranks) : 1;
}

class Checker {
public:
    Checker(const ConfigFile& file, const StartArguments& arguments)
        : file_(file), arguments_(arguments), tree_(file.root) {
        report_.world_size_given = arguments_.world_size > 0;
        if (!report_.world_size_given) arguments_.world_size = implied_world_size(tree_);
        report_.world_size = arguments_.world_size;
    }

    ConfigReport check() {
        read_duplicates();
        note_silent();
        bool first = report_.findings.empty();
        for (bool going = true; going; first = false) {
            going = start(first);
            if (going) ++round_;
        }
        report_.repaired = std::move(tree_);
        return std::move(report_);
    }

private:
    // The file is read before anything else; Python's reader stops at the first object with a key twice.
    void read_duplicates() {
        for (const DuplicateKeys& object : file_.duplicates) {
            bool stops = false;
            for (const DuplicateKeys::Key& key : object.keys) {
                Finding finding;
                finding.rule = &rule("duplicate-key");
                finding.key = key.path;
                finding.found = "found the key twice";
                finding.place = key.place;
                stops = report(std::move(finding)) || stops;
            }
            if (stops) next_round({"duplicate-key"});
        }
    }

    void note_silent() {
        const StartUp start(tree_, arguments_);
        for (const Note note : silent_notes()) {
            Hits hits;
            note(start, hits);
            for (Hit& hit : hits) report_.silent.push_back(finding_of(std::move(hit)));
        }
    }

    // One start; false when it came up, or nothing can be repaired any more.
    bool start(bool first) {
        const StartUp start(tree_, arguments_);
        bool partial = false;
        for (const Check& check : checks_in_order()) {
            partial = check.needs_configuration;
            Hits hits;
            check.run(start, hits);
            bool stops = false, news = false;
            for (const Hit& hit : hits) {
                news = seen_.count({hit.rule->id, hit.key}) == 0 || news;
                stops = report(finding_of(hit)) || stops;
            }
            if (!stops) continue;
            keep_state(start, partial ? Reached::configuration : Reached::nothing, first);
            return news && repair(hits);
        }
        keep_state(start, Reached::everything, first);
        return false;
    }

    // True when it ends the start. What an earlier round said is not said again.
    bool report(Finding finding) {
        const bool stops = finding.rule->severity == Severity::error && !overridden(finding.rule->id);
        if (seen_.insert({finding.rule->id, finding.key}).second) {
            finding.round = round_;
            finding.after_repair_of = repaired_rules_;
            report_.findings.push_back(std::move(finding));
        }
        return stops;
    }

    Finding finding_of(Hit hit) const {
        const ConfigNode* exact = file_.root.at(hit.key);
        if (!exact && !hit.beside.empty()) exact = file_.root.at(hit.beside);
        Finding finding;
        finding.rule = hit.rule;
        finding.place = exact ? exact->place : file_.root.nearest(hit.key).place;
        finding.key = std::move(hit.key);
        finding.found = std::move(hit.found);
        return finding;
    }

    bool overridden(const char* id) const {
        return std::find(arguments_.overridden.begin(), arguments_.overridden.end(), id) != arguments_.overridden.end();
    }

    bool repair(const Hits& hits) {
        std::vector<std::string> rules;
        bool changed = false;
        for (const Hit& hit : hits) {
            if (hit.rule->severity != Severity::error || overridden(hit.rule->id)) continue;
            rules.push_back(hit.rule->id);
            for (const ConfigRepair& repair : hit.repairs) {
                changed = true;
                report_.repairs.push_back(repair);
                if (repair.path == "client_scheduler")
                    arguments_.client_scheduler.clear();
                else if (repair.removes)
                    tree_.remove(repair.path);
                else
                    tree_.set(repair.path, repair.value);
            }
        }
        for (std::string& id : rules)
            if (std::find(repaired_rules_.begin(), repaired_rules_.end(), id) == repaired_rules_.end())
                repaired_rules_.push_back(std::move(id));
        return changed;
    }

    void next_round(std::vector<std::string> rules) {
        ++round_;
        if (repaired_rules_.empty()) repaired_rules_ = std::move(rules);
    }

    enum class Reached { nothing, configuration, everything };
    void keep_state(const StartUp& start, Reached reached, bool first) {
        std::optional<StartedState> state;
        if (reached != Reached::nothing) state = started_state(start, reached == Reached::configuration);
        if (first) report_.resolved = state;
        report_.after_repairs = std::move(state);
    }

    const ConfigFile& file_;
    StartArguments arguments_;
    ConfigNode tree_;
    ConfigReport report_;
    int round_ = 1;
    std::vector<std::string> repaired_rules_;
    std::set<std::pair<std::string, std::string>> seen_;  // rule, key
};

}  // namespace

std::string Finding::message() const {
    std::string text = found + ": DeepSpeed " + rule->effect;
    if (const std::string consequence = rule->consequence; consequence != "none" && consequence != "refused")
        text += "; " + consequence;
    return text;
}

bool ConfigReport::has_error() const {
    return count(Severity::error) > 0;
}

std::size_t ConfigReport::count(Severity severity) const {
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [&](const Finding& finding) { return finding.rule->severity == severity; }));
}

ConfigReport check_config(const ConfigFile& file, const StartArguments& arguments) {
    return Checker(file, arguments).check();
}

}  // namespace halfstep
