// DeepSpeed configurations as the commands take them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config_options.hpp"
#include "halfstep/config/config_check.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "input.hpp"

namespace halfstep {

// A configuration with a finding of level error: it is readable, but no run. Status 1.
class ConfigRefused : public InputError {
public:
    using InputError::InputError;
};

StartArguments start_arguments(const ConfigOptions& options);

// "file:line:column: severity rule key: message"
std::string line_of(const ConfigFile& file, const Finding& finding);

// The experiment a configuration describes; ConfigRefused with its findings where DeepSpeed would not
// start and the rule is not overridden.
Scenario load_config(std::string_view text, const std::string& path, const ConfigOptions& options,
                     const Overrides& overrides);

// The options, for repeating the run: "--world-size 4 --override onebit-with-zero".
std::string in_words(const ConfigOptions& options);

// What is worth knowing before a run: warnings of DeepSpeed's rules, lost constants, what a
// configuration asks for in vain: "note: ...", "warning: ...".
std::vector<std::string> notes_of(const Scenario& scenario);

}  // namespace halfstep
