// What counts as a boolean, an integer, a number. The expectations are what pydantic 2.13 answered.
#include <cmath>

#include "catch.hpp"
#include "config/python_value.hpp"
#include "halfstep/config/config_file.hpp"

using namespace halfstep;

namespace {

ConfigNode value(const std::string& json) {
    return *read_config("{\"x\": " + json + "}", "x.json").root.find("x");
}

}  // namespace

TEST_CASE("a boolean may be written as 0 or 1 or one of twelve words") {
    for (const char* yes : {"true", "1", "1.0", "\"1\"", "\"true\"", "\"TRUE\"", "\"yes\"", "\"on\"", "\"y\"", "\"t\""})
        CHECK(read_boolean(value(yes)) == true);
    for (const char* no : {"false", "0", "0.0", "-0.0", "\"0\"", "\"off\"", "\"No\"", "\"f\"", "\"n\"", "\"false\""})
        CHECK(read_boolean(value(no)) == false);
    for (const char* neither : {"null", "2", "-1", "1.5", "\"2\"", "\" 1 \"", "\"1.0\"", "\"\"", "[]", "{}", "NaN"})
        CHECK(read_boolean(value(neither)) == std::nullopt);
}

TEST_CASE("an integer may be a boolean, a whole float, or text with digits") {
    const std::pair<const char*, double> integers[] = {
        {"true", 1},    {"false", 0},        {"7", 7},       {"7.0", 7},      {"1e3", 1000},
        {"1e18", 1e18}, {"\" 1 \"", 1},      {"\"1.0\"", 1}, {"\"1.00\"", 1}, {"\"+1\"", 1},
        {"\"-1\"", -1}, {"\"1_000\"", 1000}, {"\"01\"", 1},  {"\"-0\"", 0},   {"10000000000000000000", 1e19}};
    for (const auto& [text, x] : integers) {
        INFO(text);
        CHECK(read_integer(value(text)) == x);
    }
    for (const char* none :
         {"null", "1.5", "1e19", "1e999", "NaN", "-Infinity", "\"\"", "\"1.5\"", "\"1.\"", "\"1__0\"", "\"_1\"",
          "\"1e3\"", "\"0x10\"", "\"inf\"", "\"1 0\"", "\"1,000\"", "[]", "{}"}) {
        INFO(none);
        CHECK(read_integer(value(none)) == std::nullopt);
    }
}

TEST_CASE("a number may be any text that Python's float reads") {
    const std::pair<const char*, double> numbers[] = {
        {"true", 1},     {"2", 2},         {"2.5", 2.5},         {"1e999", INFINITY},   {"\"1.\"", 1},
        {"\".5\"", 0.5}, {"\"1e3\"", 1e3}, {"\" -1.5 \"", -1.5}, {"\"inf\"", INFINITY}, {"\"-Infinity\"", -INFINITY},
        {"\"1.0_0\"", 1}};
    for (const auto& [text, x] : numbers) {
        INFO(text);
        CHECK(read_number(value(text)) == x);
    }
    CHECK(std::isnan(read_number(value("\"nan\"")).value()));
    for (const char* none : {"null", "\"\"", "\".\"", "\"e5\"", "\"1e\"", "\"0x10\"", "\"1__0\"", "\"true\"", "[]"}) {
        INFO(none);
        CHECK(read_number(value(none)) == std::nullopt);
    }
}

TEST_CASE("Python's int() refuses a point in a text") {
    CHECK(python_int_accepts(value("\"100\"")));
    CHECK(python_int_accepts(value("0.25")));  // it truncates
    CHECK_FALSE(python_int_accepts(value("\"100.0\"")));
    CHECK_FALSE(python_int_accepts(value("Infinity")));
    CHECK_FALSE(python_int_accepts(value("null")));
}

TEST_CASE("integer division rounds towards minus infinity, as Python's") {
    CHECK(floor_divide(10, 4) == 2.0);
    CHECK(floor_divide(-10, 4) == -3.0);
    CHECK(floor_divide(16, 0.25) == 64.0);
    CHECK(floor_divide(9007199254740991.0, 2.0) == 4503599627370495.0);
    CHECK(std::isnan(floor_divide(INFINITY, 2)));
}
