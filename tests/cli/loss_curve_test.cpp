#include "loss_curve.hpp"

#include <cmath>

#include "braille.hpp"
#include "catch.hpp"
#include "loss_columns.hpp"
#include "message_of.hpp"
#include "screen.hpp"
#include "synthetic.hpp"
#include "temporary_folder.hpp"
#include "text_layout.hpp"

using namespace halfstep;

namespace {

// A results folder whose losses are a function of run and step.
class Losses {
public:
    template <class Loss>
    Losses(const std::vector<std::string>& runs, const std::vector<std::uint64_t>& seeds, std::int64_t steps,
           const Loss& loss) {
        Experiment experiment = synthetic::experiment(runs, seeds);
        for (RunSpec& run : experiment.runs) run.steps = steps;
        Store store(out_.path(), experiment);
        for (const RunId& id : asked_runs(experiment)) {
            auto file = store.begin(id.run, id.seed);
            for (std::int64_t t = 0; t < steps; ++t)
                file->step({t, false, {{"lr", 1e30}, {"loss", loss(id.run, t)}}}, synthetic::NoSnapshot());
            store.commit(std::move(file), synthetic::summary(id.run, id.seed, {}));
        }
        results = store.finish();
        folder = store.folder();
    }
    Results results;
    std::filesystem::path folder;

