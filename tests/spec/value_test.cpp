#include "halfstep/spec/value.hpp"

#include <stdexcept>

#include "catch.hpp"

using namespace halfstep;

namespace {

Value list(std::vector<Value> items) {
    return {std::move(items)};
}

}  // namespace

TEST_CASE("a parameter is read in the type its schema promises") {
    const Configured c{"sample",
                       {{"on", {true}},
                        {"count", {std::int64_t{3}}},
                        {"lr", {0.5}},
                        {"name", {std::string("adam")}},
                        {"sizes", list({{std::int64_t{2}}, {std::int64_t{4}}})},
                        {"rows", list({list({{1.0}, {std::int64_t{2}}}), list({})})},
                        {"data", {Configured{"xor", {}}}},
                        {"absent", {}}}};
    CHECK(c.boolean("on"));
    CHECK(c.integer("count") == 3);
    CHECK(c.number("lr") == 0.5);
    CHECK(c.text("name") == "adam");
    CHECK(c.integers("sizes") == std::vector<std::int64_t>{2, 4});
    CHECK(c.table("rows") == std::vector<std::vector<double>>{{1, 2}, {}});
    CHECK(c.configured("data").kind == "xor");

    SECTION("an integer is a number, and a single value is a list of one") {
        CHECK(c.number("count") == 3.0);
        CHECK(c.numbers("sizes") == std::vector<double>{2, 4});
        CHECK(c.numbers("lr") == std::vector<double>{0.5});
        CHECK(c.integers("count") == std::vector<std::int64_t>{3});
    }
    SECTION("an absent optional parameter is there but empty") {
        CHECK_FALSE(c.has("absent"));
        CHECK_FALSE(c.has("unheard_of"));
        CHECK(c.has("lr"));
    }
    SECTION("any other type is a mistake of the caller") {
        CHECK_THROWS_AS(c.integer("lr"), std::logic_error);
        CHECK_THROWS_AS(c.number("name"), std::logic_error);
        CHECK_THROWS_AS(c.numbers("rows"), std::logic_error);
        CHECK_THROWS_AS(c.integers("lr"), std::logic_error);
        CHECK_THROWS_AS(c.boolean("absent"), std::logic_error);
        CHECK_THROWS_AS(c.text("unheard_of"), std::logic_error);
        CHECK_THROWS_AS(c.configured("name"), std::logic_error);
    }
}

TEST_CASE("set replaces a parameter or appends it") {
    Configured c{"sample", {{"a", {1.0}}}};
    c.set("a", {2.0});
    c.set("b", {std::string("new")});
    CHECK(c == Configured{"sample", {{"a", {2.0}}, {"b", {std::string("new")}}}});
    CHECK_FALSE(c == Configured{"other", c.parameters});
}
