#include "input.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config_input.hpp"
#include "halfstep/config/config_file.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/formula/usage.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/recipe_check.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/spec/wording.hpp"
#include "sweep_run.hpp"

namespace halfstep {

namespace {

// `; did you mean "mine.toml"?` where the folder holds a file whose name is near.
std::string nearest_file(const std::filesystem::path& path) {
    constexpr int most = 1000;
    std::error_code code;
    std::vector<std::string> names;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    for (const auto& entry : std::filesystem::directory_iterator(folder, code))
        if (entry.path().extension() == path.extension() && names.size() < most)
            names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    const auto nearest = nearest_name(path.stem().string(), names);
    if (!nearest || *nearest == path.stem()) return "";
    return "; did you mean " + in_quotes((path.parent_path() / (*nearest + path.extension().string())).string()) + "?";
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) throw InputError(path + ": is a folder, a file was expected");
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        const std::string reason = std::strerror(errno);
        throw InputError(path + ": cannot be opened: " + reason + nearest_file(path));
    }
    std::string text;
    char buffer[1 << 16];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (text.size() > limit) throw InputError(path + ": is larger than " + std::to_string(limit >> 20) + " MiB");
    }
    if (in.bad()) throw InputError(path + ": cannot be read");
    return text;
}

void check_writable(const char* option, const std::string& folder) {
    std::error_code code;
    auto path = std::filesystem::absolute(folder, code).lexically_normal();
    while (!std::filesystem::exists(path, code) && path.has_relative_path()) path = path.parent_path();
    const std::string what = std::string(option) + " " + folder + (path.string() == folder ? "" : ": " + path.string());
    if (!std::filesystem::is_directory(path, code)) throw InputError(what + ": is a file, a folder was expected");
    if (access(path.c_str(), W_OK | X_OK) != 0) throw InputError(what + ": cannot be written: " + std::strerror(errno));
}

std::string in_shell(const std::string& word) {
    const bool plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,=+-") ==
                       std::string::npos;
    if (plain && !word.empty()) return word;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + '\'';
}

void add_word(std::string& line, const char* option, const std::string& value) {
    if (!line.empty()) line += ' ';
    line += option;
    line += " " + in_shell(value);
}

Scenario load_checked(const std::string& path, const std::vector<std::string>& set, const std::string& seeds,
                      const ConfigOptions& config) {
    Overrides overrides{set, {}};
    if (!seeds.empty()) overrides.seeds = parse_seeds(seeds);
    const std::string text = read_file(path, config_limit);
    const bool is_config = looks_like_config(text, path);
    if (!is_config && text.size() > scenario_limit)
        throw InputError(path + ": is larger than " + std::to_string(scenario_limit >> 20) + " MiB");
    Scenario scenario = is_config ? load_config(text, path, config, overrides)
                                  : load_scenario(text, path, builtin_catalogue(), overrides);
    scenario.experiment.file = path;
    if (is_config) scenario.experiment.changes = in_words(config);
    for (const std::string& change : set) add_word(scenario.experiment.changes, "--set", change);
    if (!seeds.empty()) add_word(scenario.experiment.changes, "--seeds", seeds);
    for (const RunSpec& run : scenario.experiment.runs) {
        try {
            check_buildable(run, scenario.experiment.seeds.front());
        } catch (const SpecError& e) {
            throw scenario.explain(e, run.run);
        } catch (const std::bad_alloc&) {
            throw InputError(path + ": run \"" + run.run + "\" needs more memory than this machine gives");
        }
    }
    if (scenario.sweep) check_sweep(scenario);
    return scenario;
}

std::vector<std::string> recipe_warnings(const Experiment& experiment) {
    std::vector<std::string> warnings;
    for (const RunSpec& run : experiment.runs)
        for (const RecipeFinding& finding : recipe_findings(run))
            warnings.push_back("run " + run.run + ": " + finding.rule + ": " + finding.message);
    return warnings;
}

namespace {

// Of a formula's keys only those count that it reads where they are rounded.
bool is_used(const Configured& optimizer, const std::string& name) {
    return !optimizer.has("update") ||
           formula::reads(formula::parse_statements("optimizer.update", optimizer.text("update")), name);
}

}  // namespace

std::vector<std::string> lost_constants(const Experiment& experiment) {
    std::vector<std::string> notes;
    for (const RunSpec& run : experiment.runs) {
        const RoleRounding& hyper = run.precision[Role::hyper];
        if (run.arithmetic != Arithmetic::emulated || !hyper) continue;
        for (const NamedValue& p : run.optimizer.parameters) {
            const auto* x = std::get_if<double>(&p.value.data);
            if (!x || !is_used(run.optimizer, p.name)) continue;
            const double rounded = round_to(hyper->without_chance(), *x);
            const bool vanished = *x != 0.0 && rounded == 0.0, became_one = *x < 1.0 && rounded >= 1.0;
            if (vanished || became_one)
                notes.push_back("run " + run.run + ": optimizer." + p.name + " = " + number_text(*x) + " becomes " +
                                number_text(rounded) + " in " + hyper->format.name);
        }
    }
    return notes;
}

}  // namespace halfstep
