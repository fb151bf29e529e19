#include "interruption.hpp"

#include <csignal>

#include "progress.hpp"

namespace halfstep {

std::atomic<bool> stop_requested = false;

namespace {

void request_stop(int signal) {
    if (!stop_requested.exchange(true)) return;
    wipe_progress_bar();
    // Blocked until this function returns; then it ends the program.
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

}  // namespace

void stop_on_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace halfstep
