// Options that speak about DeepSpeed configurations.
#pragma once

#include <string>
#include <vector>

namespace halfstep {

struct ConfigOptions {
    int world_size = 0;  // 0: what the batch numbers ask for
    std::string client_optimizer, client_scheduler;
    bool without_apex = false;
    bool json = false;                    // check
    std::string model = "mlp";            // run, show
    std::vector<std::string> overridden;  // run, show: rules
};

}  // namespace halfstep
