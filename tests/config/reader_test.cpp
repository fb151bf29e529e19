// From bytes to a configuration: places, Python's numbers, and what is refused with its place.
#include "catch.hpp"
#include "halfstep/config/config_file.hpp"
#include "message_of.hpp"

using namespace halfstep;

namespace {

std::string refusal(const std::string& text) {
    return message_of([&] { read_config(text, "ds.json"); });
}

}  // namespace

TEST_CASE("every key has the line and column it was written at, in characters") {
    const ConfigFile file =
        read_config("{\n  \"a\": {\"\xc3\xa9\xc3\xa9\": 1,   \"b\\\"c\": [1, {\"d\": 2}]},\n\t\"e\": null}", "ds.json");
    CHECK(file.root.find("a")->place == ConfigPlace{2, 3});
    CHECK(file.root.find("a")->find("\xc3\xa9\xc3\xa9")->place == ConfigPlace{2, 9});
    CHECK(file.root.find("a")->find("b\"c")->place == ConfigPlace{2, 20});
    const ConfigNode& item = (*file.root.find("a")->find("b\"c")->list())[1];
    CHECK(item.find("d")->place == ConfigPlace{2, 33});
    CHECK(file.root.find("e")->place == ConfigPlace{3, 2});
}

TEST_CASE("numbers are Python's: NaN, Infinity, beyond binary64, integers of any size") {
    const ConfigFile file = read_config(
        R"({"a": -Infinity, "b":Infinity,"c": 1e999, "d": [NaN, -1e400], "e": 123456789012345678901234567890,
            "f": 9223372036854775807, "g": 1e3, "h": -0, "i": "NaN", "j": "Infinity, 1e999"})",
        "ds.json");
    CHECK(describe(*file.root.find("a")) == "-inf");
    CHECK(describe(*file.root.find("b")) == "inf");
    CHECK(describe(*file.root.find("c")) == "inf");
    CHECK(describe((*file.root.find("d")->list())[0]) == "nan");
    CHECK(describe((*file.root.find("d")->list())[1]) == "-inf");
    CHECK(std::get<BigInteger>(file.root.find("e")->data).value == 123456789012345678901234567890.0);
    CHECK(std::get<std::int64_t>(file.root.find("f")->data) == INT64_MAX);
    CHECK(std::get<double>(file.root.find("g")->data) == 1000.0);
    CHECK(std::get<std::int64_t>(file.root.find("h")->data) == 0);
    CHECK(*file.root.find("i")->text() == "NaN");
    CHECK(*file.root.find("j")->text() == "Infinity, 1e999");
    const ConfigFile huge = read_config("{\"a\": " + std::string(5000, '9') + "}", "ds.json");
    CHECK(describe(*huge.root.find("a")) == "inf");
}

TEST_CASE("the last of two equal keys counts, and both are known") {
    const ConfigFile file =
        read_config(R"({"a": 1, "b": {"c": 1, "c": 2, "c": 3}, "a": 2, "d": 0, "d": 1})", "ds.json");
    CHECK(describe(*file.root.find("a")) == "2");
    REQUIRE(file.duplicates.size() == 2);
    REQUIRE(file.duplicates[0].keys.size() == 1);
    CHECK(file.duplicates[0].keys[0].path == "b.c");
    CHECK(file.duplicates[0].keys[0].place == ConfigPlace{1, 32});
    REQUIRE(file.duplicates[1].keys.size() == 2);
    CHECK(file.duplicates[1].keys[0].path == "a");
    CHECK(file.duplicates[1].keys[1].path == "d");
}

TEST_CASE("what is no configuration is refused at its place") {
    CHECK(holds(refusal(""), "ds.json:1:1: this is not JSON"));
    CHECK(holds(refusal("{\n\"a\" 1}"), "ds.json:2:"));
    CHECK(holds(refusal("{\n\"a\" 1}"), "expected ':'"));
    CHECK(holds(refusal("{\"a\": 1, // comment\n}"), "ds.json:1:11: this is not JSON"));
    CHECK(holds(refusal("{\"a\": 1,}"), "this is not JSON"));
    CHECK(holds(refusal("{\"a\": 1} x"), "this is not JSON"));
    CHECK(holds(refusal("{a: 1}"), "this is not JSON"));
    CHECK(holds(refusal("{\"a\": -Infinit}"), "this is not JSON"));
    CHECK(holds(refusal("{\"a\": 01}"), "this is not JSON"));
    CHECK(refusal("[1]") == "ds.json:1:1: found a list of 1; a configuration is an object, { \"key\": value, ... }");
    CHECK(holds(refusal("7"), "found 7; a configuration is an object"));
    CHECK(holds(refusal("\"text\""), "found \"text\""));
}

TEST_CASE("bytes that are not UTF-8 are refused, and the message is text") {
    for (const std::string bytes : {"\xff", "\xc3(", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
        const std::string message = refusal("{\"a\": \"" + bytes + "\"}");
        CHECK(holds(message, "ds.json:1:"));
        for (const char c : message) CHECK(static_cast<unsigned char>(c) < 0x80);
    }
    CHECK(holds(refusal(std::string("{\"a\": \0}", 8)), "ds.json:1:"));
}

TEST_CASE("nesting, size and the number of values have limits") {
    const auto nested = [](int depth) {
        std::string text = "{\"a\": 1}";
        for (int i = 1; i < depth; ++i) text = "{\"a\": " + text + "}";
        return text;
    };
    CHECK(refusal(nested(64)) == "nothing was thrown");
    CHECK(holds(refusal(nested(65)), "more than 64 objects and lists inside each other"));
    CHECK(holds(refusal("{\"a\": " + std::string(5'000'000, '[')), "more than 64"));

    std::string many = "{\"a\": [0";
    while (many.size() < 10'000'000) many += ",0";
    CHECK(holds(refusal(many + "]}"), "more than 10000 values"));
    CHECK(refusal("{\"a\": \"" + std::string(10'000'000, 'x') + "\"}") == "nothing was thrown");
    CHECK(holds(refusal("{\"a\": \"" + std::string(config_limit, 'x') + "\"}"), "is larger than 16 MiB"));
}

TEST_CASE("the kind of a file is told by its extension, then by its first character") {
    CHECK(looks_like_config("", "a.json"));
    CHECK_FALSE(looks_like_config("{}", "a.toml"));
    CHECK(looks_like_config(" \n{}", "ds_config"));
    CHECK_FALSE(looks_like_config("title = 1", "ds_config"));
    CHECK_FALSE(looks_like_config("", "ds_config"));
    CHECK_FALSE(looks_like_config("", ".json"));
}
