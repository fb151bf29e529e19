// What [run] says about looking at a run.
#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

RunSpec run_with(const std::string& line) {
    return parse_scenario(minimal_text("[run]\n" + line + "\n"), "demo.toml", sample_catalogue()).runs.front();
}

}  // namespace

TEST_CASE("the cadence of the trace is a number of steps, 0 for the run's own choice, or \"off\"") {
    CHECK(run_with("").trace_every == 0);
    CHECK(run_with("trace_every = 0").trace_every == 0);
    CHECK(run_with("trace_every = 250").trace_every == 250);
    CHECK(run_with("trace_every = \"off\"").trace_every == -1);
    for (const char* wrong : {"trace_every = -1", "trace_every = 1.5", "trace_every = \"of\"", "trace_every = true"}) {
        INFO(wrong);
        const std::string error = error_of(minimal_text(std::string("[run]\n") + wrong + "\n"));
        CHECK(error.find("run.trace_every") != std::string::npos);
        CHECK(error.find("\"off\"") != std::string::npos);
    }
}

TEST_CASE("the reference is none or an arithmetic that rounds to no format") {
    CHECK_FALSE(run_with("").reference);
    CHECK_FALSE(run_with("reference = \"none\"").reference);
    CHECK(run_with("reference = \"binary64\"").reference == Arithmetic::binary64);
    CHECK(run_with("reference = \"multiprecision\"").reference == Arithmetic::multiprecision);
    CHECK(error_of(minimal_text("[run]\nreference = \"binary46\"\n")).find("did you mean \"binary64\"?") !=
          std::string::npos);
    CHECK(error_of(minimal_text("[run]\nreference = \"emulated\"\n")).find("run.reference") != std::string::npos);
}
