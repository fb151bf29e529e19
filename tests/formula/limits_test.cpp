// Formulas no memory or stack would hold are refused with a place; long ones take time in proportion.
#include <chrono>

#include "catch.hpp"
#include "evaluate.hpp"
#include "message_of.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

std::string repeated(const std::string& text, int n) {
    std::string result;
    for (int i = 0; i < n; ++i) result += text;
    return result;
}

const Evaluation evaluation({a_vector("x", std::vector<double>(5000, 1.0)), a_number("a", 2)});

std::string refusal(const std::string& text) {
    return message_of([&] { evaluation(text); });
}

}  // namespace

TEST_CASE("nesting is limited to 200 levels of every kind") {
    const std::string deep = "nested deeper than 200 levels";
    for (const int n : {201, 100000}) {
        CHECK(holds(refusal("n = " + repeated("(", n) + "a" + repeated(")", n)), deep));
        CHECK(holds(refusal("n = " + repeated("-", n) + "a"), deep));
        CHECK(holds(refusal("n = " + repeated("not ", n) + "a"), deep));
        CHECK(holds(refusal("n = " + repeated("a^", n) + "1"), deep));
        CHECK(holds(refusal("n = " + repeated("abs(", n) + "a" + repeated(")", n)), deep));
        CHECK(holds(refusal("n = " + repeated("[", n) + "a" + repeated("]", n)), deep));
        CHECK(holds(refusal("n = a" + repeated("[a", n)), deep));
        CHECK(holds(refusal("n = x" + repeated("[0:1]", n)), deep));
        CHECK(holds(refusal(repeated("if a {", n) + repeated("}", n)), deep));
    }
    CHECK(evaluation.number(repeated("(", 190) + "a" + repeated(")", 190)) == 2);
    CHECK(evaluation.number(repeated("-", 190) + "a") == 2);
    CHECK(evaluation.values(repeated("if a {", 190) + "n = 7" + repeated("}", 190)).back() == 7);
}

TEST_CASE("chains of operators and branches are no nesting") {
    CHECK(evaluation.number("a" + repeated(" + a", 20000)) == 40002);
    CHECK(evaluation.number("half" + repeated("*1", 20000)) == 0.5);
    CHECK(evaluation.values("if n > 0 { n = 1 }" + repeated(" else if n > 0 { n = 2 }", 2000) + " else { n = 3 }")
              .back() == 3);
}

TEST_CASE("a formula of more than a mebibyte is refused, one just below is read in proportion to its length") {
    CHECK(holds(refusal(std::string((1 << 20) + 1, ' ')), "a formula of 1048577 bytes; accepted: at most 1048576"));
    const auto seconds = [](const std::string& text) {
        const auto begin = std::chrono::steady_clock::now();
        refusal(text);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    const int n = 1 << 20;
    for (const std::string& piece : {std::string("a+"), std::string("n=1;"), std::string("(a)*"), std::string("q"),
                                     std::string("[1,"), std::string("#\n"), std::string("a[0]"), std::string("n=-a\n"),
                                     std::string("if a<n{n=1}\n"), std::string("\"\"")}) {
        INFO(piece);
        CHECK(seconds(repeated(piece, (n - 8) / int(piece.size()))) < 5);
    }
}

TEST_CASE("the operations and elements of a step are limited") {
    CHECK(holds(refusal("n = a" + repeated(" + a", 60000)), "more than 50000 operations in a step"));
    CHECK(holds(refusal("n = sum(outer(x, x))"), "a value of 5000x5000 elements; accepted: at most 16777216"));
    CHECK(holds(refusal("y = outer(x, x[0:2000])\nz = y + 1"), "hold more than 16777216 elements together"));
    CHECK(holds(refusal("s = [" + repeated("x,", 5000) + "x]"), "elements; accepted: at most"));
}
