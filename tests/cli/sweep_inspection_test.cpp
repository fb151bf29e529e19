// halfstep check and show of files that sweep.
#include <nlohmann/json.hpp>

#include "swept_folder.hpp"

using namespace halfstep::test;
using nlohmann::ordered_json;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Ended check(const std::string& text) {
    return SweptFolder(text).program({"check", "small.toml"});
}

}  // namespace

TEST_CASE("a sweep that is fine is said to be, with its size") {
    const Ended ended = check(small_sweep);
    CHECK(ended.status == 0);
    CHECK(holds(ended.out, "small.toml: fine: 2 runs x 1 seed, 1 expectation\n  sweep: 192 runs\n"));
    CHECK(ended.err == "");
}

TEST_CASE("check builds every value of every axis, and finds the one that cannot be at its place") {
    const auto error = [](const std::string& from, const std::string& to) {
        const Ended ended = check(replaced(small_sweep, from, to));
        CHECK(ended.status == 2);
        return ended.err;
    };
    CHECK(error("momentum = [0.5, 0.9]", "momentum = [0.5, 1.5, 0.9]")
              .find("small.toml:18:28: optimizer.momentum: found 1.5") == 0);
    CHECK(error("\"e5m{2..9}\"", "\"e5m{2..99}\"").find("small.toml:17:22: precision.weight") == 0);
    CHECK(error("optimizer.momentum = [", "optimizer.momentun = [")
              .find("small.toml:18:22: sweep: no run knows the key \"optimizer.momentun\"; did you mean "
                    "\"optimizer.momentum\"?") == 0);
}

TEST_CASE("check finds a theory that no run can evaluate, and lets pass one that some can") {
    const Ended nobody = check(replaced(small_sweep, "(1 + momentum)", "(1 + momentun)"));
    CHECK(nobody.status == 2);
    CHECK(nobody.err.find("small.toml:23:18: boundary.theory: unknown name \"momentun\"; did you mean \"momentum\"?") ==
          0);
    CHECK(check(replaced(small_sweep, "seeds = [1, 2]", "seeds = [1, 2]\ntheory = \"1/(1 +\""))
              .err.find("small.toml:21:17: sweep.theory: ") == 0);
}

TEST_CASE("show tells the sweep that a file and the command line make") {
    const SweptFolder folder;
    // Points that the file names have to be there still.
    const Ended gone = folder.program({"show", "small.toml", "--set", "optimizer.lr=[0.5, 2]"});
    CHECK(gone.status == 2);
    CHECK(gone.err == "small.toml:19:18: sweep.series.lr: unknown value \"1\". Accepted: 0.5, 2\n");
    const Ended shown = folder.program({"show", "small.toml", "--set", "sweep.optimizer.lr={log=[0.1,1],points=2}"});
    CHECK(shown.err == "");
    REQUIRE(shown.status == 0);
    const ordered_json sweep = ordered_json::parse(shown.out).at("sweep");
    CHECK(sweep.at("size") == 96);
    CHECK(sweep.at("seeds") == ordered_json({1, 2}));
    CHECK(sweep.at("runs") == ordered_json({"base", "sgd"}));
}

TEST_CASE("runs of a sweep that cannot be made are counted, with the first reason, and the others are made") {
    // Each value can be, with the first of the other axis; 2 workers with 8 of 8 samples each cannot.
    const SweptFolder folder(R"(title = "odd pairs"
[model]
kind = "mlp"
layers = [2, 2, 2]
data = { kind = "xor", samples = 8 }
[optimizer]
kind = "sgd"
lr = 0.05
[run]
steps = 5
[sweep]
workers.count = [1, 2, 4]
workers.batch = [1, 8, 2]
)");
    CHECK(folder.program({"check", "small.toml"}).status == 0);
    const Ended ended = folder.sweep("out");
    CHECK(ended.status == 1);
    CHECK(holds(ended.out, "sweep: 9 runs: 2 invalid, 7 trains"));
    CHECK(holds(ended.err, "2 runs of the sweep could not be made; the first: small.toml:"));
    CHECK(
        holds(ended.err, "workers.batch: 2 workers with 8 samples each need more than the 8 samples of the data set"));
    CHECK(holds(file_text(folder / "out/small/sweep/runs.csv"), "\nbase,1,2,8,invalid,,,,,,\n"));
    // They are no finished runs for being kept.
    const Ended again = folder.sweep("out", {"--resume"});
    CHECK(again.status == 1);
    CHECK(holds(again.err, "2 runs of the sweep could not be made\n"));
}
