#include "halfstep/trace/number.hpp"

#include <bit>
#include <limits>

#include "catch.hpp"

using namespace halfstep;

namespace {

std::string shortest(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

}  // namespace

TEST_CASE("a number's text is short and reads back to the same bits") {
    CHECK(shortest(0.1) == "0.1");
    CHECK(shortest(65536) == "65536");
    CHECK(shortest(-0.0) == "-0");
    for (const double value : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 0x1p-149, 65504.0})
        CHECK(std::bit_cast<std::uint64_t>(*parse_number(shortest(value))) == std::bit_cast<std::uint64_t>(value));
}

TEST_CASE("NaN and the infinities have one spelling each") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(shortest(-std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(shortest(infinity) == "inf");
    CHECK(shortest(-infinity) == "-inf");
    CHECK(parse_number("-inf") == -infinity);
    CHECK(*parse_number("nan") != *parse_number("nan"));
}

TEST_CASE("a text that is not wholly a number is none") {
    for (const char* text : {"", " 1", "1 ", "1,5", "0x10", "1e999", "infinity", "NaN", "nan(1)", "--1", "+1"})
        CHECK_FALSE(parse_number(text));
    CHECK_FALSE(parse_unsigned("-1"));
    CHECK_FALSE(parse_integer("1.0"));
    CHECK_FALSE(parse_unsigned("18446744073709551616"));
}

TEST_CASE("a text for people has at most the digits asked for") {
    CHECK(rounded_text(0.012345678) == "0.0123457");
    CHECK(rounded_text(65536, 3) == "6.55e+04");
    CHECK(rounded_text(2) == "2");
}
