#include "halfstep/trace/digest.hpp"

#include <bit>
#include <limits>
#include <vector>

#include "catch.hpp"

using halfstep::Digest;

namespace {

template <class... Values>
std::string digest_of(const Values&... values) {
    Digest digest;
    (digest.add(values), ...);
    return digest.hex();
}

}  // namespace

TEST_CASE("nothing has the published XXH3 digest of no bytes") {
    CHECK(Digest().hex() == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("every NaN is the same recorded value") {
    const double quiet = std::numeric_limits<double>::quiet_NaN();
    const double negative = std::bit_cast<double>(std::uint64_t{0xfff8000000000000});
    const double payload = std::bit_cast<double>(std::uint64_t{0x7ff800000000dead});
    CHECK(digest_of(quiet) == digest_of(std::uint64_t{0x7ff8000000000000}));
    CHECK(digest_of(negative) == digest_of(quiet));
    CHECK(digest_of(payload) == digest_of(quiet));
}

TEST_CASE("zero and minus zero are different recorded values") {
    CHECK(digest_of(0.0) != digest_of(-0.0));
}

TEST_CASE("neighbouring texts cannot trade characters") {
    CHECK(digest_of("ab", "c") != digest_of("a", "bc"));
}

TEST_CASE("a list of values counts as its values one by one") {
    std::vector<double> values;
    Digest single;
    for (int i = 0; i < 1000; ++i) {
        values.push_back(i == 7 ? std::numeric_limits<double>::quiet_NaN() : i / 3.0);
        single.add(values.back());
    }
    Digest together;
    together.add(std::span<const double>(values));
    CHECK(together.hex() == single.hex());
}

TEST_CASE("asking for the digest does not end it") {
    Digest digest;
    digest.add(1.0);
    CHECK(digest.hex() == digest_of(1.0));
    digest.add(2.0);
    CHECK(digest.hex() == digest_of(1.0, 2.0));
}
