#include "interruption.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"

using namespace halfstep;

TEST_CASE("the first interrupt asks runs to stop, the second ends the program") {
    for (const int signal : {SIGINT, SIGTERM}) {
        const pid_t child = fork();
        if (child == 0) {
            stop_on_signals();
            if (stop_requested) _exit(1);
            raise(signal);
            if (!stop_requested) _exit(2);
            raise(signal);
            _exit(3);  // not reached
        }
        int status = 0;
        waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == signal);
    }
}
