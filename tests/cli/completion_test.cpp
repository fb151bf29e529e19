// The scripts inside the shells they are for. A shell that is not installed skips its tests.
#include "completion.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "command_line.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "skip.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

using Words = std::set<std::string>;

Words lines_of(const std::string& text) {
    Words words;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) words.insert(line.substr(0, line.find('\t')));
    return words;
}

// A folder with files to complete, and the shell's script.
class Place {
public:
    explicit Place(const std::string& shell) : shell_(shell) {
        for (const char* name : {"mine.toml", "other one.toml", "notes.txt", "recorded.json"})
            std::ofstream(folder_ / name) << "";
        std::filesystem::create_directory(folder_ / "sub");
        std::ofstream(folder_ / "script") << run({{"completion", shell}, {}, {}}).out;
    }

    // What the shell offers for a line of which the last word is being typed.
    Words offered(const std::vector<std::string>& typed) const {
        std::string quoted, line;
        for (const std::string& word : typed) {
            quoted += " '" + word + "'";
            line += (line.empty() ? "" : " ") + word;
        }
        const std::string bash = "source ./script; COMP_WORDS=(" + quoted +
                                 "); COMP_CWORD=" + std::to_string(typed.size() - 1) +
                                 "; _halfstep; [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"";
        const std::string fish = "source ./script; complete -C '" + line + "'";
        const Ended ended = run({{shell_ == "bash" ? "--norc" : "--no-config", "-c", shell_ == "bash" ? bash : fish},
                                 folder_.path(),
                                 {"HOME=" + folder_.path().string(), "TERM=dumb"},
                                 shell_});
        CHECK(ended.err.empty());
        return lines_of(ended.out);
    }
    const TemporaryFolder& folder() const { return folder_; }

private:
    std::string shell_;
    TemporaryFolder folder_;
};

Words command_names() {
    Words names;
    for (const CommandDoc& command : describe_command_line().commands) names.insert(command.name);
    return names;
}

bool includes(const Words& all, const Words& some) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

// Of "now> ": where it is typed, and where the shell asks with it.
int prompts(const std::string& shown) {
    int count = 0;
    for (auto at = shown.find("now> "); at != std::string::npos; at = shown.find("now> ", at + 1)) ++count;
    return count;
}

// The same expectations for bash and fish.
void check_offers(const Place& place) {
    CHECK(includes(place.offered({"halfstep", ""}), command_names()));
    CHECK(place.offered({"halfstep", "comp"}) == Words{"completion"});
    CHECK(place.offered({"halfstep", "run", "--prog"}) == Words{"--progress"});
    CHECK(place.offered({"halfstep", "run", "--progress", ""}) == Words{"auto", "bar", "lines", "json", "none"});
    CHECK(place.offered({"halfstep", "run", "x.toml", "--color", "al"}) == Words{"always"});
    CHECK(place.offered({"halfstep", "completion", ""}) == Words{"bash", "fish", "zsh"});
    CHECK(place.offered({"halfstep", "new", "x", "--kind", "q"}) == Words{"quadratic"});
    CHECK(includes(place.offered({"halfstep", "help", ""}), command_names()));
}

}  // namespace

TEST_CASE("the description of the command line has every command, option and choice") {
    const ProgramDoc program = describe_command_line();
    CHECK(command_names() == Words{"run", "check", "show", "list", "replay", "report", "merge", "formats", "testfloat",
                                   "new", "completion", "man", "help"});
    const CommandDoc& run = program.commands.front();
    REQUIRE(run.name == "run");
    CHECK(run.arguments.front().takes == Takes::scenario);
    CHECK(run.arguments.front().repeated);
    Words names;
    for (const OptionDoc& option : run.options) {
        names.insert(option.names.begin(), option.names.end());
        if (option.names.front() == "--out") CHECK(option.takes == Takes::folder);
        if (option.names.front() == "--resume") CHECK(option.takes == Takes::nothing);
        if (option.names.front() == "--set") CHECK(option.repeated);
        if (option.names.front() == "--curve")
            CHECK(option.choices == std::vector<std::string>{"auto", "always", "never"});
    }
    CHECK(includes(names,
                   {"--jobs", "-j", "--quiet", "-q", "--figures", "--no-report", "--seeds", "--progress", "--color"}));
}

