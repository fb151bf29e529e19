// What select, the comparisons and the indices promise, in formats that hold little.
#include <cmath>
#include <functional>
#include <limits>

#include "catch.hpp"
#include "halfstep/program/builder.hpp"
#include "halfstep/program/machine.hpp"

using namespace halfstep;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// The formula's value where the operands are fp32 and every operation rounds to fp16.
std::vector<double> in_fp16(const std::function<Expr(Builder&)>& formula) {
    Builder b(1);
    const Expr e = b.let(Role::update, formula(b));
    const State result = b.state("result", e.shape(), Role::master, {0.0});
    b.store(result, Role::master, e);
    Precision precision = find_preset("fp32")->make();
    precision[Role::update] = rounding_to("fp16");
    const auto machine = make_emulated(b.program(), precision);
    machine->step();
    return machine->value(result.id());
}

Expr array(Builder& b, const std::vector<double>& x) {
    return b.constant({1, static_cast<int>(x.size())}, x, std::nullopt);
}

}  // namespace

TEST_CASE("a condition is true unless it is a zero; NaN is true") {
    CHECK(in_fp16([](Builder& b) {
              return select(array(b, {0.0, -0.0, 1.0, -2.0, not_a_number, infinity, 0x1p-149}), 1.0, 2.0);
          }) == std::vector<double>{2, 2, 1, 1, 1, 1, 1});
}

TEST_CASE("select rounds what it chooses to its role and keeps what the role can hold") {
    CHECK(in_fp16([](Builder& b) {
              return select(array(b, {1, 0, 1, 0}), array(b, {1 + 0x1p-20, 0, 65504, 0}), array(b, {0, 1e6, 0, 3}));
          }) == std::vector<double>{1.0, infinity, 65504, 3});
}

TEST_CASE("a comparison with NaN does not hold") {
    const std::vector<double> left = {1, 2, 1, not_a_number, 1, not_a_number, -0.0, infinity},
                              right = {2, 1, 1, 1, not_a_number, not_a_number, 0.0, infinity};
    CHECK(in_fp16([&](Builder& b) { return less(array(b, left), array(b, right)); }) ==
          std::vector<double>{1, 0, 0, 0, 0, 0, 0, 0});
    CHECK(in_fp16([&](Builder& b) { return less_equal(array(b, left), array(b, right)); }) ==
          std::vector<double>{1, 0, 1, 0, 0, 0, 1, 1});
    CHECK(in_fp16([&](Builder& b) { return equal(array(b, left), array(b, right)); }) ==
          std::vector<double>{0, 0, 1, 0, 0, 0, 1, 1});
}

TEST_CASE("a comparison sees its operands as they are, not as its role would round them") {
    CHECK(in_fp16([](Builder& b) { return less(array(b, {1.0}), array(b, {1 + 0x1p-20})); }) == std::vector<double>{1});
}

TEST_CASE("the largest element is the first of several, and NaN is larger than anything") {
    CHECK(in_fp16([](Builder& b) { return cast(argmax(array(b, {1, 7, -3, 7}))); }) == std::vector<double>{1});
    CHECK(in_fp16([](Builder& b) { return cast(argmax(array(b, {-0.0, 0.0}))); }) == std::vector<double>{0});
    CHECK(in_fp16([](Builder& b) {
              return cast(argmax(array(b, {1, infinity, not_a_number, 9, not_a_number})));
          }) == std::vector<double>{2});
    CHECK(in_fp16([](Builder& b) { return max_all(array(b, {1, 7, -3, 7})); }) == std::vector<double>{7});
    CHECK(std::isnan(in_fp16([](Builder& b) { return max_all(array(b, {1, infinity, not_a_number, 9})); })[0]));
    CHECK(in_fp16([](Builder& b) {
              return cast(argmax_cols(b.constant({3, 2}, {1, 2, 4, 4, 5, not_a_number}, std::nullopt)));
          }) == std::vector<double>{1, 0, 1});
}

