// The same bits on every machine: the first seed of every shipped run has the digest it had on
// g++ and clang, with SSE2 and AVX-512. A digest changes when a scenario or the arithmetic does; it
// must not change with a compiler. HALFSTEP_PRINT_DIGESTS=1 prints the file anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "halfstep/scenario/scenario.hpp"
#include "runs.hpp"

namespace halfstep::test {
namespace {

const std::filesystem::path source = HALFSTEP_SOURCE_DIR;

std::map<std::string, std::string> known_digests() {
    std::map<std::string, std::string> known;
    std::ifstream in(source / "tests/run/known_digests.txt");
    for (std::string scenario, run, digest; in >> scenario >> run >> digest;) known[scenario + " " + run] = digest;
    return known;
}

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("every shipped run has the bits it had on other compilers and vector widths") {
    const auto known = known_digests();
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(source / "scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        const Experiment e = parse_scenario(text_of(entry.path()), entry.path().string(), builtin_catalogue());
        for (const RunSpec& spec : e.runs) {
            Kept sink;
            found[e.name + " " + spec.run] = simulate(spec, e.seeds.front(), sink).digest;
        }
    }
    if (std::getenv("HALFSTEP_PRINT_DIGESTS"))
        for (const auto& [run, digest] : found) std::cout << run << " " << digest << "\n";
    for (const auto& [run, digest] : found) {
        INFO(run);
        REQUIRE(known.count(run) == 1);
        CHECK(known.at(run) == digest);
    }
    CHECK(known.size() == found.size());
}

}  // namespace halfstep::test