TEST_CASE("bash completes commands, options, choices and files") {
    if (!has_program("bash")) HALFSTEP_SKIP("bash is not installed");
    const Place place("bash");
    check_offers(place);
    CHECK(place.offered({"halfstep", "run", ""}) == Words{"mine.toml", "other one.toml", "sub"});
    CHECK(place.offered({"halfstep", "run", "oth"}) == Words{"other one.toml"});
    CHECK(place.offered({"halfstep", "replay", ""}) == Words{"recorded.json", "sub"});
    CHECK(place.offered({"halfstep", "run", "--out", ""}) == Words{"sub"});
    CHECK(place.offered({"halfstep", "run", "--seeds", ""}).empty());
    // --option=value comes as three words.
    CHECK(place.offered({"halfstep", "run", "--progress", "=", "js"}) == Words{"json"});
    CHECK(place.offered({"halfstep", "run", "--progress", "="}).size() == 5);
}

TEST_CASE("bash completes with the tabulator key") {
    if (!has_program("bash")) HALFSTEP_SKIP("bash is not installed");
    const Place place("bash");
    int stage = 0;
    const auto type = [&](const std::string& shown) -> std::string {
        if (stage == 0 && holds(shown, "ready> ")) return ++stage, "source ./script; PS1='now> '\n";
        if (stage == 1 && prompts(shown) == 2) return ++stage, "echo halfstep run oth\t";
        if (stage == 2 && holds(shown, "run oth")) return ++stage, "\x15halfstep comp\tb\t--no";
        if (stage == 3 && holds(shown, "completion bash --no"))
            return ++stage,
                   "\x15"
                   "exit\n";
        return "";
    };
    const Call call{{"--norc", "--noprofile", "-i"},
                    place.folder().path(),
                    {"HOME=" + place.folder().path().string(), "TERM=xterm", "PS1=ready> ", "LANG=C.UTF-8"},
                    "bash",
                    20};
    const Ended ended = run_in_terminal(call, 200, type);
    INFO(ended.out);
    CHECK(stage == 4);
}

TEST_CASE("fish completes commands, options, choices and files") {
    if (!has_program("fish")) HALFSTEP_SKIP("fish is not installed");
    const Place place("fish");
    check_offers(place);
    CHECK(includes(place.offered({"halfstep", "run", ""}), {"mine.toml", "sub/"}));
    CHECK(place.offered({"halfstep", "run", "--out", ""}) == Words{"sub/"});
}

TEST_CASE("zsh completes with the tabulator key") {
    if (!has_program("zsh")) HALFSTEP_SKIP("zsh is not installed");
    const Place place("zsh");
    int stage = 0;
    const auto type = [&](const std::string& shown) -> std::string {
        if (stage == 0 && holds(shown, "ready> "))
            return ++stage, "autoload -Uz compinit && compinit -D -u; source ./script; PS1='now> '\n";
        if (stage == 1 && prompts(shown) == 2) return ++stage, "halfstep comp\tb\t";
        if (stage == 2 && holds(shown, "completion") && holds(shown, "bash"))
            return ++stage, "\x15halfstep run --progr\tjs\tm\t";
        if (stage == 3 && holds(shown, "--progress") && holds(shown, "json") && holds(shown, "mine.toml"))
            return ++stage,
                   "\x15"
                   "exit\n";
        return "";
    };
    const Call call{{"-f", "-i"},
                    place.folder().path(),
                    {"HOME=" + place.folder().path().string(), "TERM=dumb", "PS1=ready> ", "LANG=C.UTF-8"},
                    "zsh",
                    20};
    const Ended ended = run_in_terminal(call, 200, type);
    INFO(ended.out);
    CHECK(stage == 4);
}

TEST_CASE("help texts with quotes, brackets and colons stay inside their quotes") {
    ProgramDoc program;
    CommandDoc& command = program.commands.emplace_back();
    command.name = "run";
    command.help = "it's [a]: \\ $(touch broken) `touch broken`";
    OptionDoc& option = command.options.emplace_back();
    option.names = {"--set", "-s"};
    option.help = command.help;
    option.value = "X";
    option.takes = Takes::text;
    for (const Shell& shell : completion_shells()) {
        if (!has_program(shell.name)) continue;
        TemporaryFolder folder;
        std::ofstream(folder / "script") << shell.script(program);
        const std::string load =
            std::string(shell.name) == "zsh" ? "compdef() { :; }; source ./script" : "source ./script";
        const Ended ended = run({{"-c", load}, folder.path(), {"HOME=" + folder.path().string()}, shell.name});
        INFO(shell.name << ": " << ended.err);
        CHECK(ended.status == 0);
        CHECK(ended.err.empty());
        CHECK_FALSE(std::filesystem::exists(folder / "broken"));
    }
}
