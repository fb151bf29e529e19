// The same bits on every machine: the first seed of every shipped run has the digest it had on
// g++ and clang, with SSE2 and AVX-512. A digest changes when a scenario or the arithmetic does; it
// must not change with a compiler. results/reference/ holds all seeds, and is written by
//     halfstep run scenarios/*.toml --record-reference results/reference
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "halfstep/scenario/scenario.hpp"
#include "halfstep/trace/reference_file.hpp"
#include "runs.hpp"

namespace halfstep::test {
namespace {

const std::filesystem::path source = HALFSTEP_SOURCE_DIR;
const std::filesystem::path references = source / "results/reference";

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::vector<Experiment> shipped() {
    std::vector<Experiment> experiments;
    for (const auto& entry : std::filesystem::directory_iterator(source / "scenarios"))
        if (entry.path().extension() == ".toml")
            experiments.push_back(parse_scenario(text_of(entry.path()), entry.path().string(), builtin_catalogue()));
    return experiments;
}

// A reference of exactly the runs and seeds, of these specifications.
void check_complete(const Experiment& e) {
    INFO(e.name);
    const auto reference = read_reference(references, e.name);
    REQUIRE(reference);
    CHECK(reference->runs.size() == e.runs.size() * e.seeds.size());
    for (const RunSpec& spec : e.runs)
        for (const std::uint64_t seed : e.seeds) {
            INFO(spec.run << ", seed " << seed);
            const RunBits* bits = reference->find(spec.run, seed);
            REQUIRE(bits);
            CHECK(bits->specification == specification_digest(spec));
        }
}

RunBits bits_of(const RunSpec& spec, std::uint64_t seed) {
    Kept kept;
    BitsSink sink(kept, spec);
    const std::string digest = simulate(spec, seed, sink).digest;
    return {spec.run, seed, specification_digest(spec), digest, sink.parts()};
}

}  // namespace

TEST_CASE("every shipped run has the bits it had on other compilers and vector widths") {
    for (const Experiment& e : shipped()) {
        const auto reference = read_reference(references, e.name);
        REQUIRE(reference);
        for (const RunSpec& spec : e.runs) {
            INFO(e.name << ", " << spec.run);
            const RunBits bits = bits_of(spec, e.seeds.front());
            const RunBits* known = reference->find(spec.run, e.seeds.front());
            REQUIRE(known);
            CHECK(bits.digest == known->digest);
            CHECK(bits.parts == known->parts);
        }
    }
}

TEST_CASE("every shipped scenario has the reference of all its runs and seeds, and there are no others") {
    const std::vector<Experiment> experiments = shipped();
    for (const Experiment& e : experiments) check_complete(e);
    const auto files = std::distance(std::filesystem::directory_iterator(references), {});
    CHECK(static_cast<std::size_t>(files) == experiments.size());
}

TEST_CASE("what is only observed or named belongs to no specification, and what is computed does") {
    const RunSpec spec = busy_run();
    const auto changed = [&](auto change) {
        RunSpec other = spec;
        change(other);
        return specification_digest(other) != specification_digest(spec);
    };
    CHECK_FALSE(changed([](RunSpec& s) { s.scenario = s.run = "other"; }));
    CHECK_FALSE(changed([](RunSpec& s) { s.trace_every = 7; }));
    CHECK_FALSE(changed([](RunSpec& s) { s.watches.push_back({"w", "weight[0]"}); }));
    CHECK_FALSE(changed([](RunSpec& s) { s.reference = Arithmetic::binary64; }));
    CHECK(changed([](RunSpec& s) { s.steps = 41; }));
    CHECK(changed([](RunSpec& s) { s.record_every = 2; }));
    CHECK(changed([](RunSpec& s) { s.precision[Role::exp_avg] = rounding_to("bf16"); }));
}

TEST_CASE("watching a run changes none of its bits or their parts") {
    RunSpec watched = busy_run();
    watched.watches.push_back({"w", "weight[0]"});
    CHECK(bits_of(watched, 1) == bits_of(busy_run(), 1));
}

TEST_CASE("a difference is found in the steps, series and states where it is") {
    const RunSpec spec = busy_run();
    const RunBits same = bits_of(spec, 1);
    CHECK(compare(same, &same).outcome == Reproduction::same_bits);

    // The same run but for one element of one gradient on step 20.
    RunSpec hit = spec;
    hit.injections.push_back({20, 0, 0, 0.25});
    RunBits other = bits_of(hit, 1);
    CHECK(compare(other, &same).outcome == Reproduction::no_reference);  // of another specification
    other.specification = same.specification;
    const BitsVerdict verdict = compare(other, &same);
    CHECK(verdict.outcome == Reproduction::different);
    CHECK(verdict.detail.find("first in steps 16 to 31; series ") == 0);
    CHECK(verdict.detail.find("; states at the end weight, ") != std::string::npos);

    other.parts = {};  // as of a run that an earlier call finished
    CHECK(compare(other, &same).outcome == Reproduction::different);
    CHECK(compare(other, &same).detail.empty());
    CHECK(compare(same, nullptr).outcome == Reproduction::no_reference);
}

TEST_CASE("the same bits of another specification are the same bits") {
    const RunBits bits = bits_of(quadratic_run("sgd", 0.1, 5), 1);
    RunBits reference = bits;
    reference.specification = "another";
    CHECK(compare(bits, &reference).outcome == Reproduction::same_bits);
}

}  // namespace halfstep::test
