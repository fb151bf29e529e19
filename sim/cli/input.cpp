#include "input.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"

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

Scenario load_checked(const std::string& path, const std::vector<std::string>& set, const std::string& seeds) {
    Overrides overrides{set, {}};
    if (!seeds.empty()) overrides.seeds = parse_seeds(seeds);
    Scenario scenario = load_scenario(read_file(path, scenario_limit), path, builtin_catalogue(), overrides);
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

}  // namespace halfstep
