// The commands as functions of plain options; main.cpp only reads the command line.
// Every one returns the exit status: 0 all held, 1 something did not, 2 bad input, 3 interrupted.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "config_options.hpp"

namespace halfstep {

// Set by SIGINT and SIGTERM; looked at between steps.
extern std::atomic<bool> stop_requested;

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
    ConfigOptions config;
};

int run_command(const RunOptions& options);
int check_command(const std::vector<std::string>& files, const ConfigOptions& config = {});
int show_command(const std::string& file, const std::vector<std::string>& set, const std::string& seeds,
                 const ConfigOptions& config = {});
int list_command();
int replay_command(const std::vector<std::string>& files);
int report_command(const std::vector<std::string>& folders, bool figures);

}  // namespace halfstep
