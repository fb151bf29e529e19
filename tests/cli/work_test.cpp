#include "work.hpp"

#include <algorithm>

#include "catch.hpp"
#include "progress.hpp"
#include "text_layout.hpp"

using namespace halfstep;

namespace {

double busiest_of(const std::vector<std::int64_t>& running, const std::vector<std::int64_t>& waiting,
                  std::size_t workers) {
    return busiest(running, waiting, workers);
}

}  // namespace

TEST_CASE("the busiest worker decides when everything is done") {
    CHECK(busiest_of({}, {}, 2) == 0);
    CHECK(busiest_of({}, {100, 100, 100}, 1) == 300);
    CHECK(busiest_of({}, {100, 100, 100}, 2) == 200);
    CHECK(busiest_of({}, {100, 100, 100}, 3) == 100);
    CHECK(busiest_of({90, 10}, {50, 50}, 2) == 110);
    CHECK(busiest_of({5}, {1000}, 8) == 1000);
}

TEST_CASE("work counts the steps of finished and of running runs") {
    Work work(std::vector<WorkItem>{{"base", 1, 100}, {"base", 2, 100}, {"adam", 1, 300}}, 2);
    auto& first = work.begin(0, 0);
    auto& second = work.begin(1, 1);
    first = 40;
    second = 30;
    WorkView view = work.look();
    CHECK(view.runs_done == 0);
    CHECK(view.steps_done == 70);
    CHECK(view.steps == 500);
    CHECK(view.running.size() == 2);
    CHECK(work.steps_left(view) == 60 + 300);
    first = 100;
    work.end(0);
    work.begin(0, 2) = 50;
    view = work.look();
    CHECK(view.runs_done == 1);
    CHECK(view.steps_done == 180);
    CHECK(work.steps_left(view) == 250);
    second = 100;
    work.end(1);
    CHECK(work.look().running.size() == 1);
    CHECK(work.look().steps_done == 250);
}

TEST_CASE("a hundred thousand waiting runs are estimated without being scheduled") {
    Work work(std::vector<WorkItem>(100'000, WorkItem{"base", 1, 10}), 4);
    CHECK(work.steps_left(work.look()) == 250'000);
}

TEST_CASE("time left falls steadily at a steady pace, also where the last runs leave workers idle") {
    // Three equal runs on two workers, 1000 steps a second each: two seconds in all.
    StepCost cost;
    double before = 10;
    for (int tick = 1; tick <= 20; ++tick) {
        const bool tail = tick > 10;
        cost.add(0.1, tail ? 1 : 2, tail ? 100 : 200);
        if (tick < 5) {
            CHECK_FALSE(cost.seconds_a_step());
            continue;
        }
        const std::vector<std::int64_t> running(tail ? 1 : 2, tail ? 2000 - tick * 100 : 1000 - tick * 100);
        const std::vector<std::int64_t> waiting(tail ? 0 : 1, 1000);
        const double left = *cost.seconds_a_step() * busiest(running, waiting, 2);
        CHECK(left == Approx(2 - 0.1 * tick).margin(1e-9));
        CHECK(left < before);
        before = left;
    }
}

TEST_CASE("one slow moment hardly moves the estimate, a slower machine does") {
    StepCost cost;
    for (int i = 0; i < 300; ++i) cost.add(0.1, 1, 100);
    cost.add(0.1, 1, 0);
    CHECK(*cost.seconds_a_step() < 0.00101);
    for (int i = 0; i < 1200; ++i) cost.add(0.1, 1, 50);
    CHECK(*cost.seconds_a_step() == Approx(0.002).epsilon(0.05));
}

TEST_CASE("times are said in the two units that matter") {
    CHECK(time_left_text(0.2) == "<1 s");
    CHECK(time_left_text(42.9) == "42 s");
    CHECK(time_left_text(125) == "2 min 5 s");
    CHECK(time_left_text(120) == "2 min");
    CHECK(time_left_text(3 * 3600 + 20 * 60 + 5) == "3 h 20 min");
    CHECK(time_left_text(2 * 86400 + 4 * 3600) == "2 d 4 h");
    CHECK(time_left_text(1e300) == "years");
}

TEST_CASE("a bar never reaches the last column, whatever the width") {
    WorkView view{3, 15, 123'456, 1'000'000, {}, 125.0, {}};
    CHECK(progress_bar_text(view, 100, false, false) ==
          "  [3/15] ####....................................  12%,  123456 of 1000000 steps, 2 min 5 s left");
    CHECK(progress_bar_text(view, 44, false, false) == "  [3/15] #..........  12%, 2 min 5 s left");
    for (int columns = 1; columns < 150; ++columns)
        for (const bool stopping : {false, true})
            for (const bool unicode : {false, true})
                CHECK(display_width(progress_bar_text(view, columns, unicode, stopping)) < columns);
}

TEST_CASE("a bar says how full it is") {
    const auto full = [](std::int64_t done) {
        const std::string text = progress_bar_text({0, 1, done, 1000, {}, {}, {}}, 60, false, false);
        return std::count(text.begin(), text.end(), '#');
    };
    CHECK(full(0) == 0);
    CHECK(full(500) * 2 == full(1000));
    CHECK(full(999) < full(1000));
}
