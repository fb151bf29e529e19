// halfstep: exceptions become messages and status 2.
#include <cstdio>
#include <new>

#include "command_line.hpp"
#include "config_input.hpp"

int main(int argc, char** argv) {
    try {
        const int status = halfstep::run_command_line(argc, argv);
        if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
        std::fprintf(stderr, "standard output cannot be written\n");
    } catch (const halfstep::ConfigRefused& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "halfstep: out of memory\n");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
    }
    return 2;
}
