// halfstep run --verify: whether this machine reproduced every bit, as a user is told.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.hpp"
#include "message_of.hpp"
#include "program.hpp"
#include "temporary_folder.hpp"

using namespace halfstep::test;
using nlohmann::ordered_json;

namespace {

const std::filesystem::path source = HALFSTEP_SOURCE_DIR;
const std::filesystem::path shipped = source / "scenarios/onebit-error-compensation.toml";  // three seeds
const std::filesystem::path quick = source / "scenarios/fp16-counter-stall.toml";

// In an empty folder, so that nothing of the current folder can help.
class Folder {
public:
    Ended verify(const std::filesystem::path& file, std::vector<std::string> options = {}) const {
        return started(HALFSTEP_PROGRAM, "--verify", file, std::move(options));
    }
    Ended started(const std::string& program, const std::string& option, const std::filesystem::path& file,
                  std::vector<std::string> options = {}) const {
        std::vector<std::string> arguments = {"run", file.string(), "--no-report"};
        if (std::find(options.begin(), options.end(), "--progress") == options.end())
            arguments.insert(arguments.end(), {"--progress", "none"});
        if (!option.empty()) arguments.push_back(option);
        arguments.insert(arguments.end(), options.begin(), options.end());
        return run({arguments, folder_.path(), {}, program});
    }
    const std::filesystem::path& path() const { return folder_.path(); }
    std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

private:
    TemporaryFolder folder_;
};

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// The shipped reference of the quick scenario with something changed, in `folder`.
template <class Change>
void write_changed_reference(const std::filesystem::path& folder, Change change) {
    const std::string name = quick.stem().string() + ".json";
    ordered_json json = ordered_json::parse(text_of(source / "results/reference" / name));
    change(json["runs"]);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / name) << json.dump();
}

void spoil_second_run(ordered_json& runs) {
    runs.at(1)["digest"] = std::string(32, '0');
    runs.at(1)["until"][3][1] = "00000000";
    runs.at(1)["states"]["s"] = "00000000";
}

}  // namespace

TEST_CASE("a shipped scenario has its bits here, from any folder and with any number of jobs") {
    const Folder folder;
    for (const char* jobs : {"1", "2"}) {
        const Ended ended = folder.verify(shipped, {"--jobs", jobs});
        CHECK(ended.status == 0);
        CHECK(holds(ended.out, "\n  same bits  base, seeds 1-3\n"));
        CHECK(holds(ended.out, " runs have the bits of the reference\n"));
        CHECK_FALSE(holds(ended.out, "no reference"));
    }
}

TEST_CASE("a digest that is another is a difference: the run, its steps and states are named, and the status is 1") {
    const Folder folder;
    write_changed_reference(folder / "other", spoil_second_run);
    const Ended ended = folder.verify(quick, {"--reference", "other"});
    CHECK(ended.status == 1);
    CHECK(holds(ended.out, "\n  same bits     base, seed 1\n"));
    CHECK(holds(ended.out, "\n  different     bf16, seed 1: first in steps 4 to 7; states at the end s\n"));

    // Quietly only that one is said.
    const Ended quiet = folder.verify(quick, {"--reference", "other", "--quiet"});
    CHECK(quiet.status == 1);
    CHECK(holds(quiet.out, "fp16-counter-stall: "));
    CHECK(holds(quiet.out, "different     bf16, seed 1"));
    CHECK_FALSE(holds(quiet.out, "same bits"));
    CHECK(folder.verify(quick, {"--quiet"}).out.empty());
}

TEST_CASE("a changed scenario has other bits because it is another specification, and that is what is said") {
    const Folder folder;
    std::ofstream(folder / "fp16-counter-stall.toml") << text_of(quick) << "\n";  // another byte, the same runs
    CHECK(folder.verify("fp16-counter-stall.toml").status == 0);

    const std::string another = "base, seed 1: the run specification is another than the reference's\n";
    const Ended set = folder.verify(quick, {"--set", "program.repeat=100"});
    CHECK(set.status == 1);
    CHECK(holds(set.out, "\n  no reference  " + another));
    CHECK(holds(set.out, "\n  0 of "));
    CHECK_FALSE(holds(set.out, "different"));

    std::string text = text_of(quick);
    text.insert(text.find("repeat = ") + 9, "1");
    std::ofstream(folder / "fp16-counter-stall.toml") << text;
    CHECK(holds(folder.verify("fp16-counter-stall.toml").out, "\n  no reference  " + another));
}

