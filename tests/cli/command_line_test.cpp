// What the program says to a new user, and to one who mistypes.
#include "command_line.hpp"

#include <fstream>

#include "catch.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// Of a call that must be refused with status 2 and print nothing but the message.
std::string refusal(const std::vector<std::string>& arguments, const std::filesystem::path& folder = {}) {
    const Ended ended = run({arguments, folder, {}});
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    return ended.err;
}

}  // namespace

TEST_CASE("without arguments the program says what it can do and where to begin") {
    const std::string text = refusal({});
    for (const CommandDoc& command : describe_command_line().commands) CHECK(holds(text, "\n  " + command.name + " "));
    CHECK(holds(text, "halfstep new mine"));
}

TEST_CASE("help is printed on request, of the program and of every command") {
    CHECK(run({{"help"}, {}, {}}).out == run({{"--help"}, {}, {}}).out);
    for (const CommandDoc& command : describe_command_line().commands) {
        const Ended help = run({{"help", command.name}, {}, {}});
        CHECK(help.status == 0);
        CHECK(holds(help.out, "Usage: halfstep " + command.name));
        CHECK(help.out == run({{command.name, "--help"}, {}, {}}).out);
        for (const OptionDoc& option : command.options) CHECK(holds(help.out, option.names.front()));
    }
}

TEST_CASE("misspelt words are answered with the nearest one") {
    CHECK(holds(refusal({"rum", "x.toml"}), "unknown command \"rum\"; did you mean \"run\"?"));
    CHECK(holds(refusal({"run", "x.toml", "--job", "2"}),
                "halfstep run: unknown option \"--job\"; did you mean \"--jobs\"? Accepted: --help, --out"));
    CHECK(holds(refusal({"run", "x.toml", "--outt=y"}), "unknown option \"--outt\"; did you mean \"--out\"?"));
    CHECK(holds(refusal({"run", "x.toml", "--progress", "bat"}),
                "--progress: unknown value \"bat\"; did you mean \"bar\"? Accepted: auto, bar, lines, json, none"));
    CHECK(holds(refusal({"help", "rum"}), "did you mean \"run\"?"));
    CHECK(holds(refusal({"--versoin"}), "halfstep: unknown option \"--versoin\"; did you mean \"--version\"?"));
    CHECK(holds(refusal({"mine.toml"}), "to run a scenario: halfstep run mine.toml"));
}

TEST_CASE("what is missing or too much is named") {
    CHECK(holds(refusal({"run"}), "halfstep run: FILE is required"));
    CHECK(holds(refusal({"run", "x.toml", "--out"}), "halfstep run: --out"));
    CHECK(holds(refusal({"run", "x.toml", "--seeds="}), "--seeds"));
    CHECK(holds(refusal({"run", "x.toml", "--out", ""}), "--out: found nothing"));
    CHECK(holds(refusal({"run", "x.toml", "--jobs", "-1"}), "--jobs"));
    CHECK(holds(refusal({"list", "extra"}), "halfstep list: found \"extra\""));
    CHECK(holds(refusal({"completion"}), "SHELL is required"));
}

TEST_CASE("files that cannot be read are named with the reason") {
    TemporaryFolder folder;
    std::ofstream(folder / "mine.toml") << "title = 1\n";
    CHECK(refusal({"run", "nofile.toml"}, folder.path()) ==
          "nofile.toml: cannot be opened: No such file or directory\n");
    CHECK(holds(refusal({"run", "mien.toml"}, folder.path()), "did you mean \"mine.toml\"?"));
    CHECK(holds(refusal({"run", (folder / "mien.toml").string()}), "mine.toml\"?"));
    CHECK(holds(refusal({"run", "."}, folder.path()), ".: is a folder, a file was expected"));
    CHECK(holds(refusal({"run", "mine.toml"}, folder.path()), "mine.toml:1:"));
}

TEST_CASE("results that cannot be written are refused before anything runs") {
    TemporaryFolder folder;
    REQUIRE(run({{"new", "mine"}, folder.path(), {}}).status == 0);
    std::ofstream(folder / "taken") << "";
    CHECK(holds(refusal({"run", "mine.toml", "--out", "taken"}, folder.path()), "is a file, a folder was expected"));
    CHECK(holds(refusal({"run", "mine.toml", "--out", "taken/deeper"}, folder.path()), "taken: is a file"));
    CHECK(std::filesystem::is_empty(folder / "taken"));
}
