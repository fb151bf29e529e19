// Tables of free names: what they take, how variants and --set change one entry, and where inside a
// text something stands.
#include "catch.hpp"
#include "halfstep/spec/parameters.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const Catalogue& catalogue() {
    static const Catalogue with_entries = [] {
        Catalogue c = sample_catalogue();
        c.optimizers.push_back({"formula",
                                "text",
                                {number("lr", 1.0, ""),
                                 entries("constants", ""),
                                 entries("state", ""),
                                 {"update", {ValueType::text}, Value{std::string()}, ""}}});
        return c;
    }();
    return with_entries;
}

std::string text_with(const std::string& optimizer, const std::string& more = {}) {
    return "title = \"t\"\nmodel = { kind = \"quadratic\" }\n[optimizer]\nkind = \"formula\"\n" + optimizer + "\n" +
           more;
}

Scenario load(const std::string& optimizer, const std::string& more = {}, const Overrides& overrides = {}) {
    return load_scenario(text_with(optimizer, more), "demo.toml", catalogue(), overrides);
}

std::string error(const std::string& optimizer, const std::string& more = {}, const Overrides& overrides = {}) {
    try {
        load(optimizer, more, overrides);
    } catch (const ScenarioError& e) {
        return e.what();
    }
    return "accepted";
}

Entries constants(const RunSpec& run) {
    return run.optimizer.entries("constants");
}

// Where byte `at` of the value of `update` is reported.
std::string place_in(const std::string& update, std::size_t at) {
    const Scenario scenario = load("update = " + update);
    const std::string value = scenario.experiment.runs[0].optimizer.text("update");
    const ScenarioError e = scenario.explain(SpecError("optimizer.update", "here", value, {at, at + 1}), "base");
    return std::to_string(e.location().line) + ":" + std::to_string(e.location().column);
}

}  // namespace

TEST_CASE("a table of free names keeps them in the order of the file, numbers as numbers") {
    const RunSpec run = load(
                            "constants = { b = 1, a = \"1 - b\", list = [1, 2.5], rows = [[1], [2]] }\n"
                            "state = { m = { init = 0, role = \"exp_avg\", scalar = true } }")
                            .experiment.runs[0];
    const std::vector<Value> list = {{1.0}, {2.5}}, rows = {{std::vector<Value>{{1.0}}}, {std::vector<Value>{{2.0}}}};
    CHECK(constants(run) == Entries{{{"b", {1.0}}, {"a", {std::string("1 - b")}}, {"list", {list}}, {"rows", {rows}}}});
    CHECK(run.optimizer.entries("state") ==
          Entries{{{"m", {Entries{{{"init", {0.0}}, {"role", {std::string("exp_avg")}}, {"scalar", {true}}}}}}}});
    CHECK(constants(load("").experiment.runs[0]) == Entries{});
    CHECK(constants(load("[optimizer.constants]\nc = 3").experiment.runs[0]) == Entries{{{"c", {3.0}}}});
}

TEST_CASE("names and values that a table of free names does not take are reported at their place") {
    CHECK(error("constants = { \"a b\" = 1 }") ==
          "demo.toml:5:15: optimizer.constants: found the name \"a b\"; accepted: a letter or \"_\", then letters, "
          "digits "
          "and \"_\"");
    CHECK(error("constants = { 1a = 1 }").starts_with("demo.toml:5:15: optimizer.constants: found the name \"1a\""));
    CHECK(error("constants = { kind = \"a\" }") ==
          "demo.toml:5:15: optimizer.constants: a table of free names has no kind");
    CHECK(error("constants = { a = inf }")
              .starts_with("demo.toml:5:19: optimizer.constants.a: found inf; accepted: a finite"));
    CHECK(error("constants = { a = [1, \"b\"] }").starts_with("demo.toml:5:19: optimizer.constants.a: found a list"));
    CHECK(error("constants = { a = { b = { c = { d = 1 } } } }")
              .starts_with("demo.toml:5:25: optimizer.constants.a.b: found a table"));
    CHECK(
        error("constants = 5") ==
        "demo.toml:5:13: optimizer.constants: found 5; accepted: a table of names, each a number, a text, a list or a "
        "table");
    CHECK(error("update = { a = 1 }").starts_with("demo.toml:5:10: optimizer.update: found a table; accepted: a text"));
}

TEST_CASE("a variant changes single entries and inherits the others") {
    const Experiment e = load("constants = { a = 1, b = 2 }",
                              "[[variant]]\nname = \"v\"\n"
                              "optimizer.constants = { b = 3, c = \"a\" }\n[[variant]]\nname = \"w\"\n"
                              "optimizer.kind = \"sgd\"\noptimizer.lr = 1\n")
                             .experiment;
    CHECK(constants(e.runs[1]) == Entries{{{"a", {1.0}}, {"b", {3.0}}, {"c", {std::string("a")}}}});
    CHECK_FALSE(e.runs[2].optimizer.has("constants"));
}

TEST_CASE("--set changes one entry, or adds the table") {
    const Overrides set{{"optimizer.constants.b=5", "optimizer.constants.c=\"1 - b\"", "optimizer.state.m=0"}, {}};
    const RunSpec run = load("constants = { a = 1, b = 2 }", {}, set).experiment.runs[0];
    CHECK(constants(run) == Entries{{{"a", {1.0}}, {"b", {5.0}}, {"c", {std::string("1 - b")}}}});
    CHECK(run.optimizer.entries("state") == Entries{{{"m", {0.0}}}});
    CHECK(error("", {}, {{"optimizer.constants.if-else=5"}, {}})
              .starts_with("--set optimizer.constants.if-else: optimizer.constants: found the name \"if-else\""));
}

