// The rules a DeepSpeed configuration can break, as observed when DeepSpeed 0.19.6 starts. One row a
// rule; docs/deepspeed-config.md has them all. The order in which DeepSpeed looks is no part of a
// row: sim/config/check_order.cpp has it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace halfstep {

enum class Severity {
    silent,   // DeepSpeed says nothing, but training is not what the file seems to ask for
    info,     // a log message without meaning for the run
    warning,  // a log message
    error,    // an exception: the run does not start
};

std::string_view severity_name(Severity severity);  // "silent", "info", "warning", "error"

struct Rule {
    const char* id;
    Severity severity;
    const char* key;          // where it is reported, mostly
    const char* trigger;      // when it fires
    const char* effect;       // what DeepSpeed does: "stops with an AssertionError ..."
    const char* consequence;  // what it means for convergence
};

// All of them, by topic. Pointers stay valid.
const std::vector<const Rule*>& config_rules();

const Rule* find_config_rule(std::string_view id);  // nullptr when there is none

}  // namespace halfstep