TEST_CASE("what is only observed may be changed") {
    const Folder folder;
    CHECK(folder.verify(quick, {"--set", "run.trace_every=3"}).status == 0);
}

TEST_CASE("seeds and scenarios without a reference are said to have none") {
    const Folder folder;
    const Ended seeds = folder.verify(shipped, {"--seeds", "3,7-9"});
    CHECK(seeds.status == 1);
    CHECK(holds(seeds.out, "\n  same bits     base, seed 3\n"));
    CHECK(holds(seeds.out, "\n  no reference  base, seeds 7-9: no bits are kept for this run and seed\n"));

    REQUIRE(run({{"new", "mine"}, folder.path(), {}}).status == 0);
    const Ended mine = folder.verify("mine.toml");
    CHECK(mine.status == 1);
    CHECK(holds(mine.out, ": there is no "));
    CHECK(holds(mine.out, "mine.json\n"));
}

TEST_CASE("bits that were recorded are found again, and say so when something changed") {
    const Folder folder;
    REQUIRE(run({{"new", "mine"}, folder.path(), {}}).status == 0);
    const Ended recorded = folder.started(HALFSTEP_PROGRAM, "", "mine.toml", {"--record-reference", "bits"});
    CHECK(recorded.status == 0);
    CHECK(holds(recorded.out, "\n  reference: bits/mine.json\n"));
    CHECK(folder.verify("mine.toml", {"--reference", "bits", "--jobs", "2"}).status == 0);
    CHECK(folder.verify("mine.toml", {"--reference", "bits", "--set", "optimizer.lr=0.5"}).status == 1);
}

TEST_CASE("an installed program has the references beside it") {
    const Folder folder;
    std::filesystem::create_directories(folder / "prefix/bin");
    std::filesystem::copy_file(HALFSTEP_PROGRAM, folder / "prefix/bin/halfstep");
    const std::string program = (folder / "prefix/bin/halfstep").string();
    write_changed_reference(folder / "prefix/share/halfstep/reference", [](ordered_json&) {});
    CHECK(folder.started(program, "--verify", quick).status == 0);
    write_changed_reference(folder / "prefix/share/halfstep/reference", spoil_second_run);
    CHECK(folder.started(program, "--verify", quick).status == 1);
}

TEST_CASE("a damaged reference is named before anything runs") {
    const Folder folder;
    std::filesystem::create_directories(folder / "bits");
    std::ofstream(folder / "bits/fp16-counter-stall.json") << "{";
    const Ended ended = folder.verify(quick, {"--reference", "bits"});
    CHECK(ended.status == 2);
    CHECK(ended.out.empty());
    CHECK(holds(ended.err, "bits/fp16-counter-stall.json: is damaged"));
    CHECK_FALSE(std::filesystem::exists(folder / "results"));
}

TEST_CASE("options of the bits that say nothing are refused") {
    const Folder folder;
    CHECK(folder.started(HALFSTEP_PROGRAM, "", quick, {"--reference", "bits"}).status == 2);
    CHECK(folder.verify(quick, {"--reference", ""}).status == 2);
    CHECK(folder.verify(quick, {"--resume", "--record-reference", "bits"}).status == 2);
    std::ofstream(folder / "file") << "";
    CHECK(holds(folder.verify(quick, {"--record-reference", "file"}).err, "file: is a file"));
}

TEST_CASE("for programs every run's bits are an event") {
    const Folder folder;
    write_changed_reference(folder / "other", spoil_second_run);
    const Ended ended = folder.verify(quick, {"--reference", "other", "--progress", "json"});
    std::istringstream in(ended.err);
    std::vector<ordered_json> bits;
    for (std::string line; std::getline(in, line);) {
        const ordered_json json = ordered_json::parse(line);
        if (json["event"] == "bits") bits.push_back(json);
    }
    REQUIRE(bits.size() >= 2);
    CHECK(bits[0]["outcome"] == "same_bits");
    CHECK(bits[1]["outcome"] == "different");
    CHECK(bits[1]["run"] == "bf16");
    CHECK(bits[1]["detail"] == "first in steps 4 to 7; states at the end s");
}
