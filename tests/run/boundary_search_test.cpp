// Where a verdict stops holding, against verdicts whose boundary is known.
#include "halfstep/run/boundary_search.hpp"

#include <cmath>
#include <stdexcept>

#include "catch.hpp"
#include "message_of.hpp"

using namespace halfstep;

namespace {

SweepKey key_of(AxisScale scale, const std::vector<double>& positions) {
    SweepKey key{"optimizer.lr", scale, {}};
    for (const double x : positions) key.values.push_back({std::to_string(x), x});
    return key;
}

BoundarySearch search_on(AxisScale scale, const std::vector<double>& positions) {
    BoundarySearch search;
    search.key = key_of(scale, positions);
    return search;
}

BoundarySearch listed(const std::vector<double>& positions) {
    BoundarySearch search = search_on(AxisScale::linear, positions);
    search.refine = false;
    return search;
}

struct Asked {
    BoundaryAnswer answer;
    std::vector<double> at;
};
template <class Holds>
Asked ask(const BoundarySearch& search, Holds holds) {
    Asked asked;
    asked.answer = search_boundary(search, [&](const SweepValue& value) {
        asked.at.push_back(value.position);
        return holds(value.position);
    });
    return asked;
}

auto up_to(double last) {
    return [last](double x) { return x <= last; };
}
auto from(double first) {
    return [first](double x) { return x >= first; };
}

using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("a boundary on a logarithmic axis is bracketed as near as the resolution, relative to the value") {
    BoundarySearch search = search_on(AxisScale::logarithmic, {1e-3, 1e-2, 1e-1, 1});
    for (const double resolution : {0.5, 0.1, 0.01, 1e-4}) {
        search.resolution = resolution;
        for (const double truth : {0.0011, 0.0456, 0.1, 0.2, 0.999}) {
            INFO(resolution << " " << truth);
            const Asked asked = ask(search, up_to(truth));
            CHECK(asked.answer.value <= truth);
            CHECK(asked.answer.fails_at > truth);
            CHECK(asked.answer.fails_at <= asked.answer.value * (1 + resolution));
            CHECK(asked.answer.monotone);
            CHECK(std::isnan(asked.answer.again_at));
            // Four values, then halvings of one decade until its logarithm is log(1 + resolution).
            const double halvings = std::ceil(std::log2(std::log(10) / std::log1p(resolution)));
            CHECK(double(asked.at.size()) <= 4 + halvings + 1);
            CHECK(double(asked.at.size()) >= 4 + halvings - 1);
        }
    }
}

TEST_CASE("on a linear axis the resolution is a share of the whole range") {
    BoundarySearch search = search_on(AxisScale::linear, {-10, 0, 10});
    search.resolution = 0.01;
    const Asked asked = ask(search, up_to(3.3));
    CHECK(asked.answer.value <= 3.3);
    CHECK(asked.answer.fails_at > 3.3);
    CHECK(asked.answer.fails_at - asked.answer.value <= 0.01 * 20);
    CHECK(asked.at == Numbers{-10, 0, 10, 5, 2.5, 3.75, 3.125, 3.4375, 3.28125});
}

TEST_CASE("where it holds everywhere, or nowhere, there is no other side") {
    const BoundarySearch search = search_on(AxisScale::logarithmic, {1, 10, 100});
    const Asked all = ask(search, up_to(1000));
    CHECK(all.answer.value == 100);
    CHECK(std::isnan(all.answer.fails_at));
    CHECK(all.at == Numbers{1, 10, 100});
    const Asked none = ask(search, up_to(0));
    CHECK(std::isnan(none.answer.value));
    CHECK(none.answer.fails_at == 1);
    CHECK(none.answer.monotone);
    CHECK(none.at == Numbers{1, 10, 100});
    CHECK(ask(search_on(AxisScale::linear, {5}), up_to(9)).answer.value == 5);
    CHECK(ask(search_on(AxisScale::linear, {5}), up_to(1)).answer.fails_at == 5);
}

TEST_CASE("what holds again beyond the first failure is said, with where") {
    const BoundarySearch search = search_on(AxisScale::linear, {0, 1, 2, 3, 4});
    const Asked island = ask(search, [](double x) { return x <= 1 || x == 3 || x == 4; });
    CHECK_FALSE(island.answer.monotone);
    CHECK(island.answer.again_at == 3);
    CHECK(island.answer.value == 1);
    CHECK(island.answer.fails_at > 1);
    CHECK(island.answer.fails_at <= 1.04);
    const Asked late = ask(search, from(2));
    CHECK(std::isnan(late.answer.value));
    CHECK(late.answer.fails_at == 0);
    CHECK_FALSE(late.answer.monotone);
    CHECK(late.answer.again_at == 2);
}

TEST_CASE("the smallest value is searched from the other end") {
    BoundarySearch search = search_on(AxisScale::logarithmic, {1, 10, 100});
    search.largest = false;
    const Asked asked = ask(search, from(42));
    CHECK(asked.answer.value >= 42);
    CHECK(asked.answer.fails_at < 42);
    CHECK(asked.answer.value <= asked.answer.fails_at * 1.01);
    CHECK(Numbers(asked.at.begin(), asked.at.begin() + 3) == Numbers{100, 10, 1});
    CHECK(std::isnan(ask(search, from(1000)).answer.value));
    CHECK(ask(search, from(1000)).answer.fails_at == 100);
    CHECK(ask(search, from(0)).answer.value == 1);
    CHECK(ask(search, [](double x) { return x != 10; }).answer.again_at == 1);
}

TEST_CASE("whole numbers end as neighbours, on every scale, from both ends, wherever the boundary is") {
    for (const AxisScale scale : {AxisScale::linear, AxisScale::logarithmic})
        for (const bool largest : {true, false})
            for (int truth = 1; truth < 64; ++truth) {
                BoundarySearch search = search_on(scale, {1, 8, 64});
                search.whole = true;
                search.largest = largest;
                search.resolution = 1e-6;
                const double first = largest ? truth : truth + 1;
                const Asked asked = largest ? ask(search, up_to(first)) : ask(search, from(first));
                INFO(largest << " " << truth);
                CHECK(asked.answer.value == first);
                CHECK(asked.answer.fails_at == (largest ? truth + 1 : truth));
                // 56 numbers between two of the three; of logarithms, log 8 / log(64/63) such steps.
                CHECK(asked.at.size() <= (scale == AxisScale::linear ? 3 + 6 : 3 + 8));
                for (const double x : asked.at) CHECK(x == std::floor(x));
            }
}

TEST_CASE("a list is searched among its values, at five of them and then by halving") {
    Numbers many;
    for (int i = 0; i <= 1000; ++i) many.push_back(i * i);
    for (const int last : {0, 1, 249, 250, 251, 700, 999}) {
        const Asked asked = ask(listed(many), up_to(last * last));
        CHECK(asked.answer.value == last * last);
        CHECK(asked.answer.fails_at == (last + 1) * (last + 1));
        CHECK(asked.at.size() <= 5 + 8);  // 250 values between two of the five
        CHECK(asked.at.size() >= 5 + 7);
    }
    CHECK(ask(listed(many), up_to(2e6)).at == Numbers{0, 250. * 250, 500. * 500, 750. * 750, 1e6});
    // A short one is asked whole, so that an island in it is seen.
    const Asked island = ask(listed({1, 2, 3, 4, 5}), [](double x) { return x == 1 || x == 4; });
    CHECK(island.at == Numbers{1, 2, 3, 4, 5});
    CHECK(island.answer.again_at == 4);
}

TEST_CASE("values of a swept axis, which ran already, are all asked") {
    BoundarySearch search = listed({1, 2, 3, 4, 5, 6, 7, 8, 9});
    search.swept = true;
    CHECK(ask(search, up_to(6)).at == Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(ask(search, up_to(6)).answer.fails_at == 7);
}

TEST_CASE("named values are asked by their text, and answered by their place") {
    BoundarySearch search;
    search.key = {"precision.weight", AxisScale::named, {{"fp8_e4m3", 0}, {"bf16", 1}, {"fp16", 2}, {"fp32", 3}}};
    search.refine = false;
    search.largest = false;
    std::vector<std::string> asked;
    const BoundaryAnswer answer = search_boundary(search, [&](const SweepValue& value) {
        asked.push_back(value.text);
        return value.text == "fp16" || value.text == "fp32";
    });
    CHECK(asked == std::vector<std::string>{"fp32", "fp16", "bf16", "fp8_e4m3"});
    CHECK(answer.value == 2);
    CHECK(answer.fails_at == 1);
}

TEST_CASE("values between are six digits, written as they are asked, and lie strictly between") {
    BoundarySearch search = search_on(AxisScale::logarithmic, {1, 2});
    search.resolution = 1e-12;  // finer than six digits
    int questions = 0;
    const BoundaryAnswer answer = search_boundary(search, [&](const SweepValue& value) {
        if (++questions > 2) {
            CHECK(value.text.size() <= 7);
            CHECK(std::stod(value.text) == value.position);
        }
        return value.position <= 1.5;
    });
    CHECK(answer.value == 1.5);
    CHECK(answer.fails_at == 1.50001);
    // Both ends share their six digits: no value lies between, and none outside is asked.
    const BoundarySearch close = search_on(AxisScale::linear, {1.0000001, 1.0000004});
    CHECK(ask(close, up_to(1.0000002)).at == Numbers{1.0000001, 1.0000004});
}

TEST_CASE("a question that throws ends the search") {
    const BoundarySearch search = search_on(AxisScale::linear, {1, 2});
    CHECK(message_of([&] {
              search_boundary(search, [](const SweepValue&) -> bool { throw std::runtime_error("interrupted"); });
          }) == "interrupted");
}
