#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "covered.hpp"
#include "digest_of_run.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/scenario/scenario.hpp"

namespace halfstep::digests {
namespace {

constexpr std::int64_t most_steps = 100;  // of a run; whole ones are what results/reference is for

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

void add_scenarios(Lines& lines) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(HALFSTEP_SOURCE_DIR "/scenarios"))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        const Experiment experiment = parse_scenario(text_of(file), file.string(), builtin_catalogue());
        for (RunSpec spec : experiment.runs) {
            spec.steps = std::min(spec.steps, most_steps);
            const std::string name = "scenario " + experiment.name + " " + spec.run;
            lines.push_back({name, [spec, seed = experiment.seeds.front()] { return digest_of_run(spec, seed); }});
        }
    }
}

}  // namespace halfstep::digests
