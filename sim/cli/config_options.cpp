#include "config_options.hpp"

#include <CLI/CLI.hpp>

namespace halfstep {
namespace {

// What the training program gives beside the file.
void add_start_options(CLI::App& command, ConfigOptions& options) {
    command.add_option("--world-size", options.world_size, "DeepSpeed configurations: number of ranks")
        ->check(CLI::Range(1, 4096));
    command.add_option("--client-optimizer", options.client_optimizer,
                       "... class of an optimizer object the program gives, for example SGD");
    command.add_option("--client-scheduler", options.client_scheduler,
                       "... class of a scheduler object the program gives, for example StepLR");
    command.add_flag("--without-apex", options.without_apex, "... apex cannot be imported");
}

}  // namespace

void add_config_check_options(CLI::App& command, ConfigOptions& options) {
    add_start_options(command, options);
    command.add_flag("--json", options.json, "findings as JSON");
}

void add_config_run_options(CLI::App& command, ConfigOptions& options) {
    add_start_options(command, options);
    command.add_option("--model", options.model, "... the kind of model to train (--set model.KEY=VALUE for the rest)")
        ->capture_default_str();
    command
        .add_option("--override", options.overridden,
                    "... go on although this rule fires, as if DeepSpeed did not look")
        ->allow_extra_args(false);
}

}  // namespace halfstep
