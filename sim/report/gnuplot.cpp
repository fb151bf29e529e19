#include "gnuplot.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "halfstep/trace/result_error.hpp"

extern char** environ;

namespace halfstep {

std::string gnuplot_string(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "’";  // gnuplot 5.4 does not read its own '' at the start of a string
        else if (c == '`' || static_cast<unsigned char>(c) < 0x20)
            out += ' ';
        else
            out += c;
    }
    return out + "'";
}

void run_gnuplot(const std::filesystem::path& folder, const std::string& script) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    std::string program = "gnuplot", argument = script;
    char* arguments[] = {program.data(), argument.data(), nullptr};
    pid_t child = 0;
    const int error = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT)
        throw ResultError(
            folder, "cannot draw figures, because gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
    if (error != 0) throw ResultError(folder, std::string("gnuplot cannot be started: ") + std::strerror(error));
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw ResultError(folder / script, "gnuplot cannot draw it");
}

}  // namespace halfstep
