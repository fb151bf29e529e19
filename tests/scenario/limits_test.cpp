// Text that is no TOML, or too much of it: an error with its place, in reasonable time.
#include "catch.hpp"
#include "sample_catalogue.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string line_error(const std::string& line) {
    return error_of(minimal_text(line));
}

std::string repeat(const std::string& text, int times) {
    std::string result;
    result.reserve(text.size() * static_cast<std::size_t>(times));
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

std::string variant(int i) {
    return std::string("[[variant]]\nname = '").append(std::to_string(i)).append("'\n");
}

bool begins(const std::string& text, const std::string& start) {
    if (text.compare(0, start.size(), start) == 0) return true;
    UNSCOPED_INFO("found: " << text.substr(0, 200));
    return false;
}

}  // namespace

TEST_CASE("headers and keys toml++ cannot bear are reported like any other fault") {
    for (const char* header : {"[!]", "[,]", "[\xc3\xa9]", "[]", "[[]]", "[ ]", "[a.]", "[.a]", "[a..b]", "[\n]",
                               "[[a]", "[a]]", "[=]", "[\"\"\"a\"\"\"]", "[a b]", "[#]", "[", "[[", "[a"}) {
        INFO(header);
        CHECK(begins(line_error(header), "demo.toml:4:"));
    }
    for (const char* key : {"\xc3\xa9 = 1",
                            "a\xc3\xa9 = 1",
                            "! = 1",
                            "= 1",
                            ". = 1",
                            "a. = 1",
                            "a",
                            "a =",
                            "a = =",
                            "a = \xc3\xa9",
                            "a = 1 2",
                            "a = 1, b = 2",
                            "x = { \xc3\xa9 = 1 }",
                            "x = { = 1 }",
                            "x = { a }",
                            "x = { a = 1, }",
                            "x = { a = 1",
                            "x = { a = 1\n}",
                            "x = [1,,2]",
                            "x = [,]",
                            "x = [1 2]",
                            "x = [",
                            "x = ]",
                            "a = _1",
                            "a = 1__2",
                            "a = 'x",
                            "a = \"x",
                            "a = \"\\q\"",
                            "a = '''x",
                            "a = \"\"\"x",
                            "a = \"\\",
                            "a = tru",
                            "a = +",
                            "a = .",
                            "a = 0x",
                            "a = 1e",
                            "a = 0b2",
                            "a = 1979-13-01",
                            "a = 25:00:00",
                            "\"a\nb\" = 1"}) {
        INFO(key);
        CHECK(begins(line_error(key), "demo.toml:4:"));
    }
    CHECK(line_error("[!]") ==
          "demo.toml:4:2: found \"!\" where a key is expected; accepted: letters a-z and A-Z, digits, "
          "\"_\" and \"-\", or a quoted key");
}

TEST_CASE("a value without quotes is a number or a truth value") {
    const auto value = [](const std::string& text) {
        return error_of("title = \"t\"\nmodel.kind = \"quadratic\"\noptimizer = { kind = \"sgd\", lr = " + text + " }");
    };
    for (const char* good :
         {"1", "+1", "0.5", "1e3", "1E-3", "1_000.5_0e1_0", "0x1f", "0xDEAD_beef", "0o17", "0b11", "1.0e+2"}) {
        INFO(good);
        CHECK(value(good) == "accepted");
    }
    for (const char* bad :
         {"adam",  "True",  "TRUE", "infinity", "+true", "0x",    "0x_1",         "-0x1",      "0b2",      "0o8",
          "1_",    "_1",    "1__0", "01",       "0_1",   "1.",    ".5",           "1._5",      "1e",       "1e+",
          "1e1.5", "1.5.5", "--1",  "+",        "1e_3",  "0x1p3", "1979-05-27T-", "07:32:00.", "07:32:00+"}) {
        INFO(bad);
        CHECK(begins(value(bad), std::string("demo.toml:3:34: found \"") + bad + "\""));
    }
    CHECK(value("adam") ==
          "demo.toml:3:34: found \"adam\"; accepted: a number, true, false, a text in quotes, a list or a table");
}

TEST_CASE("duplicates are errors") {
    for (const char* text : {"title = \"again\"", "optimizer.lr = 2", "[model]", "[[model]]", "[run]\n[run]",
                             "[run]\nsteps = 1\nsteps = 2", "[run]\nsteps = 1\n\"steps\" = 2",
                             "run = { steps = 1, steps = 2 }", "[[variant]]\n[variant]", "run.steps = 1\n[run]"}) {
        INFO(text);
        CHECK(begins(line_error(text), "demo.toml:"));
        CHECK(line_error(text).find("redefine") != std::string::npos);
    }
}

