// The program run on a small sweep, and what it leaves, file by file.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "temporary_folder.hpp"

namespace halfstep::test {

// 2 x 4 x 4 x 3 x 2 points, of which sgd, which knows no momentum, makes half; and a boundary on one axis.
inline const char* const small_sweep = R"(title = "a small sweep"
[model]
kind = "quadratic"
dimension = 4
max_curvature = 10.0
[optimizer]
kind = "momentum"
lr = 0.005
[run]
steps = 60
record_every = 20
[[variant]]
name = "sgd"
optimizer.kind = "sgd"
[sweep]
"optimizer.lr" = { log = [1e-2, 1], points = 4 }
"precision.weight" = "e5m{2..9}"
optimizer.momentum = [0.5, 0.9]
series = [{ lr = 1, weight = "e5m9" }]
seeds = [1, 2]
[boundary]
axis = "optimizer.lr"
theory = "2*(1 + momentum)/max_curvature"
[[expect]]
at = { lr = 1 }
metric = "diverged"
equals = 1
)";
inline constexpr int small_sweep_runs = (2 + 1) * 4 * 8 * 2;

inline std::string file_text(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

using Files = std::map<std::string, std::string>;  // by their path in the folder

// Everything but what the clock said.
inline Files files_in(const std::filesystem::path& folder) {
    Files files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename() != "timing.json")
            files[std::filesystem::relative(entry.path(), folder).string()] = file_text(entry.path());
    return files;
}

// Names first, so that a difference of long files is told in few words.
inline void check_same_files(const Files& one, const Files& other) {
    std::vector<std::string> names, other_names;
    for (const auto& [name, text] : one) names.push_back(name);
    for (const auto& [name, text] : other) other_names.push_back(name);
    REQUIRE(names == other_names);
    for (const auto& [name, text] : one) {
        INFO(name);
        CHECK((text == other.at(name)));
    }
}

class SweptFolder {
public:
    explicit SweptFolder(const std::string& text = small_sweep) { std::ofstream(folder_ / "small.toml") << text; }

    Call call(const std::string& out, std::vector<std::string> options = {}) const {
        std::vector<std::string> arguments = {"run", "small.toml", "--no-report", "--progress", "none", "--out", out};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return {arguments, folder_.path(), {}};
    }
    Ended sweep(const std::string& out, std::vector<std::string> options = {}) const {
        return run(call(out, std::move(options)));
    }
    Ended program(std::vector<std::string> arguments) const { return run({std::move(arguments), folder_.path(), {}}); }
    Files results(const std::string& out, const std::string& name = "small") const {
        return files_in(folder_ / out / name);
    }
    std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

private:
    TemporaryFolder folder_;
};

// Finished runs in a journal, by index, each with how often it is there. Whole lines only.
inline std::map<int, int> runs_in_journal(const std::string& journal) {
    std::map<int, int> runs;
    std::istringstream in(journal.substr(0, journal.rfind('\n') + 1));
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("R\x1f")) ++runs[std::stoi(line.substr(2))];
    return runs;
}

}  // namespace halfstep::test
