// Reading what the user names, with messages for what cannot be read.
#pragma once

#include <string>
#include <vector>

#include "config_options.hpp"
#include "halfstep/scenario/scenario.hpp"

namespace halfstep {

// A file or option that cannot be used; the message is complete.
class InputError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The whole file. InputError when it cannot be read or is larger than `limit` bytes.
std::string read_file(const std::string& path, std::size_t limit);

// InputError where no folder of this name can be made or written in; makes nothing. `option` named it.
void check_writable(const char* option, const std::string& folder);

inline constexpr std::size_t scenario_limit = 4u << 20, recording_limit = 256u << 20;

std::string in_shell(const std::string& word);  // quoted where a shell would not take it as it is

// A scenario, or a DeepSpeed configuration as one, parsed and built once (nothing is run), so that
// whatever is wrong with it is said before any result is touched. Throws ScenarioError, InputError,
// ConfigError, or ConfigRefused for a configuration that DeepSpeed would not start with.
Scenario load_checked(const std::string& path, const std::vector<std::string>& set, const std::string& seeds,
                      const ConfigOptions& config = {});

// A word of a command line, quoted for a shell where needed, is appended with its option.
void add_word(std::string& line, const char* option, const std::string& value);

// What DeepSpeed would warn about in runs with its engine: "run base: onebit-not-fp16: ...".
std::vector<std::string> recipe_warnings(const Experiment& experiment);

// What the format of `hyper` makes of an optimizer's constants, where it changes their meaning:
// "run base: optimizer.eps = 1e-08 becomes 0 in fp16". Empty mostly.
std::vector<std::string> lost_constants(const Experiment& experiment);

}  // namespace halfstep
