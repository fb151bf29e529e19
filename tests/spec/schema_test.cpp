#include "halfstep/spec/schema.hpp"

#include <cmath>

#include "catch.hpp"

using namespace halfstep;

namespace {

const KindSchema& sample() {
    static const KindSchema kind{
        "sample",
        "a bit of everything",
        {
            {.name = "lr",
             .accepts = {ValueType::number},
             .default_value = {},
             .doc = "step size",
             .range = Range::above(0)},
            {.name = "count",
             .accepts = {ValueType::integer},
             .default_value = Value{std::int64_t{4}},
             .doc = {},
             .range = Range::between(1, 8)},
            {.name = "act",
             .accepts = {ValueType::text},
             .default_value = Value{std::string("relu")},
             .doc = {},
             .choices = {"relu", "tanh"}},
            {.name = "scale", .accepts = {ValueType::number, ValueType::numbers}, .default_value = Value{}, .doc = {}},
            {.name = "rows", .accepts = {ValueType::table}, .default_value = Value{}, .doc = {}},
            {.name = "sizes",
             .accepts = {ValueType::integers},
             .default_value = Value{},
             .doc = {},
             .range = Range::at_least(1)},
            {.name = "names", .accepts = {ValueType::texts}, .default_value = Value{}, .doc = {}},
            {.name = "on", .accepts = {ValueType::boolean}, .default_value = Value{false}, .doc = {}},
            {.name = "data", .accepts = {ValueType::configured}, .default_value = Value{}, .doc = {}, .family = "data"},
        }};
    return kind;
}

std::string message_of(std::vector<NamedValue> given) {
    try {
        configure(sample(), std::move(given));
    } catch (const SchemaError& error) {
        return error.what();
    }
    return "accepted";
}

Value list(std::vector<Value> items) {
    return {std::move(items)};
}

}  // namespace

TEST_CASE("configure fills in defaults in the schema's order") {
    const Configured c = configure(sample(), {{"on", {true}}, {"lr", {0.5}}});
    REQUIRE(c.parameters.size() == sample().parameters.size());
    CHECK(c.kind == "sample");
    CHECK(c.parameters[0].name == "lr");
    CHECK(c.number("lr") == 0.5);
    CHECK(c.integer("count") == 4);
    CHECK(c.text("act") == "relu");
    CHECK(c.boolean("on"));
    CHECK_FALSE(c.has("scale"));
}

TEST_CASE("an integer given for a number is stored as a number") {
    CHECK(configure(sample(), {{"lr", {std::int64_t{1}}}}) == configure(sample(), {{"lr", {1.0}}}));
    const Configured c = configure(sample(), {{"lr", {1.0}}, {"rows", list({list({{std::int64_t{1}}})})}});
    CHECK(c == configure(sample(), {{"lr", {1.0}}, {"rows", list({list({{1.0}})})}}));
    CHECK(configure(sample(), {{"lr", {1.0}}, {"sizes", list({{std::int64_t{3}}})}}).integers("sizes").front() == 3);
}

TEST_CASE("configure refuses in whole sentences") {
    CHECK(message_of({}) == "missing \"lr\"; accepted: a number above 0 (step size)");
    CHECK(message_of({{"lr", {0.0}}}) == "found 0.0; accepted: a number above 0");
    CHECK(message_of({{"lr", {std::string("x")}}}) == "found \"x\"; accepted: a number above 0");
    CHECK(message_of({{"lr", {1.0}}, {"lr", {2.0}}}) == "\"sample\": \"lr\" is given twice");
    CHECK(message_of({{"lr", {1.0}}, {"cuont", {std::int64_t{2}}}}) ==
          "\"sample\": unknown parameter \"cuont\"; did you mean \"count\"? Accepted: lr, count, act, scale, rows, "
          "sizes, names, on, data");
    CHECK(message_of({{"lr", {1.0}}, {"act", {std::string("rleu")}}}) ==
          "found \"rleu\"; did you mean \"relu\"? Accepted: one of \"relu\", \"tanh\"");
    CHECK(message_of({{"lr", {1.0}}, {"scale", {true}}}) == "found true; accepted: a number, or a list of numbers");
}

TEST_CASE("the check is strict about types, ranges and non-finite numbers") {
    const auto refused = [](std::string_view name, Value value) {
        return refuse(*find_parameter(sample(), name), value).has_value();
    };
    CHECK(refused("count", {4.0}));
    CHECK(refused("count", {std::int64_t{0}}));
    CHECK(refused("count", {std::int64_t{9}}));
    CHECK_FALSE(refused("count", {std::int64_t{8}}));
    CHECK(refused("lr", {std::nan("")}));
    CHECK(refused("lr", {INFINITY}));
    CHECK(refused("lr", {true}));
    CHECK(refused("lr", {(std::int64_t{1} << 53) + 1}));  // no binary64 number
    CHECK_FALSE(refused("lr", {std::int64_t{1} << 53}));
    CHECK(refused("lr", {}));  // required
    CHECK_FALSE(refused("scale", {}));
    CHECK(refused("on", {}));
    CHECK(refused("sizes", list({{std::int64_t{1}}, {std::int64_t{0}}})));
    CHECK(refused("sizes", list({{1.0}})));
    CHECK_FALSE(refused("sizes", list({})));
    CHECK(refused("names", list({{std::string("a")}, {1.0}})));
    CHECK(refused("names", {std::string("a")}));
    CHECK_FALSE(refused("names", list({{std::string("a")}, {std::string("")}})));
    CHECK(refused("rows", list({{1.0}})));
    CHECK(refused("rows", list({list({{std::string("1")}})})));
    CHECK(refused("data", {std::string("xor")}));
    CHECK(refused("data", {Configured{}}));
    CHECK_FALSE(refused("data", {Configured{"xor", {}}}));
}

TEST_CASE("a range says what it contains") {
    CHECK(Range{}.describe().empty());
    CHECK(Range::at_least(1).describe() == "at least 1");
    CHECK(Range::above(0).describe() == "above 0");
    CHECK(Range::between(0, 0.5).describe() == "from 0 to 0.5");
    CHECK(Range::unit_half_open().describe() == "at least 0 and below 1");
    CHECK(Range::unit_half_open().contains(0));
    CHECK_FALSE(Range::unit_half_open().contains(1));
    CHECK_FALSE(Range::above(0).contains(0));
    CHECK_FALSE(Range{}.contains(std::nan("")));
}

TEST_CASE("families name their lists of kinds") {
    Catalogue catalogue;
    catalogue.data.push_back({"xor", "", {}});
    CHECK(find_family(catalogue, "data") == &catalogue.data);
    CHECK(find_family(catalogue, "optimizer") == &catalogue.optimizers);
    CHECK(find_family(catalogue, "compressor") == &catalogue.compressors);
    CHECK(find_family(catalogue, "colour") == nullptr);
    CHECK(find_kind(catalogue.data, "xor") == &catalogue.data.front());
    CHECK(find_kind(catalogue.data, "spirals") == nullptr);
}
