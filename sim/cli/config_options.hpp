// Options that speak about DeepSpeed configurations.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace halfstep {

struct ConfigOptions {
    int world_size = 0;  // 0: what the batch numbers ask for
    std::string client_optimizer, client_scheduler;
    bool without_apex = false;
    bool json = false;                    // check
    std::string model = "mlp";            // run, show
    std::vector<std::string> overridden;  // run, show: rules
};

void add_config_check_options(CLI::App& command, ConfigOptions& options);
void add_config_run_options(CLI::App& command, ConfigOptions& options);

}  // namespace halfstep
