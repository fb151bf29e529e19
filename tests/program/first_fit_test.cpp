// Where temporaries go: the lowest place that is free for as long as they live.
#include "program/first_fit.hpp"

#include <random>
#include <vector>

#include "catch.hpp"

using namespace halfstep;

TEST_CASE("a value gets the lowest place that nobody uses while it lives") {
    std::mt19937 random(5);
    for (int round = 0; round < 200; ++round) {
        struct Placed {
            std::int64_t first, last, size, offset;
        };
        std::vector<Placed> all;
        FirstFit memory(64);
        std::int64_t first = 0, highest = 64;
        for (int i = 0; i < 60; ++i) {
            first += random() % 3;
            Placed p{first, first + std::int64_t(random() % 20), 1 + std::int64_t(random() % 5), 0};
            p.offset = memory.place(p.first, p.last, p.size);
            const auto is_free = [&](std::int64_t at) {
                for (const Placed& q : all)
                    if (q.last >= p.first && at < q.offset + q.size && q.offset < at + p.size) return false;
                return true;
            };
            std::int64_t lowest = 64;
            while (!is_free(lowest)) ++lowest;
            REQUIRE(p.offset == lowest);
            highest = std::max(highest, p.offset + p.size);
            REQUIRE(memory.highest() == highest);
            all.push_back(p);
        }
    }
}
