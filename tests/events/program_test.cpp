// Arithmetic programs have events: their states stand where a training has weights.
#include "catch.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/scenario/scenario.hpp"
#include "planted.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::vector<Event> events_of(const std::string& text) {
    const Experiment e =
        parse_scenario("title = 't'\nprecision.preset = 'fp16_pure'\n" + text, "t.toml", builtin_catalogue());
    Nowhere sink;
    return simulate(e.runs[0], 1, sink).events;
}

}  // namespace

TEST_CASE("a counter that stops counting stagnates, and the sentence says what it would have needed") {
    const std::vector<Event> events = events_of("program = { init = { s = 0 }, step = 's = s + 1', repeat = 3000 }");
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == "stagnation");
    CHECK(events[0].step == 2048);
    CHECK(events[0].tensor == "s");
    CHECK(events[0].exact == 2049);
    CHECK(events[0].rounded == 2048);
    CHECK(events[0].sentence ==
          "step 2,048: no state changes, although 1 update is not zero; the nearest to it, s[0] = 2,048, gets 1 and "
          "needs more than 1 in fp16");
}

TEST_CASE("a state that still moves keeps a program from stagnating") {
    CHECK(events_of("program = { init = { s = 0, u = 1 }, step = 's = s + 1; u = -u', repeat = 3000 }").empty());
}

TEST_CASE("a program's overflow and the NaN it leads to name their operations") {
    const std::vector<Event> events =
        events_of("program = { init = { x = 8, y = 0 }, step = 'x = x*x; y = x - x', repeat = 6 }");
    REQUIRE(events.size() == 2);
    // 8, 64, 4096, then 4096^2.
    CHECK(events[0].kind == "overflow");
    CHECK(events[0].step == 2);
    CHECK(events[0].operation == "mul");
    CHECK(events[0].exact == 4096.0 * 4096.0);
    CHECK(events[1].kind == "nan");
    CHECK(events[1].step == 2);
    CHECK(events[1].tensor == "y");
    CHECK(events[1].operation == "sub");
}
