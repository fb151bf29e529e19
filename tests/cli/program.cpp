#include "program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace halfstep::test {
namespace {

// Never returns; in the child only.
[[noreturn]] void execute(const Call& call) {
    std::vector<std::string> environment = call.environment;
    environment.push_back(std::string("PATH=") + std::getenv("PATH"));
    std::vector<char*> arguments = {const_cast<char*>(call.program.c_str())}, variables;
    for (const std::string& a : call.arguments) arguments.push_back(const_cast<char*>(a.c_str()));
    for (const std::string& v : environment) variables.push_back(const_cast<char*>(v.c_str()));
    arguments.push_back(nullptr);
    variables.push_back(nullptr);
    if (call.largest_file > 0) {
        const rlimit limit{rlim_t(call.largest_file), rlim_t(call.largest_file)};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(126);
        ::signal(SIGXFSZ, SIG_IGN);  // stays ignored in the program
    }
    if (!call.folder.empty() && chdir(call.folder.c_str()) != 0) _exit(126);
    execvpe(call.program.c_str(), arguments.data(), variables.data());
    _exit(127);
}

Ended wait_for(pid_t child, Ended ended) {
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
    return ended;
}

class Deadline {
public:
    Deadline(pid_t child, int seconds)
        : child_(child), end_(std::chrono::steady_clock::now() + std::chrono::seconds(seconds)) {}
    void check() const {
        if (std::chrono::steady_clock::now() > end_) kill(child_, SIGKILL);
    }

private:
    pid_t child_;
    std::chrono::steady_clock::time_point end_;
};

// False at the end of what there is to read.
bool read_some(int descriptor, std::string& into) {
    char buffer[1 << 14];
    const ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count > 0) into.append(buffer, static_cast<std::size_t>(count));
    return count > 0;  // a pseudo terminal ends with an error
}

}  // namespace

Ended run(const Call& call) {
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const pid_t child = fork();
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        execute(call);
    }
    close(out[1]);
    close(err[1]);
    Ended ended;
    const Deadline deadline(child, call.seconds);
    pollfd sources[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
    const auto start = std::chrono::steady_clock::now();
    bool sent = call.signal == 0;
    for (int open_sources = 2; open_sources > 0; deadline.check()) {
        poll(sources, 2, sent ? 100 : 1);
        if (!sent && std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(call.signal_ms)) {
            kill(child, call.signal);
            sent = true;
        }
        for (int i = 0; i < 2; ++i) {
            if (sources[i].fd < 0 || sources[i].revents == 0) continue;
            if (read_some(sources[i].fd, i == 0 ? ended.out : ended.err)) continue;
            close(sources[i].fd);
            sources[i].fd = -1;
            --open_sources;
        }
    }
    return wait_for(child, std::move(ended));
}

Ended run_in_terminal(const Call& call, int columns, const std::function<std::string(const std::string&)>& typed) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = static_cast<unsigned short>(columns);
    int master = -1;
    const pid_t child = forkpty(&master, nullptr, nullptr, &size);
    if (child < 0) throw std::runtime_error("no pseudo terminal");
    if (child == 0) execute(call);
    Ended ended;
    const Deadline deadline(child, call.seconds);
    for (;; deadline.check()) {
        pollfd source = {master, POLLIN, 0};
        const bool ready = poll(&source, 1, 20) > 0;
        if (ready && !read_some(master, ended.out)) break;
        if (!typed) continue;
        const std::string keys = typed(ended.out);
        if (!keys.empty() && write(master, keys.data(), keys.size()) < 0) break;
    }
    close(master);
    return wait_for(child, std::move(ended));
}

bool has_program(const std::string& name) {
    return run({{"-c", "command -v " + name}, {}, {}, "sh"}).status == 0;
}

}  // namespace halfstep::test
