// The linker removes copies, stores in place, shares memory between temporaries and runs the
// workers one after the other. None of that may be seen in a state.
#include "random_program.hpp"

#include <cstdlib>
#include <string>

#include "agreement.hpp"
#include "catch.hpp"
#include "halfstep/program/machine.hpp"
#include "slow_machine.hpp"

using namespace halfstep;

namespace {

std::string difference(std::uint64_t seed, int workers, int statements, int steps) {
    random_program::Attachments attachments;
    const Program program = random_program::make(seed, workers, statements, attachments);
    const Precision precision = random_program::precision(seed);
    const auto compact = make_emulated(program, precision),
               keep = make_emulated(program, precision, Layout::keep_everything);
    const auto wide = make_binary64(program), wide_keep = make_binary64(program, Layout::keep_everything);
    slow::SlowMachine slow(program, precision);
    auto of_slow = [&](ValueId v, int w) { return slow.read(v, w); };
    auto of_keep = [&](ValueId v, int w) { return wide_keep->value(v, w); };
    for (int step = 0; step <= steps; ++step) {
        std::string what = first_difference(*compact, program, of_slow);
        if (!what.empty()) return "compact, " + what;
        what = first_difference(*keep, program, of_slow);
        if (!what.empty()) return "keep_everything, " + what;
        what = first_difference(*wide, program, of_keep);
        if (!what.empty()) return "binary64, " + what;
        for (Machine* machine : {compact.get(), keep.get(), wide.get(), wide_keep.get()}) machine->step();
        slow.step();
    }
    return {};
}

// More of them: HALFSTEP_RANDOM_PROGRAMS=20000 test_program "random programs*"
int programs() {
    const char* given = std::getenv("HALFSTEP_RANDOM_PROGRAMS");
    return given ? std::atoi(given) : 150;
}

}  // namespace

TEST_CASE("random programs give the same bits in both layouts and on the slow machine") {
    for (int seed = 0; seed < programs(); ++seed) {
        INFO("seed " << seed);
        CHECK(difference(static_cast<std::uint64_t>(seed), seed % 3 + 1, 4 + seed % 37, 4) == "");
    }
}
