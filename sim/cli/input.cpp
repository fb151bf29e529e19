#include "input.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "halfstep/format/round.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/formula/usage.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {

std::string read_file(const std::string& path, std::size_t limit) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) throw InputError(path + ": is a folder, a file was expected");
    std::ifstream in(path, std::ios::binary);
    if (!in) throw InputError(path + ": cannot be opened: " + std::strerror(errno));
    std::string text;
    char buffer[1 << 16];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
        if (text.size() > limit) throw InputError(path + ": is larger than " + std::to_string(limit >> 20) + " MiB");
    }
    if (in.bad()) throw InputError(path + ": cannot be read");
    return text;
}

namespace {

// Appends an option and its value, quoted for a shell where needed.
void add_word(std::string& line, const char* option, const std::string& value) {
    if (!line.empty()) line += ' ';
    line += option;
    const bool plain = value.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,=+-") == std::string::npos;
    if (plain) {
        line += " " + value;
        return;
    }
    line += " '";
    for (const char c : value) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
}

}  // namespace

Scenario load_checked(const std::string& path, const std::vector<std::string>& set, const std::string& seeds) {
    Overrides overrides{set, {}};
    if (!seeds.empty()) overrides.seeds = parse_seeds(seeds);
    Scenario scenario = load_scenario(read_file(path, scenario_limit), path, builtin_catalogue(), overrides);
    scenario.experiment.file = path;
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
    return scenario;
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
            const double rounded = round_to(*hyper, *x);
            const bool vanished = *x != 0.0 && rounded == 0.0, became_one = *x < 1.0 && rounded >= 1.0;
            if (vanished || became_one)
                notes.push_back("run " + run.run + ": optimizer." + p.name + " = " + number_text(*x) + " becomes " +
                                number_text(rounded) + " in " + hyper->format.name);
        }
    }
    return notes;
}

}  // namespace halfstep