    std::vector<std::string> drawn(int columns, bool color = false, bool unicode = true) const {
        return loss_curve(
            folder, results,
            {.interactive = true, .drawable = true, .color = color, .unicode = unicode, .columns = columns});
    }

private:
    TemporaryFolder out_;
};

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

double falling(const std::string&, std::int64_t t) {
    return std::exp(-0.1 * static_cast<double>(t));
}

bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

TEST_CASE("dots become braille characters, or halves of a cell in ASCII") {
    Braille picture(2, 1);
    picture.dot(0, 0, Color::none);
    picture.dot(1, 3, Color::none);
    picture.dot(2, 3, Color::none);
    picture.dot(-1, 0, Color::none);  // outside
    picture.dot(4, 4, Color::none);
    CHECK(picture.lines({.unicode = true}).front() == "\u2881\u2840");
    CHECK(picture.lines({.unicode = false}).front() == ":.");
}

TEST_CASE("a line has a dot in every column, from end to end, in both directions") {
    for (const bool back : {false, true}) {
        Braille picture(4, 2);
        back ? picture.line(7, 0, 0, 7, Color::none) : picture.line(0, 7, 7, 0, Color::none);
        CHECK(text_of(picture.lines({.unicode = true})) == "  ⡠⠊\n⡠⠊\n");
    }
}

TEST_CASE("neighbours of one colour change the colour once") {
    Braille picture(3, 1);
    for (int x = 0; x < 4; ++x) picture.dot(x, 0, Color::red);
    picture.cross(4, 0, Color::green);
    CHECK(picture.lines({.color = true, .unicode = true}).front() == "\x1b[31m⠉⠉\x1b[0m\x1b[32m×\x1b[0m");
}

TEST_CASE("every column keeps its first, last, smallest and largest loss") {
    const Losses losses({"base"}, {1}, 1000, [](const std::string&, std::int64_t t) {
        return t == 500 ? 1e6 : t == 501 ? 1e-6 : 1.0 + static_cast<double>(t % 7);
    });
    const auto traces = read_losses(losses.folder, losses.results, 20, 8, 8);
    REQUIRE(traces.size() == 1);
    REQUIRE(traces[0].columns.size() == 20);
    double smallest = 1e9, largest = 0;
    for (const auto& column : traces[0].columns) {
        REQUIRE(column);
        smallest = std::min(smallest, column->smallest);
        largest = std::max(largest, column->largest);
    }
    CHECK(smallest == 1e-6);
    CHECK(largest == 1e6);
    CHECK(traces[0].columns[0]->first == 1.0);
    CHECK(traces[0].columns[19]->last == 1.0 + 999 % 7);
    CHECK(traces[0].facts.count == 1000);
}

TEST_CASE("only the runs and seeds that are drawn are kept") {
    const Losses losses({"base", "adam", "sgd"}, {1, 2, 3}, 5, falling);
    const auto traces = read_losses(losses.folder, losses.results, 10, 2, 2);
    REQUIRE(traces.size() == 4);
    for (const LossTrace& trace : traces) CHECK(trace.facts.count == 5);
    CHECK(traces[3].variant == 1);
    CHECK(traces[3].seed == 2);
}

TEST_CASE("an exponential decay is a straight line on the logarithmic axis") {
    const Losses losses({"base"}, {1}, 100, falling);
    CHECK(text_of(losses.drawn(40)) ==
          "          1 │⠉⠒⠤⣀⡀\n"
          "            │    ⠈⠑⠢⢄⣀\n"
          "            │         ⠉⠒⠤⢄⡀\n"
          "            │             ⠈⠑⠒⠤⣀\n"
          "            │                  ⠉⠑⠢⢄⡀\n"
          "   5.02e-05 │                      ⠈⠉⠒⠤⣀\n"
          "            └0────── loss, log ───────99\n");
}

TEST_CASE("no line is wider than the window or than eighty columns") {
    const Losses losses(
        {"base", "a_rather_long_name_of_a_run_nobody_would_type_twice", "学習率を下げた実行"}, {1, 2}, 50,
        [](const std::string& run, std::int64_t t) { return run == "base" && t > 30 ? NAN : 1.0 / (1.0 + t); });
    for (int columns = 1; columns < 130; ++columns)
        for (const bool color : {false, true})
            for (const bool unicode : {false, true}) {
                INFO(columns);
                for (const std::string& line : losses.drawn(columns, color, unicode)) {
                    const std::string plain = test::without_colors(line);
                    CHECK(display_width(plain) <= std::min(columns, 80));
                    CHECK(printable(plain) == plain);
                }
            }
    CHECK(losses.drawn(23).empty());
    CHECK_FALSE(losses.drawn(24).empty());
}

TEST_CASE("with colours all runs share a drawing of six lines, an axis and a legend") {
    const Losses losses({"base", "adam"}, {1, 2}, 50, falling);
    const auto lines = losses.drawn(80, true);
    REQUIRE(lines.size() == 8);
    CHECK(lines.back() == "  \x1b[36m━ base\x1b[0m  \x1b[33m━ adam\x1b[0m");
}

TEST_CASE("without colours every run has its own drawing under its name") {
    const Losses losses({"base", "adam"}, {1}, 50, falling);
    const auto lines = losses.drawn(80);
    REQUIRE(lines.size() == 2 * 4 + 1);
    CHECK(lines[0] == "  base");
    CHECK(lines[4] == "  adam");
    for (const std::string& line : lines) CHECK_FALSE(holds(line, "\x1b"));
}

TEST_CASE("where a loss stops being finite there is a cross, and the legend says when") {
    const Losses losses({"base", "adam"}, {1, 2}, 50, [](const std::string& run, std::int64_t t) {
        return run == "adam" && t >= 20 ? (t == 20 ? INFINITY : NAN) : 1.0;
    });
    CHECK(holds(text_of(losses.drawn(80, true)), "━ adam × seed 1: NaN from step 20, × seed 2: NaN from step 20"));
    CHECK(holds(text_of(losses.drawn(80, false)), "  adam × seed 1: NaN from step 20"));
    CHECK_FALSE(holds(text_of(losses.drawn(80, false)), "base ×"));
    const Losses never({"base"}, {1}, 5, [](const std::string&, std::int64_t) { return INFINITY; });
    CHECK(holds(text_of(never.drawn(80)), "│×"));
    CHECK(holds(text_of(never.drawn(80)), "base × infinite from step 0"));
}

TEST_CASE("a loss that is finite again is drawn with a gap and no cross") {
    const Losses losses({"base"}, {1}, 60, [](const std::string&, std::int64_t t) { return t / 20 == 1 ? NAN : 1.0; });
    const std::string text = text_of(losses.drawn(40));
    CHECK_FALSE(holds(text, "×"));
    const auto curve = text.find("⠉⠉");
    REQUIRE(curve != std::string::npos);
    CHECK(holds(text.substr(curve), "    "));
}

TEST_CASE("without UTF-8 the drawing is ASCII") {
    const Losses losses({"base", "adam"}, {1}, 50, [](const std::string& run, std::int64_t t) {
        return run == "adam" && t > 9 ? NAN : falling(run, t);
    });
    CHECK(is_ascii(text_of(losses.drawn(80, false, false))));
    CHECK(is_ascii(text_of(losses.drawn(80, true, false))));
}

TEST_CASE("losses that are zero, negative, enormous or all the same can be drawn") {
    const auto drawn = [](double (*loss)(const std::string&, std::int64_t)) {
        return text_of(Losses({"base"}, {1}, 20, loss).drawn(60));
    };
    CHECK(holds(drawn([](const std::string&, std::int64_t) { return 0.0; }), " loss over steps "));
    CHECK(holds(drawn([](const std::string&, std::int64_t t) { return 10.0 - static_cast<double>(t); }),
                " loss over steps "));
    CHECK(holds(drawn([](const std::string&, std::int64_t t) { return t < 10 ? 1.0 : 0.0; }), "logarithmic"));
    CHECK(holds(drawn([](const std::string&, std::int64_t t) { return t % 2 ? 1.7e308 : -1.7e308; }), "-1.7e+308"));
    CHECK(holds(drawn([](const std::string&, std::int64_t t) { return t % 2 ? 1.7e308 : 5e-324; }), "1.7e+308"));
    CHECK(holds(drawn([](const std::string&, std::int64_t) { return 2.5; }), "2.5 │"));
}

TEST_CASE("of many runs the first are drawn, and the others are counted") {
    std::vector<std::string> runs;
    for (int i = 0; i < 30; ++i) runs.push_back("run" + std::to_string(i));
    const Losses losses(runs, {1}, 3, falling);
    CHECK(holds(text_of(losses.drawn(80, true)), "drawn: the first 8 of 30 runs"));
    CHECK(holds(text_of(losses.drawn(80, false)), "drawn: the first 6 of 30 runs"));
}
