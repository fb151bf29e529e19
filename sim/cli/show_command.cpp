// halfstep show: the resolved runs as JSON, and for every key of a run where it was written.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "commands.hpp"
#include "halfstep/spec/json.hpp"
#include "input.hpp"
#include "progress.hpp"
#include "sweep_run.hpp"

namespace halfstep {
namespace {

void add_keys(std::vector<std::string>& keys, const std::string& path, const Configured& c);

void add_parameters(std::vector<std::string>& keys, const std::string& path, const Configured& c) {
    for (const NamedValue& p : c.parameters) {
        const std::string key = path + "." + p.name;
        if (const auto* inner = std::get_if<Configured>(&p.value.data)) {
            add_keys(keys, key, *inner);
            continue;
        }
        const auto* entries = std::get_if<Entries>(&p.value.data);
        if (!entries || entries->items.empty()) keys.push_back(key);
        if (!entries) continue;
        for (const NamedValue& item : entries->items) keys.push_back(key + "." + item.name);
    }
}

void add_keys(std::vector<std::string>& keys, const std::string& path, const Configured& c) {
    keys.push_back(path + ".kind");
    add_parameters(keys, path, c);
}

// The keys of a run as a scenario file has them.
std::vector<std::string> keys_of(const RunSpec& run) {
    std::vector<std::string> keys;
    if (run.is_program()) {
        keys.push_back("workers.count");
        add_parameters(keys, "program", run.program);
        keys.insert(keys.end(), {"program.repeat", "program.watch"});
    } else {
        add_keys(keys, "model", run.model);
        keys.insert(keys.end(), {"workers.count", "workers.batch"});
        add_keys(keys, "optimizer", run.optimizer);
        keys.insert(keys.end(), {"optimizer.lr_values", "optimizer.group"});
        add_keys(keys, "engine", run.engine);
        add_keys(keys, "loss_scale", run.loss_scale);
    }
    keys.insert(keys.end(), {"precision.preset", "precision.arithmetic"});
    for (Role role : all_roles()) keys.push_back("precision." + std::string(role_name(role)));
    keys.insert(keys.end(), {"run.steps", "run.record_every", "run.trace_every"});
    if (!run.is_program())
        keys.insert(keys.end(), {"run.evaluate_every", "run.reference", "run.watch", "run.reload_at", "inject"});
    return keys;
}

constexpr std::int64_t most_listed = 1000;  // runs of a sweep in the JSON; --runs prints all

nlohmann::ordered_json run_json(const SweepPlan& plan, std::int64_t index) {
    const SweepPoint point = plan.point(index);
    const std::vector<std::string> keys = key_names(plan.sweep()), texts = texts_at(plan.sweep(), point);
    nlohmann::ordered_json json = {{"run", plan.sweep().runs[point.run]}, {"seed", point.seed}};
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (!texts[i].empty()) json[keys[i]] = texts[i];
    return json;
}

std::string estimate_text(const SweepPlan& plan, double seconds) {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    std::string text = std::to_string(plan.size()) + " runs, about " + time_left_text(seconds) + " on one core";
    if (cores > 1) text += ", " + time_left_text(seconds / cores) + " on " + std::to_string(cores);
    if (!plan.sweep().boundaries.empty()) text += "; the boundary searches come on top";
    return text;
}

// A line a run, and at the end how long they may take.
int show_runs(const Scenario& scenario) {
    if (!scenario.sweep) throw InputError(scenario.experiment.file + ": has no [sweep], whose runs --runs would list");
    const SweepPlan& plan = *scenario.sweep;
    const std::vector<std::string> keys = key_names(plan.sweep());
    for (std::int64_t i = 0; i < plan.size(); ++i) {
        const SweepPoint point = plan.point(i);
        const std::vector<std::string> texts = texts_at(plan.sweep(), point);
        std::printf("%lld %s seed %llu", static_cast<long long>(i), plan.sweep().runs[point.run].c_str(),
                    static_cast<unsigned long long>(point.seed));
        for (std::size_t k = 0; k < keys.size(); ++k)
            if (!texts[k].empty()) std::printf(" %s=%s", keys[k].c_str(), in_shell(texts[k]).c_str());
        std::printf("\n");
    }
    std::printf("%s\n", estimate_text(plan, estimate_seconds(scenario)).c_str());
    return 0;
}

}  // namespace

int show_command(const std::string& file, const std::vector<std::string>& set, const std::string& seeds,
                 const ConfigOptions& config, bool runs) {
    const Scenario scenario = load_checked(file, set, seeds, config);
    if (runs) return show_runs(scenario);
    nlohmann::ordered_json json = to_json(scenario.experiment);
    for (std::size_t i = 0; i < scenario.experiment.runs.size(); ++i) {
        const RunSpec& run = scenario.experiment.runs[i];
        nlohmann::ordered_json written = nlohmann::ordered_json::object(), dropped = written;
        nlohmann::ordered_json defaults = nlohmann::ordered_json::array();
        for (const std::string& key : keys_of(run)) {
            if (const auto place = scenario.written(key, run.run))
                written[key] = place->text();
            else
                defaults.push_back(key);
        }
        for (const DroppedKey& d : scenario.dropped)
            if (d.run == run.run) dropped[d.key] = d.written.text();
        json["runs"][i]["origins"] = {{"written", written}, {"default", defaults}, {"dropped", dropped}};
    }
    if (const auto& plan = scenario.sweep) {
        const double seconds = estimate_seconds(scenario);
        json["sweep"]["estimate"] = {{"seconds_on_one_core", seconds}, {"text", estimate_text(*plan, seconds)}};
        auto& list = json["sweep"]["runs_made"] = nlohmann::ordered_json::array();
        for (std::int64_t i = 0; i < std::min(plan->size(), most_listed); ++i) list.push_back(run_json(*plan, i));
        if (plan->size() > most_listed) json["sweep"]["runs_not_listed"] = plan->size() - most_listed;
    }
    std::printf("%s\n", json.dump(2).c_str());
    return 0;
}

}  // namespace halfstep
