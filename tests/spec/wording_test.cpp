#include "halfstep/spec/wording.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

using namespace halfstep;

TEST_CASE("the nearest name forgives a slip of the finger and nothing more") {
    const std::vector<std::string> names = {"lr", "momentum", "freeze_step", "beta1", "beta2"};
    CHECK(nearest_name("lrr", names) == "lr");
    CHECK(nearest_name("rl", names) == "lr");  // swapped neighbours count once
    CHECK(nearest_name("freze_step", names) == "freeze_step");
    CHECK(nearest_name("Momentum", names) == "momentum");
    CHECK(nearest_name("beta3", names) == "beta1");  // the first of equally near ones
    CHECK_FALSE(nearest_name("x", names));
    CHECK_FALSE(nearest_name("", names));
    CHECK_FALSE(nearest_name("spirals", names));
    CHECK_FALSE(nearest_name(std::string(5'000'000, 'l'), names));
}

TEST_CASE("quotes keep a message on one line and short") {
    CHECK(in_quotes("adam") == "\"adam\"");
    CHECK(in_quotes("a\n\x1b[31m\"\\") == "\"a\\x0a\\x1b[31m\\\"\\\\\"");
    CHECK(in_quotes(std::string(100, 'a')) == '"' + std::string(60, 'a') + "...\"");
    // Never cut inside a character: 59 letters, then a two-byte one.
    CHECK(in_quotes(std::string(59, 'a') + "\xc3\xa9" + "bc") == '"' + std::string(59, 'a') + "\xc3\xa9...\"");
}

TEST_CASE("numbers are shown by the shortest decimal that reads back") {
    CHECK(number_text(0.1) == "0.1");
    CHECK(number_text(1.0 / 3) == "0.3333333333333333");
    CHECK(number_text(1e8) == "100000000");
    CHECK(number_text(1e22) == "1e+22");
    CHECK(number_text(-0.0) == "-0");
    CHECK(number_text(std::nan("")) == "nan");
    CHECK(number_text(-std::numeric_limits<double>::infinity()) == "-inf");
    CHECK(number_text(5e-324) == "5e-324");
}

TEST_CASE("what was found is named by its type") {
    CHECK(describe({256.0}) == "256.0");
    CHECK(describe({std::int64_t{256}}) == "256");
    CHECK(describe({1e22}) == "1e+22");
    CHECK(describe({std::nan("")}) == "nan");
    CHECK(describe({std::vector<Value>{}}) == "an empty list");
    CHECK(describe({std::vector<Value>(3)}) == "a list of 3 values");
    CHECK(describe({Configured{"xor", {}}}) == "a table of kind \"xor\"");
}