TEST_CASE("a fault in an entry is located at that entry, in the variant that wrote it") {
    const Scenario s =
        load("constants = { a = 1, b = 2 }", "[[variant]]\nname = \"v\"\noptimizer.constants.b = \"b\"\n");
    CHECK(s.locate("optimizer.constants.b", "base").text() == "demo.toml:5:26");
    CHECK(s.locate("optimizer.constants.b", "v").text() == "demo.toml:8:25");
    CHECK(s.locate("optimizer.constants.a", "v").text() == "demo.toml:5:19");
}

TEST_CASE("a byte of a basic string is found where it is written, escapes and wide characters counted") {
    // The value starts behind `update = "`, in column 11 of line 5.
    CHECK(place_in("\"w = w\"", 0) == "5:11");
    CHECK(place_in("\"w = w\"", 4) == "5:15");
    CHECK(place_in("\"w = w\"", 5) == "5:16");                   // the closing quote
    CHECK(place_in("\"a\\tb\\\"c\"", 2) == "5:14");              // b, behind a tab written \t
    CHECK(place_in("\"a\\tb\\\"c\"", 4) == "5:17");              // c, behind \"
    CHECK(place_in("\"\xC3\xA9\xE2\x82\xAC w\"", 6) == "5:14");  // w, behind 5 bytes of 2 characters and a blank
    CHECK(place_in("\"\\u00e9\\U0001F600w\"", 6) == "5:27");     // w, behind 2 + 4 bytes of 16 characters
    CHECK(place_in("\"\\u0041w\"", 1) == "5:17");
}

TEST_CASE("a byte of a literal string is found where it is written") {
    CHECK(place_in("'w \\t w'", 5) == "5:16");
    CHECK(place_in("''", 0) == "5:11");
}

TEST_CASE("a byte of a multi-line string is found on its line") {
    CHECK(place_in("\"\"\"\nm = 1\n  w = 2\n\"\"\"", 0) == "6:1");
    CHECK(place_in("\"\"\"\nm = 1\n  w = 2\n\"\"\"", 8) == "7:3");
    CHECK(place_in("\"\"\"m = 1\nw\"\"\"", 0) == "5:13");
    CHECK(place_in("\"\"\"m = 1\nw\"\"\"", 6) == "6:1");
    CHECK(place_in("'''\n\nw \\ v'''", 1) == "7:1");
    CHECK(place_in("'''\n\nw \\ v'''", 5) == "7:5");
    CHECK(place_in("\"\"\"\na\"\"b\"\"\"", 3) == "6:4");
}

TEST_CASE("a backslash at the end of a line takes blanks and line breaks out of the value") {
    CHECK(place_in("\"\"\"\na \\\n\n    b\"\"\"", 2) == "8:5");
    CHECK(place_in("\"\"\"\\\n   a\"\"\"", 0) == "6:4");
}

TEST_CASE("lines that end in carriage return and line feed count as lines") {
    const std::string text =
        "title = \"t\"\r\nmodel = { kind = \"quadratic\" }\r\n[optimizer]\r\nkind = \"formula\"\r\n"
        "update = \"\"\"\r\nm = 1\r\nw = 2\r\n\"\"\"\r\n";
    const Scenario s = load_scenario(text, "demo.toml", catalogue());
    const std::string value = s.experiment.runs[0].optimizer.text("update");
    const std::size_t at = value.find('w');
    CHECK(s.explain(SpecError("optimizer.update", "here", value, {at, at + 1}), "base").location().text() ==
          "demo.toml:7:1");
}

TEST_CASE("a byte order mark does not move the place") {
    const Scenario s = load_scenario(
        "\xEF\xBB\xBF"
        "title = \"abc\"\nmodel.kind = \"quadratic\"\n"
        "optimizer.kind = \"formula\"\noptimizer.update = \"w\"",
        "demo.toml", catalogue());
    CHECK(s.explain(SpecError("optimizer.update", "here", "w", {0, 1}), "base").location().text() == "demo.toml:4:21");
}

TEST_CASE("the message shows the line of the text with a mark, and the variant") {
    const Scenario s =
        load("update = \"\"\"\nm = 1\nw = m + bta1\n\"\"\"", "[[variant]]\nname = \"v\"\nrun.steps = 5\n");
    const std::string value = s.experiment.runs[0].optimizer.text("update");
    const SpecError fault("optimizer.update", "unknown name \"bta1\"", value, {14, 18});
    CHECK(std::string(s.explain(fault, "v").what()) ==
          "demo.toml:7:9: optimizer.update: unknown name \"bta1\" (in variant \"v\")\n  w = m + bta1\n          ^^^^");
}

TEST_CASE("a text given by --set has no place in the file, but its line is shown") {
    const Scenario s = load("update = \"w\"", {}, {{"optimizer.update='w = bta'"}, {}});
    const SpecError fault("optimizer.update", "no", "w = bta", {4, 7});
    CHECK(std::string(s.explain(fault, "base").what()) ==
          "--set optimizer.update: optimizer.update: no\n  w = bta\n      ^^^");
}
