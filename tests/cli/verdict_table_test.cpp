#include "verdict_table.hpp"

#include "catch.hpp"
#include "message_of.hpp"
#include "screen.hpp"
#include "text_layout.hpp"

using namespace halfstep;
using test::shown_on_screen;

namespace {

Experiment experiment_of(const std::vector<std::string>& names) {
    Experiment experiment;
    experiment.seeds = {1, 12};
    for (const std::string& name : names) {
        experiment.runs.emplace_back().run = name;
        Expectation& e = experiment.expectations.emplace_back();
        e.run = name;
        e.metric = "final_loss";
        e.below = Bound{0, names.front(), "max_loss", 2};
    }
    return experiment;
}

std::vector<Verdict> verdicts_of(const std::vector<std::string>& names) {
    const Experiment experiment = experiment_of(names);
    std::vector<RunSummary> summaries;
    for (const std::string& name : names)
        for (const std::uint64_t seed : experiment.seeds) {
            RunSummary& s = summaries.emplace_back();
            s.run = name;
            s.seed = seed;
            s.metrics = {{"final_loss", name == names.front() ? 0.25 : 1000.5}, {"max_loss", 2}};
        }
    return judge(experiment, summaries);
}

Terminal window(int columns) {
    return {.interactive = true, .drawable = true, .color = false, .unicode = true, .columns = columns};
}

const Terminal piped{.interactive = false, .drawable = false, .color = false, .unicode = true, .columns = 80};

std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

std::string letters_of(const std::string& text) {
    std::string letters;
    for (const char c : text)
        if (c != ' ' && c != '\n') letters += c;
    return letters;
}

}  // namespace

TEST_CASE("verdicts stand in columns, as sentences that can be searched for") {
    CHECK(text_of(verdict_lines(verdicts_of({"base", "adam_late"}), piped)) ==
          "  held    base,      seed 1:  final_loss = 0.25,   expected below 4 (2 × base's max_loss)\n"
          "  held    base,      seed 12: final_loss = 0.25,   expected below 4 (2 × base's max_loss)\n"
          "  FAILED  adam_late, seed 1:  final_loss = 1000.5, expected below 4 (2 × base's max_loss)\n"
          "  FAILED  adam_late, seed 12: final_loss = 1000.5, expected below 4 (2 × base's max_loss)\n");
}

TEST_CASE("a single verdict is its sentence") {
    const auto verdicts = verdicts_of({"base"});
    CHECK(verdict_lines(std::span(verdicts).first(1), piped).front() == "  held    " + verdicts.front().sentence);
}

TEST_CASE("what was not judged says why, in its column") {
    const auto verdicts = judge(experiment_of({"base"}), {});
    CHECK(
        verdict_lines(verdicts, piped).front() ==
        "  open    base, seed 1:  final_loss, expected below 2 × base's max_loss; not judged, because the run base is "
        "not finished");
}

TEST_CASE("no line is wider than the window and no word is lost") {
    const auto verdicts =
        verdicts_of({"base", "a_rather_long_name_of_a_run_nobody_would_type_twice", "学習率を下げた実行", "x"});
    for (int columns = 10; columns < 200; ++columns) {
        INFO(columns);
        const std::string text = text_of(verdict_lines(verdicts, window(columns)));
        CHECK(printable(letters_of(text)) == letters_of(text));
        CHECK(holds(letters_of(text), "expectedbelow4(2×base'smax_loss)"));
        for (const std::string& line : verdict_lines(verdicts, window(columns))) CHECK(display_width(line) <= columns);
    }
}

TEST_CASE("in forty columns a verdict is a wrapped sentence") {
    const auto verdicts = verdicts_of({"base"});
    CHECK(text_of(verdict_lines(std::span(verdicts).first(1), window(40))) ==
          "  held    base, seed 1: final_loss =\n"
          "          0.25, expected below 4 (2 ×\n"
          "          base's max_loss)\n");
}

TEST_CASE("colour marks the outcome and nothing else") {
    Terminal colors = window(120);
    colors.color = true;
    const auto verdicts = verdicts_of({"base", "adam"});
    const auto colored = verdict_lines(verdicts, colors), plain = verdict_lines(verdicts, window(120));
    CHECK(colored.front().starts_with("  \x1b[32mheld\x1b[0m    base,"));
    CHECK(colored.back().starts_with("  \x1b[31mFAILED\x1b[0m  adam,"));
    for (std::size_t i = 0; i < plain.size(); ++i) CHECK(test::without_colors(colored[i]) == plain[i]);
}

TEST_CASE("without UTF-8 the multiplication sign is an x") {
    Terminal ascii = piped;
    ascii.unicode = false;
    CHECK(holds(verdict_lines(verdicts_of({"base"}), ascii).front(), "(2 x base's max_loss)"));
}

TEST_CASE("a name with control characters cannot move the cursor") {
    const std::string text = text_of(verdict_lines(verdicts_of({"a\x1b[2Jb"}), window(100)));
    CHECK(holds(text, "a\\x1b[2Jb"));
    CHECK_FALSE(shown_on_screen(text).strange);
}
