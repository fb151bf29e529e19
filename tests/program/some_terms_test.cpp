// An observer may ask for the terms of some results of a matrix product only.
#include <map>
#include <set>
#include <tuple>

#include "catch.hpp"
#include "halfstep/program/recorder.hpp"
#include "random_program.hpp"

using namespace halfstep;

namespace {

using Place =
    std::tuple<std::int32_t, int, int, std::int64_t, std::int64_t>;  // instruction, worker, part, element, term

std::uint64_t bits(double x) {
    return x != x ? 0 : __builtin_bit_cast(std::uint64_t, x);
}

struct Heard final : RoundingObserver {
    explicit Heard(Interest asked) : interest(asked) {}
    Interest wants(const RoundedInstruction&, int) override { return interest; }
    void roundings(const RoundingBatch& batch) override {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const Place place{batch.of.index, batch.worker, int(batch.part), batch.element(i), batch.term(i)};
            CHECK(told.emplace(place, std::pair(bits(batch.exact[i]), bits(batch.rounded[i]))).second);
            if (batch.of.instruction->op == Op::matmul && batch.part == RoundingPart::product)
                with_terms[{batch.of.index, batch.worker}].insert(batch.element(i));
        }
    }
    Interest interest;
    std::map<Place, std::pair<std::uint64_t, std::uint64_t>> told;
    std::map<std::pair<std::int32_t, int>, std::set<std::int64_t>> with_terms;
};

}  // namespace

TEST_CASE("the terms of some results are what they are among the terms of all, and no result is left out") {
    int products = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        random_program::Attachments attachments;
        const Program program = random_program::make(seed, 1 + int(seed % 3), 30, attachments);
        const auto machine = make_recording(program, random_program::precision(seed));
        SavedStates start;
        machine->save(start);
        Heard all(Interest::results_and_terms), some(Interest::results_and_some_terms), results(Interest::results);
        for (Heard* heard : {&all, &some, &results}) {
            machine->restore(start);
            machine->step_observed(*heard);
        }
        for (const auto& [place, rounding] : some.told) CHECK(all.told.at(place) == rounding);
        for (const auto& [place, rounding] : results.told) CHECK(some.told.at(place) == rounding);
        for (const auto& [place, rounding] : all.told) {
            const auto& instruction = program.instructions[std::size_t(std::get<0>(place))];
            if (instruction.op != Op::matmul || std::get<2>(place) == int(RoundingPart::result))
                CHECK(some.told.count(place) == 1);
        }
        for (const auto& [at, elements] : all.with_terms) {
            ++products;
            CHECK(some.with_terms.at(at).size() == std::min<std::size_t>(results_with_terms, elements.size()));
        }
    }
    CHECK(products > 20);
}
