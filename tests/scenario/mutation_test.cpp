// Whatever the bytes are, the parser accepts them or throws ScenarioError; it neither crashes nor
// hangs. Run under -fsanitize=address,undefined as well (scripts/test.sh).
#include <random>
#include <vector>

#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const std::vector<std::string>& fragments() {
    static const std::vector<std::string> list = {"[",
                                                  "]",
                                                  "[[",
                                                  "]]",
                                                  "{",
                                                  "}",
                                                  "\"",
                                                  "\"\"\"",
                                                  "'",
                                                  "'''",
                                                  "=",
                                                  ".",
                                                  ",",
                                                  "#",
                                                  "\\",
                                                  "\n",
                                                  "\r\n",
                                                  "\r",
                                                  "\t",
                                                  std::string(1, '\0'),
                                                  "\xc3\xa9",
                                                  "\xff",
                                                  "\xe2\x82",
                                                  "inf",
                                                  "-nan",
                                                  "1e999",
                                                  "-1",
                                                  "0x1p3",
                                                  "1_0",
                                                  "07",
                                                  "1979-05-27 07:32:00",
                                                  "99999999999999999999",
                                                  "true",
                                                  "kind",
                                                  "name",
                                                  "run",
                                                  "base",
                                                  "[variant]",
                                                  "[[variant]]\nname = \"n\"\n",
                                                  "[[expect]]\n",
                                                  "[[inject]]\n",
                                                  "optimizer.kind = \"sgd\"\n",
                                                  "\\u0000",
                                                  "\\U0010FFFF",
                                                  "a.b.c.d",
                                                  "= {",
                                                  "}, {",
                                                  "\x7f",
                                                  "\xef\xbb\xbf",
                                                  "-",
                                                  "+",
                                                  "_",
                                                  ":",
                                                  "\"\" = 1\n",
                                                  "e",
                                                  "."};
    return list;
}

// The raw generator only: the standard's distributions differ between libraries.
class Mutator {
public:
    explicit Mutator(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

    void mutate(std::string& text) {
        const std::size_t at = below(text.size() + 1);
        const std::size_t length = std::min(below(40), text.size() - at);
        switch (below(10)) {
            case 0:
                if (at < text.size()) text[at] = static_cast<char>(below(256));
                break;
            case 1:
                text.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 2:
                text.erase(at, length);
                break;
            case 3:
                text.insert(below(text.size() + 1), text.substr(at, length));
                break;
            case 4:
                text.insert(at, fragments()[below(fragments().size())]);
                break;
            case 5:
                text.replace(at, length, fragments()[below(fragments().size())]);
                break;
            case 6:
                if (below(4) == 0)
                    text.resize(at);
                else
                    std::swap(text[at % text.size()], text[below(text.size())]);
                break;
            // Whole lines and words, which stay TOML more often and so reach further in.
            case 7:
                text.erase(line_start(text, at), text.find('\n', at) - line_start(text, at));
                break;
            case 8:
                text.insert(line_start(text, below(text.size())),
                            text.substr(line_start(text, at), text.find('\n', at) - line_start(text, at)) + "\n");
                break;
            default:
                replace_word(text, at, below(text.size()));
        }
        if (text.empty()) text = "t";
    }

private:
    static std::size_t line_start(const std::string& text, std::size_t at) {
        const std::size_t line_end = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
        return line_end == std::string::npos ? 0 : line_end + 1;
    }

    // The word at `to` becomes a copy of the word at `from`.
    static void replace_word(std::string& text, std::size_t from, std::size_t to) {
        const char* separators = " \n,[]{}=";
        const auto word = [&](std::size_t at) {
            const std::size_t start = std::min(text.find_first_not_of(separators, at), text.size());
            return std::pair(start, std::min(text.find_first_of(separators, start), text.size()) - start);
        };
        const auto [source, source_length] = word(from);
        const auto [target, target_length] = word(to);
        text.replace(target, target_length, text.substr(source, source_length));
    }

    std::mt19937 random_;
};

// What a sweep may say, to be laid behind a run.
const std::string& swept_part() {
    static const std::string text = R"([sweep]
"optimizer.lr" = { log = [1e-3, 1], points = 8 }
optimizer.momentum = [0.5, 0.9]
model.noisy = [true, false]
precision.weight = "e5m{2..10}"
run.steps = { values = [10, 20] }
zip = [["run.steps", "optimizer.momentum"]]
seeds = [1, 2]
metrics = ["max_loss"]
limit = 1000
series = [{ lr = 1 }]
[[sweep.verdict]]
name = "fine"
metric = "final_loss"
below = 0.5
[boundary]
axis = "optimizer.lr"
theory = "2/max_curvature"
[[expect]]
at = { lr = 1, "model.noisy" = true }
metric = "diverged"
equals = 1
)";
    return text;
}

