// The commands as functions of plain options; command_line.cpp reads them.
// Every one returns the exit status: 0 all held, 1 something did not, 2 bad input, 3 interrupted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config_options.hpp"
#include "progress.hpp"
#include "terminal.hpp"

namespace halfstep {

struct RunOptions {
    std::vector<std::string> files;
    std::string out = "results";
    std::vector<std::string> set;
    std::string seeds;  // "1,2,5-8"; empty: the file's
    int jobs = 0;       // 0: one a core
    bool resume = false;
    bool report = true;
    bool figures = false;
    bool quiet = false;
    bool verify = false;
    std::string shard;             // "3/16", "auto"; empty: what the environment says, if anything
    std::string reference;         // folder to compare with; empty: the shipped one
    std::string record_reference;  // folder to write to; empty: none
    ProgressMode progress = ProgressMode::automatic;
    When color = When::automatic;
    When curve = When::automatic;  // automatic: in a terminal, without --quiet
    ConfigOptions config;
};

int run_command(const RunOptions& options);
// Shards of one run, results/NAME.shard-1-of-2 and so on, into OUT/NAME.
int merge_command(const std::vector<std::string>& folders, const RunOptions& options);
int check_command(const std::vector<std::string>& files, const ConfigOptions& config = {});
// With `runs`, a line for each run of the sweep in place of the JSON.
int show_command(const std::string& file, const std::vector<std::string>& set, const std::string& seeds,
                 const ConfigOptions& config = {}, bool runs = false);
int list_command();
int replay_command(const std::vector<std::string>& files);
int report_command(const std::vector<std::string>& folders, bool figures);
// Without a format the limits of all, with one its own, with values where they lie in it.
int formats_command(const std::string& format, const std::vector<std::string>& values);
// TestFloat vectors on standard input.
int testfloat_command(const std::string& function, const std::string& mode, bool compare_flags, bool raise_inexact);
// Writes NAME.toml, or to standard output where the name is "-".
int new_command(const std::string& name, const std::string& kind);

}  // namespace halfstep
