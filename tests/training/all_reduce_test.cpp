#include "halfstep/comm/all_reduce.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

double average(const std::string& preset, const std::vector<double>& values) {
    Builder b(int(values.size()));
    const State x = b.state("x", {1, 1}, Role::gradient, {0.0}, true);
    const State mean = b.state("mean", {1, 1}, Role::comm, {0.0});
    b.store(mean, Role::comm, average_over_workers(b, x));
    const auto machine = make_emulated(b.program(), find_preset(preset)->make());
    for (std::size_t r = 0; r < values.size(); ++r) machine->write(x.id(), int(r), {values[r]});
    machine->step();
    std::vector<double> out;
    machine->read(mean.id(), 0, out);
    return out[0];
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("the mean over workers is exact where sum and share are") {
    CHECK(average("fp32", {1.0, 2.0}) == 1.5);
    CHECK(average("fp16", {1.0, 2.0, 4.0, -3.0}) == 1.0);
    CHECK(average("fp16", {7.0}) == 7.0);
}

TEST_CASE("an fp16 sum of gradients overflows although their mean would not") {
    CHECK(average("fp16", {40000, 40000}) == infinity);
    CHECK(average("bf16", {40192, 40192}) == 40192);
    CHECK(average("fp32", {40000, 40000}) == 40000);
}

TEST_CASE("an fp16 sum overflows where a partial sum does, in the order of the workers") {
    CHECK(average("fp16", {40000, 30000, -30000}) == infinity);
    const double third = static_cast<double>(static_cast<float>(1.0 / 3.0));
    CHECK(average("fp16", {40000, -30000, 30000}) == round_to(rounding_to("fp16"), 40000 * third));
    CHECK(std::isnan(average("fp16", {65504, 65504, -infinity})));
}

TEST_CASE("every partial sum is rounded to the format that is sent") {
    // In fp16, 2048 + 1 is 2048 again: the small gradients of the later workers are lost.
    CHECK(average("fp16", {2048, 1, 1, 1}) == 512);
    CHECK(average("fp16", {1, 1, 1, 2048}) == 513);  // 3 + 2048 is 2052, ties to even
}
