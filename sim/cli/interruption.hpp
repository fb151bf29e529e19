// Ctrl-C while runs go on: the first one lets them stop between two steps, the second ends the
// program at once.
#pragma once

#include <atomic>

namespace halfstep {

// Set by SIGINT and SIGTERM; looked at between steps.
extern std::atomic<bool> stop_requested;

// From here on. Before, and in commands that keep nothing, a signal ends the program.
void stop_on_signals();

}  // namespace halfstep