// The first run and the last of the grid and of every search: made, or refused.
void ask_for_runs(const SweepPlan& plan) {
    const auto make = [](const auto& spec) {
        try {
            spec();
        } catch (const ScenarioError&) {
        }
    };
    for (const std::int64_t i : {std::int64_t{0}, plan.size() - 1}) {
        CHECK(plan.index(plan.point(i)) == i);
        make([&] { plan.spec(plan.point(i)); });
    }
    for (std::size_t s = 0; s < plan.sweep().boundaries.size(); ++s)
        if (const std::int64_t n = plan.searches(s); n > 0)
            make([&] { plan.spec(plan.search_point(s, n - 1), s, plan.sweep().boundaries[s].key.values.back()); });
}

// True when the text was accepted; then every run of its sweep can be asked for, too.
bool survives(const std::string& text, const Overrides& overrides = {}) {
    try {
        const Scenario scenario = load_scenario(text, "demo.toml", sample_catalogue(), overrides);
        scenario.locate("optimizer.group[1].tensors[0]", "sgd");
        if (scenario.sweep) ask_for_runs(*scenario.sweep);
        return true;
    } catch (const ScenarioError& error) {
        if (overrides.set.empty() && std::string(error.what()).compare(0, 10, "demo.toml:") != 0)
            FAIL("no place: " << error.what());
        return false;
    }
}

}  // namespace

TEST_CASE("no mutation of a valid scenario does more than throw ScenarioError") {
    const std::vector<std::string> seeds = {
        sample_text(), minimal_text(),
        minimal_text(
            "[precision]\nweight = { format = \"e4m3\", overflow = \"nan\" }\n[[variant]]\nname = \"v\"\n"
            "precision.weight.subnormals = \"flush\"\n[[expect]]\nrun = \"v\"\nmetric = \"diverged\"\nequals = 1\n"),
        minimal_text(swept_part()),
        "title='t'\nmodel={kind='mlp',layers=[1,2],data={kind='xor'}}\noptimizer={kind='sgd',lr=1,group=[{tensors=[0]}]"
        "}\n"};
    int accepted = 0;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        Mutator mutator(i);
        std::string text = seeds[i % seeds.size()];
        for (std::size_t changes = 1 + mutator.below(2) * mutator.below(4); changes > 0; --changes)
            mutator.mutate(text);
        accepted += survives(text);
    }
    // Comments, texts and numbers may change; if all or none were accepted, the test would test nothing.
    CHECK(accepted > 500);
    CHECK(accepted < 15'000);
}

TEST_CASE("no mutation of --set does more than throw ScenarioError") {
    const std::vector<std::string> seeds = {"optimizer.lr=1e-3",
                                            "model.data={kind=\"xor\"}",
                                            "precision.exp_avg=bf16",
                                            "run.seeds=[1,2]",
                                            "optimizer.kind=sgd",
                                            "optimizer.lr={log=[1,2],points=3}",
                                            "precision.exp_avg_sq=e5m{2..10}",
                                            "sweep.seeds=[1,2]"};
    for (std::uint32_t i = 0; i < 3'000; ++i) {
        Mutator mutator(i);
        std::string set = seeds[i % seeds.size()];
        for (std::size_t changes = 1 + mutator.below(3); changes > 0; --changes) mutator.mutate(set);
        survives(sample_text(), {{set}, {}});
    }
}

TEST_CASE("every beginning of a scenario is answered") {
    for (std::size_t length = 0; length < sample_text().size(); ++length) survives(sample_text().substr(0, length));
}

TEST_CASE("every short text of structural characters is answered") {
    const std::string alphabet = "[]{}=.,'\"#\na1\\";
    std::string text;
    const auto all = [&](auto&& self, int left) -> void {
        survives(text);
        if (left == 0) return;
        for (const char c : alphabet) {
            text.push_back(c);
            self(self, left - 1);
            text.pop_back();
        }
    };
    all(all, 4);
}