TEST_CASE("the k largest magnitudes are kept as they are, ties go to the lower index") {
    const auto kept = [](const std::vector<double>& x, int k) {
        return in_fp16([&](Builder& b) { return top_k(array(b, x), k); });
    };
    const auto among = [](const std::vector<double>& x, int k) {
        return in_fp16([&](Builder& b) { return cast(among_largest(array(b, x), k)); });
    };
    CHECK(kept({1, -7, 3, 7, -2}, 1) == std::vector<double>{0, -7, 0, 0, 0});
    CHECK(kept({1, -7, 3, 7, -2}, 2) == std::vector<double>{0, -7, 0, 7, 0});
    CHECK(kept({1, -7, 3, 7, -2}, 4) == std::vector<double>{0, -7, 3, 7, -2});
    CHECK(kept({2, -2, 2, -2}, 3) == std::vector<double>{2, -2, 2, 0});
    for (const int k : {5, 6, 1000}) CHECK(kept({1, -7, 3, 7, -2}, k) == std::vector<double>{1, -7, 3, 7, -2});
    CHECK(among({-infinity, 65504, infinity, 0x1p-149, 0}, 2) == std::vector<double>{1, 0, 1, 0, 0});
    CHECK(among({0, -0.0, 0x1p-149, 0}, 2) == std::vector<double>{1, 0, 1, 0});
    CHECK(among({not_a_number, infinity, not_a_number, 5}, 1) == std::vector<double>{1, 0, 0, 0});
    CHECK(among({5, not_a_number, infinity, not_a_number}, 2) == std::vector<double>{0, 1, 0, 1});
    CHECK(among({5, not_a_number, infinity, not_a_number}, 3) == std::vector<double>{0, 1, 1, 1});
}

TEST_CASE("a zero that is kept keeps its sign, what is left out is +0") {
    const std::vector<double> kept = in_fp16([](Builder& b) { return top_k(array(b, {-0.0, -0.0, 0.0}), 1); });
    CHECK(std::signbit(kept[0]));
    CHECK_FALSE(std::signbit(kept[1]));
    CHECK_FALSE(std::signbit(kept[2]));
}

TEST_CASE("which elements are the largest is decided before any rounding, and kept ones are rounded once") {
    CHECK(in_fp16([](Builder& b) { return top_k(array(b, {1, 1 + 0x1p-20, 1}), 1); }) == std::vector<double>{0, 1, 0});
    std::vector<double> x(5000, 1.0);
    x[4099] = -3.0;
    std::vector<double> only(5000, 0.0);
    only[4099] = -3.0;
    CHECK(in_fp16([&](Builder& b) { return top_k(array(b, x), 1); }) == only);
    const std::vector<double> most = in_fp16([&](Builder& b) { return cast(among_largest(array(b, x), 4100)); });
    for (int i = 0; i < 5000; ++i) REQUIRE(most[std::size_t(i)] == (i < 4100 ? 1.0 : 0.0));
}

TEST_CASE("a selection needs at least one element to choose") {
    Builder b(1);
    CHECK_THROWS_AS(top_k(array(b, {1, 2}), 0), std::logic_error);
}

TEST_CASE("an index is exact where the role has too few bits for it, and names the right element") {
    std::vector<double> x(5000, 0.0);
    x[4099] = 3.0;  // fp16 would make 4100 of it
    CHECK(in_fp16([&](Builder& b) { return max_all(array(b, x)); }) == std::vector<double>{3});
    CHECK(in_fp16([&](Builder& b) { return take(array(b, x), argmax(array(b, x))); }) == std::vector<double>{3});
    CHECK(in_fp16([&](Builder& b) { return argmax(array(b, x)) - 4000.0; }) == std::vector<double>{99});
    CHECK(in_fp16([&](Builder& b) { return cast(argmax(array(b, x))); }) == std::vector<double>{4100});
}

TEST_CASE("an index outside the array reads its first element") {
    CHECK(in_fp16([](Builder& b) {
              return take(array(b, {5, 6, 7}), array(b, {2, 3, -1, not_a_number, 1e30}));
          }) == std::vector<double>{7, 5, 5, 5, 5});
}

TEST_CASE("select refuses shapes that do not fit") {
    Builder b(1);
    const State x = b.state("x", {1, 3}, Role::weight, {1.0}), y = b.state("y", {3, 1}, Role::weight, {1.0});
    CHECK_THROWS_AS(select(x, y, 1.0), std::logic_error);
    CHECK_THROWS_AS(select(1.0, x, y), std::logic_error);
    CHECK(select(1.0, 2.0, y).shape() == y.shape());
}
