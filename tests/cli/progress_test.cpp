// Progress, curve and verdicts of `halfstep run`, as a user sees them.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "screen.hpp"
#include "temporary_folder.hpp"

using namespace halfstep::test;
using nlohmann::json;

namespace {

// A scenario small enough to be over at once, or one that goes on until it is interrupted.
class Folder {
public:
    explicit Folder(std::int64_t steps, const std::string& more = "") {
        std::ofstream(folder_ / "bowl.toml") << "title = \"A bowl\"\n[model]\nkind = \"quadratic\"\ndimension = 4\n"
                                                "[optimizer]\nkind = \"sgd\"\nlr = 0.1\n[run]\nseeds = [1, 2]\nsteps = "
                                             << steps << "\nrecord_every = " << std::max<std::int64_t>(1, steps / 100)
                                             << "\n[[variant]]\nname = \"slower\"\noptimizer.lr = 0.01\n"
                                             << more;
    }
    Call call(std::vector<std::string> options, Environment environment = {"TERM=xterm", "LANG=C.UTF-8"}) const {
        options.insert(options.begin(), {"run", "bowl.toml", "--no-report"});
        return {options, folder_.path(), environment};
    }
    const TemporaryFolder& path() const { return folder_; }

private:
    TemporaryFolder folder_;
};

const std::string expectations =
    "[[expect]]\nrun = \"base\"\nmetric = \"final_loss\"\nbelow = 1\n"
    "[[expect]]\nrun = \"slower\"\nmetric = \"final_loss\"\nabove = { run = \"base\", times = 1e9 }\n";

// Steps that take a while (progress is looked at every tenth of a second), and some that never end.
constexpr std::int64_t long_enough = 1'000'000, endless = 100'000'000;

std::vector<json> objects_of(const std::string& text) {
    std::vector<json> objects;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) objects.push_back(json::parse(line));
    return objects;
}

int count_of(const std::vector<json>& objects, const std::string& event) {
    int count = 0;
    for (const json& object : objects) count += object.at("event") == event;
    return count;
}

// Types Ctrl-C once, when the text has been shown.
auto interrupt_after(const std::string& text) {
    return [text, done = false](const std::string& shown) mutable -> std::string {
        if (done || !holds(shown, text)) return "";
        done = true;
        return "\x03";
    };
}

}  // namespace

TEST_CASE("in a terminal a bar is drawn over itself and is gone before the results are printed") {
    const Folder folder(long_enough, expectations);
    for (const int columns : {40, 120}) {
        const Ended ended = run_in_terminal(folder.call({"--jobs", "2"}), columns);
        CHECK(ended.status == 1);
        CHECK(holds(ended.out, "\r\x1b[K  [0/4] "));
        const Screen screen = shown_on_screen(ended.out);
        CHECK(screen.widest <= columns);
        CHECK_FALSE(screen.strange);
        CHECK_FALSE(holds(screen.text(), "░"));
        CHECK(holds(screen.text(), "  [4/4] 4000000 steps in "));
        CHECK(holds(screen.text(), "  2 of 4 checks held, 2 failed\n"));
    }
}

TEST_CASE("Ctrl-C ends a run with status 3 and leaves a clean line") {
    const Folder folder(endless);
    for (const char* jobs : {"1", "4"}) {
        const Ended ended =
            run_in_terminal(folder.call({"--progress", "bar", "--jobs", jobs}), 60, interrupt_after("[0/4]"));
        CHECK(ended.status == 3);
        const Screen screen = shown_on_screen(ended.out);
        CHECK(screen.widest <= 80);  // the message, not the bar
        CHECK_FALSE(holds(screen.text(), "░"));
        CHECK_FALSE(holds(screen.text(), "^C"));
        CHECK(holds(screen.text(), "\ninterrupted: 0 of 4 runs are finished and kept; go on with --resume\n"));
    }
}

