#include <fstream>
#include <sstream>

#include "catch.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "templates.hpp"
#include "temporary_folder.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("every starting file runs as it is written and holds what it expects") {
    for (const StartingFile& file : starting_files()) {
        TemporaryFolder folder;
        INFO(file.kind);
        const Ended made = run({{"new", "mine", "--kind", file.kind}, folder.path(), {}});
        CHECK(made.status == 0);
        CHECK(holds(made.out, "halfstep run mine.toml"));
        CHECK(text_of(folder / "mine.toml") == *file.text);
        const Ended checked = run({{"check", "mine.toml"}, folder.path(), {}});
        CHECK(checked.status == 0);
        CHECK_FALSE(holds(checked.out, " 0 expectations"));
        CHECK_FALSE(holds(checked.out, "note:"));
        const Ended ended = run({{"run", "mine.toml"}, folder.path(), {}});
        INFO(ended.out);
        CHECK(ended.status == 0);
        CHECK(std::filesystem::exists(folder / "results/mine/report.html"));
    }
}

TEST_CASE("every file of the folder templates has its row") {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(HALFSTEP_SOURCE_DIR "/sim/cli/templates")) {
        ++count;
        bool found = false;
        for (const StartingFile& file : starting_files()) found |= entry.path().stem() == file.kind;
        INFO(entry.path());
        CHECK(found);
    }
    CHECK(count == starting_files().size());
}

TEST_CASE("a starting file is commented, has two variants, and no line too long to read") {
    for (const StartingFile& file : starting_files()) {
        INFO(file.kind);
        std::istringstream in{std::string(*file.text)};
        int comments = 0;
        for (std::string line; std::getline(in, line);) {
            comments += holds(line, "#");
            CHECK((line.size() <= 110 || line.starts_with("claim")));
        }
        CHECK(comments >= 8);
        CHECK(holds(std::string(*file.text), "[[variant]]"));
        CHECK(holds(std::string(*file.text), "[[expect]]"));
    }
}

TEST_CASE("the default is the first kind, and a dash prints it") {
    CHECK(run({{"new", "-"}, {}, {}}).out == *starting_files().front().text);
    CHECK(std::string(starting_files().front().kind) == "mlp");
    CHECK(run({{"new", "-", "--kind", "quadratic"}, {}, {}}).out == templates::quadratic);
}

TEST_CASE("a file that is there is never overwritten") {
    TemporaryFolder folder;
    std::ofstream(folder / "mine.toml") << "precious";
    for (const char* name : {"mine", "mine.toml"}) {
        const Ended ended = run({{"new", name}, folder.path(), {}});
        CHECK(ended.status == 2);
        CHECK(ended.err == "mine.toml: exists already and is left as it is\n");
        CHECK(ended.out.empty());
    }
    CHECK(text_of(folder / "mine.toml") == "precious");
}

TEST_CASE("names no scenario can have are refused and nothing is written") {
    TemporaryFolder folder;
    for (const char* name : {"", ".hidden", "a/b", "..", "a\nb", "--", ".toml", "a\\b"}) {
        const Ended ended = run({{"new", "--", name}, folder.path(), {}});
        INFO(name);
        CHECK(ended.status == 2);
        CHECK(holds(ended.err, "halfstep new"));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a folder that cannot be written is said with the reason") {
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "mine.toml");
    CHECK(holds(run({{"new", "mine"}, folder.path(), {}}).err, "mine.toml: exists already"));
    const Ended full = run({{"-c", std::string("'") + HALFSTEP_PROGRAM + "' new - >/dev/full"}, {}, {}, "sh"});
    CHECK(full.status == 2);
    CHECK(holds(full.err, "standard output cannot be written"));
}
