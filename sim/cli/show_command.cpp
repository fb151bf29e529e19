// halfstep show: the resolved runs as JSON, and for every key of a run where it was written.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "halfstep/spec/json.hpp"
#include "input.hpp"

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
    keys.insert(keys.end(), {"run.steps", "run.record_every"});
    if (!run.is_program()) keys.insert(keys.end(), {"run.evaluate_every", "run.watch", "run.reload_at", "inject"});
    return keys;
}

}  // namespace

int show_command(const std::string& file, const std::vector<std::string>& set, const std::string& seeds,
                 const ConfigOptions& config) {
    const Scenario scenario = load_checked(file, set, seeds, config);
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
    std::printf("%s\n", json.dump(2).c_str());
    return 0;
}

}  // namespace halfstep
