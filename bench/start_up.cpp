// The program from its start to its end, by the clock on the wall.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ;

namespace {

void start(benchmark::State& state, const char* argument) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    char program[] = HALFSTEP_PROGRAM;
    char* const arguments[] = {program, const_cast<char*>(argument), nullptr};
    for (auto _ : state) {
        pid_t child = 0;
        int status = 0;
        if (posix_spawn(&child, program, &actions, nullptr, arguments, environ) != 0 ||
            waitpid(child, &status, 0) != child || status != 0) {
            state.SkipWithError("the program did not run");
            break;
        }
    }
    posix_spawn_file_actions_destroy(&actions);
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(start, version, "--version")->Name("start_up/version")->UseRealTime();
BENCHMARK_CAPTURE(start, list, "list")->Name("start_up/list")->UseRealTime();

}  // namespace