TEST_CASE("in a file progress is a line for each tenth of the work") {
    const Folder folder(200'000);
    const Ended ended = run(folder.call({}));
    CHECK(ended.status == 0);
    CHECK(ended.out == "bowl: A bowl\n");
    CHECK(holds(ended.err, "  [4/4] 800000 steps in "));
    CHECK_FALSE(holds(ended.err, "\r"));
    CHECK_FALSE(holds(ended.err, "\x1b"));
    CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') <= 10);
}

TEST_CASE("a terminal that cannot erase a line gets lines, too") {
    const Folder folder(200'000);
    for (const Environment& environment : {Environment{"TERM=dumb"}, Environment{}}) {
        const Ended ended = run_in_terminal(folder.call({}, environment), 80);
        CHECK_FALSE(holds(ended.out, "\x1b"));
        CHECK(holds(ended.out, "  [4/4] 800000 steps in "));
    }
}

TEST_CASE("a quiet run prints only what failed, and progress can be turned off") {
    const Folder holding(50), failing(50, expectations);
    const Ended held = run_in_terminal(holding.call({"--quiet"}), 80);
    CHECK(held.status == 0);
    CHECK(held.out.empty());
    const Ended failed = run(failing.call({"--quiet"}));
    CHECK(failed.status == 1);
    CHECK(failed.err.empty());
    CHECK(failed.out.starts_with("bowl: A bowl\n  FAILED  slower, seed 1: final_loss = "));
    CHECK_FALSE(holds(failed.out, "held  "));
    const Ended silent = run(failing.call({"--progress", "none"}));
    CHECK(silent.err.empty());
    CHECK(holds(silent.out, "  held    base,   seed 1: final_loss = "));
}

TEST_CASE("progress as JSON is one object a line, from the start to the verdicts") {
    const Folder folder(400'000, expectations);
    const Ended ended = run(folder.call({"--progress", "json", "--jobs", "2"}));
    CHECK(ended.status == 1);
    CHECK(holds(ended.out, "FAILED"));
    const std::vector<json> objects = objects_of(ended.err);
    REQUIRE(objects.size() > 2);
    for (const json& object : objects) CHECK(object.at("scenario") == "bowl");
    CHECK(objects.front() == json{{"event", "start"},
                                  {"scenario", "bowl"},
                                  {"title", "A bowl"},
                                  {"runs", {"base", "slower"}},
                                  {"seeds", {1, 2}}});
    CHECK(count_of(objects, "run_start") == 4);
    CHECK(count_of(objects, "run_finish") == 4);
    CHECK(count_of(objects, "verdict") == 4);
    for (const json& object : objects) {
        if (object.at("event") == "progress") {
            CHECK(object.at("step") <= object.at("steps"));
            CHECK(object.at("steps") == 400'000);
            CHECK((object.at("eta_s").is_null() || object.at("eta_s") >= 0));
        }
        if (object.at("event") == "run_finish") CHECK(object.at("digest").get<std::string>().size() == 32);
        if (object.at("event") == "verdict")
            CHECK(object.at("outcome") == (object.at("run") == "base" ? "held" : "failed"));
    }
    CHECK(objects.back() == json{{"event", "finish"},
                                 {"scenario", "bowl"},
                                 {"held", 2},
                                 {"failed", 2},
                                 {"not_judged", 0},
                                 {"interrupted", false},
                                 {"report", nullptr}});
}

TEST_CASE("an interrupted run says so in JSON, and its progress was seen") {
    const Folder folder(endless);
    const Ended ended = run_in_terminal(folder.call({"--progress", "json", "--quiet", "--jobs", "1"}), 80,
                                        interrupt_after("\"event\":\"progress\""));
    CHECK(ended.status == 3);
    std::string text;
    for (const char c : ended.out)
        if (c != '\r') text += c;
    if (const auto echo = text.find("^C"); echo != std::string::npos) text.erase(echo, 2);
    const std::vector<json> objects = objects_of(text);
    CHECK(count_of(objects, "progress") >= 1);
    CHECK(objects.back().at("event") == "finish");
    CHECK(objects.back().at("interrupted") == true);
}

TEST_CASE("watching changes no bit") {
    const Folder folder(1000);
    std::set<std::string> digests;
    for (const char* mode : {"json", "none", "lines", "bar"}) {
        CHECK(run(folder.call({"--progress", mode})).status == 0);
        std::ifstream in(folder.path() / "results/bowl/manifest.json");
        digests.insert(json::parse(in).at("digest").get<std::string>());
    }
    CHECK(digests.size() == 1);
}

TEST_CASE("the curve is drawn in terminals, and elsewhere on request") {
    const Folder folder(50);
    CHECK(holds(run_in_terminal(folder.call({}), 80).out, "└0"));
    CHECK_FALSE(holds(run_in_terminal(folder.call({"--quiet"}), 80).out, "└0"));
    CHECK_FALSE(holds(run_in_terminal(folder.call({"--curve", "never"}), 80).out, "└0"));
    CHECK_FALSE(holds(run(folder.call({})).out, "└0"));
    CHECK(holds(run(folder.call({"--curve", "always"})).out, "└0"));
    CHECK(holds(run(folder.call({"--curve", "always", "--quiet"})).out, "└0"));
}

TEST_CASE("colours follow --color, then NO_COLOR, then the terminal") {
    const Folder folder(50, expectations);
    const auto colored = [&](const std::vector<std::string>& options, const Environment& environment, bool terminal) {
        const Call call = folder.call(options, environment);
        return holds(terminal ? run_in_terminal(call, 100).out : run(call).out, "\x1b[31mFAILED\x1b[0m");
    };
    const Environment plain = {"TERM=xterm"}, no_color = {"TERM=xterm", "NO_COLOR=1"},
                      empty = {"TERM=xterm", "NO_COLOR="};
    CHECK(colored({}, plain, true));
    CHECK(colored({}, empty, true));
    CHECK_FALSE(colored({}, no_color, true));
    CHECK_FALSE(colored({}, {"TERM=dumb"}, true));
    CHECK_FALSE(colored({"--color", "never"}, plain, true));
    CHECK_FALSE(colored({}, plain, false));
    CHECK(colored({"--color", "always"}, no_color, true));
    CHECK(colored({"--color", "always"}, plain, false));
}

TEST_CASE("without a UTF-8 locale everything is ASCII") {
    const Folder folder(long_enough, expectations);
    for (const Environment& environment :
         {Environment{"TERM=xterm", "LANG=C"}, Environment{"TERM=xterm", "LANG=en_GB.UTF-8", "LC_ALL=POSIX"}}) {
        const std::string out = run_in_terminal(folder.call({}, environment), 80).out;
        CHECK(holds(out, "#"));
        CHECK(holds(out, "+0---"));
        CHECK(std::all_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    }
}

TEST_CASE("a forty-column window holds every line") {
    const Folder folder(50, expectations);
    const Screen screen = shown_on_screen(run_in_terminal(folder.call({}), 40).out);
    CHECK(screen.widest <= 40);
    CHECK_FALSE(screen.strange);
    CHECK(holds(screen.text(), "FAILED"));
}

TEST_CASE("COLUMNS narrows a window") {
    const Folder folder(50, expectations);
    const Call call = folder.call({}, {"TERM=xterm", "LANG=C.UTF-8", "COLUMNS=50"});
    CHECK(shown_on_screen(run_in_terminal(call, 120).out).widest <= 50);
}