TEST_CASE("bytes that are no text are reported at their place") {
    CHECK(line_error("claim = \"\xff\"") == "demo.toml:4:10: byte 0xff is not UTF-8");
    CHECK(line_error("# \xc3\xa9 \xc3(") == "demo.toml:4:5: byte 0xc3 is not UTF-8");
    for (const char* bad :
         {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "\xe2\x82"}) {
        CHECK(line_error(std::string("#") + bad).find("is not UTF-8") != std::string::npos);
    }
    CHECK(line_error(std::string("claim = \"a\0b\"", 13)) ==
          "demo.toml:4:11: control character 0x00 is not accepted in a scenario");
    CHECK(line_error("#\x7f") == "demo.toml:4:2: control character 0x7f is not accepted in a scenario");
    CHECK(line_error("# a\rb") == "demo.toml:4:4: control character 0x0d is not accepted in a scenario");
    CHECK(line_error("claim = \"\\u0000\"") == "demo.toml:4:9: a string with a control character is not accepted");
    CHECK(line_error("claim = \"\\u001b\"") == "demo.toml:4:9: a string with a control character is not accepted");
    CHECK(begins(line_error("claim = \"\\ud800\""), "demo.toml:4:"));
    CHECK(line_error("claim = \"\xf0\x9f\x98\x80 \\u00e9\"") == "accepted");
}

TEST_CASE("columns count characters") {
    CHECK(begins(line_error("claim = \"\xc3\xa9\xc3\xa9\" x"), "demo.toml:4:14: found \"x\""));
    CHECK(begins(line_error("variant = [{ name = \"\xc3\xa9\xc3\xa9\" }, 1]"), "demo.toml:4:29: variant[1]: found 1"));
}

TEST_CASE("nesting is limited, whatever it is made of") {
    const std::string deep = "nested deeper than 64 levels";
    for (const int levels : {65, 1000, 1'000'000}) {
        CHECK(line_error("x = " + repeat("[", levels)).find(deep) != std::string::npos);
        CHECK(line_error("x = " + repeat("{a=", levels)).find(deep) != std::string::npos);
        CHECK(line_error("x = " + repeat("[{a=", levels)).find(deep) != std::string::npos);
        CHECK(line_error("a" + repeat(".a", levels) + " = 1").find(deep) != std::string::npos);
        CHECK(line_error("[a" + repeat(".a", levels) + "]").find(deep) != std::string::npos);
    }
    // The levels of header, key and value add up.
    CHECK(line_error("[a" + repeat(".a", 40) + "]\nb" + repeat(".b", 30) + " = 1").find(deep) != std::string::npos);
    CHECK(begins(line_error("x = " + repeat("[", 60) + repeat("]", 60)), "demo.toml:4:1: unknown key \"x\""));
}

TEST_CASE("large files are refused by size, number of keys, variants and runs") {
    CHECK(line_error(std::string(5 << 20, '#')).find("bytes; accepted: at most 4194304") != std::string::npos);
    CHECK(line_error("#" + std::string(4'000'000, 'x')) == "accepted");
    CHECK(line_error(repeat("[[variant]]\n", 150'000)).find("more than 50000 keys and headers") != std::string::npos);
    std::string variants;
    for (int i = 0; i <= 10'000; ++i) variants += variant(i);
    CHECK(line_error(variants).find("more than 10000 variants") != std::string::npos);
    std::string seeds = "run.seeds = [0";
    for (int i = 1; i <= 100'000; ++i) seeds.append(",").append(std::to_string(i));
    CHECK(begins(line_error(seeds + "]"),
                 "demo.toml:4:13: run.seeds: 1 runs of 100001 seeds each; accepted: at most 100000"));
    std::string heavy = "title = 't'\nmodel.kind = 'quadratic'\n[optimizer]\nkind = 'sgd'\nlr = 1\nlr_values = [1";
    heavy += repeat(",1", 1'000'000) + "]\n";
    for (int i = 0; i < 10; ++i) heavy += variant(i);
    CHECK(begins(error_of(heavy), "demo.toml:11:1: the runs up to here hold more than 4000000 values together"));
}

TEST_CASE("texts made to be slow are answered soon") {
    // Each is a few megabytes; together they take about a second.
    std::string dotted = "[run]\n", headers, inline_list = "claim = [";
    for (int i = 0; i < 45'000; ++i) dotted.append("a").append(std::to_string(i)).append(".b = 1\n");
    for (int i = 0; i < 45'000; ++i) headers.append("[x.a").append(std::to_string(i)).append(".b]\n");
    for (int i = 0; i < 45'000; ++i) inline_list += "{a=1},";
    CHECK(begins(line_error(dotted), "demo.toml:5:1: run: unknown key \"a0\""));
    CHECK(begins(line_error(headers), "demo.toml:4:"));
    CHECK(begins(line_error(inline_list + "]"), "demo.toml:4:"));
    CHECK(begins(line_error(repeat("x", 4'000'000) + " = 1"), "demo.toml:4:1: unknown key \"xxx"));
    CHECK(begins(line_error("claim = " + repeat("1", 4'000'000)), "demo.toml:4:9: found \"1111"));
    CHECK(begins(line_error("claim = [" + repeat("'',", 1'300'000) + "]"), "demo.toml:4:9: claim: found a list"));
    CHECK(begins(line_error("claim = '''" + repeat("'", 2'000'000)), "demo.toml:4:"));
    CHECK(begins(line_error("optimizer.lr_values = [" + repeat("1,", 1'000'000) + "-1]"), "demo.toml:4:"));
}
