// The thinned curve of a run: no more than 64 points, and no peak lost.
#include "halfstep/trace/curve_sink.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "synthetic.hpp"

using namespace halfstep;
using nlohmann::json;

namespace {

json curve_of(const CurveSink& sink, const std::vector<Event>& events = {}) {
    return json::parse("{" + sink.json(events));
}

}  // namespace

TEST_CASE("up to 64 records every one is a point; beyond, each stands for as many as all the others") {
    for (const int steps : {1, 64, 65, 127, 128, 129, 1000}) {
        CurveSink sink;
        for (int step = 0; step < steps; ++step)
            sink.step({step, false, {{"loss", 1000 - step}, {"loss_scale", 1 << (step % 3)}}}, synthetic::NoSnapshot());
        const json curve = curve_of(sink);
        const std::size_t points = curve["steps"].size();
        INFO(steps);
        CHECK(points <= 64);
        CHECK((steps <= 64 ? points == std::size_t(steps) : points > 32));
        REQUIRE(curve["loss"].size() == points);
        REQUIRE(curve["loss_scale"].size() == points);
        const int stride = points > 1 ? curve["steps"][1].get<int>() : 1;
        for (std::size_t i = 0; i < points; ++i) {
            CHECK(curve["steps"][i] == int(i) * stride);
            CHECK(curve["loss"][i] == 1000 - int(i) * stride);  // the largest of its stretch is its first
            if (stride >= 4 && int(i + 1) * stride <= steps) CHECK(curve["loss_scale"][i] == 1);
        }
        CHECK(int(points - 1) * stride < steps);
        CHECK(int(points) * stride >= steps);
    }
}

TEST_CASE("a NaN and an infinity anywhere in a stretch stay visible, as texts") {
    CurveSink sink;
    for (int step = 0; step < 256; ++step) {
        double loss = 1;
        if (step == 13) loss = std::nan("");
        if (step == 101) loss = std::numeric_limits<double>::infinity();
        sink.step({step, false, {{"loss", loss}}}, synthetic::NoSnapshot());
    }
    const json curve = curve_of(sink);
    CHECK(curve["loss"][13 / 4] == "nan");
    CHECK(curve["loss"][101 / 4] == "inf");
    CHECK(curve["loss"][20] == 1);
    CHECK(curve["loss_scale"][0] == 1);  // a run without a scaler
}

TEST_CASE("a run without a loss has an empty curve, and events are told on one line") {
    CurveSink sink;
    sink.step({0, false, {{"lr", 1}}}, synthetic::NoSnapshot());
    Event event;
    event.step = 3;
    event.kind = "overflow";
    event.sentence = "a \"line\"\nand another \x1f";
    const std::string text = sink.json({event});
    CHECK(text.find('\n') == text.size() - 1);
    CHECK(text.find('\x1f') == std::string::npos);
    const json curve = curve_of(sink, {event});
    CHECK(curve["steps"].empty());
    CHECK(curve["events"] == json::array({{{"step", 3}, {"kind", "overflow"}, {"text", event.sentence}}}));
}
