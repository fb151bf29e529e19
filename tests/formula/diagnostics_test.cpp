// What is said of a formula that is wrong, and of which part of it.
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "message_of.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

struct Mistake {
    std::string text;
    std::string place;    // the part that is marked
    std::string message;  // a part of it
};

// x is a vector of 3, W a 2x3 matrix, a a number, g one that may be assigned to.
const Evaluation evaluation({a_vector("x", {1, 2, 3}), a_matrix("W", 2, {1, 2, 3, 4, 5, 6}), a_number("a", 2),
                             a_number("g", 3)});

void check_mistakes(const std::vector<Mistake>& mistakes) {
    for (const Mistake& m : mistakes) {
        INFO(m.text);
        try {
            evaluation(m.text);
            FAIL("no error");
        } catch (const SpecError& e) {
            INFO(e.what() << "\n" << e.excerpt());
            CHECK(holds(e.what(), m.message));
            CHECK(e.key() == "text");
            REQUIRE(e.span().has_value());
            CHECK(m.text.substr(e.span()->begin, e.span()->end - e.span()->begin) == m.place);
        }
    }
}

}  // namespace

TEST_CASE("mistakes of grammar are shown where reading stopped") {
    check_mistakes({
        {"s = x +", "", "found the end of the formula; expected a value"},
        {"s = x + * 2", "*", "found \"*\"; expected a value"},
        {"s = (x + 2", "(", "\"(\" is not closed"},
        {"s = (x + 2\nn = 3)", "n", "found \"n\"; expected an operator or \")\" to close the \"(\""},
        {"s = x[0", "[", "\"[\" is not closed"},
        {"s = x)", ")", "found \")\"; expected an operator, a new line or \";\""},
        {"s = sum(x, )", ")", "found \")\"; expected a value"},
        {"s = x 2", "2", "found \"2\"; expected an operator, a new line"},
        {"s = 1.2.3", "1.2.3", "found \"1.2.3\"; a number is written as 3, 0.5 or 1e-3"},
        {"s = 1e + 2", "1e", "found \"1e\"; a number"},
        {"s = 0x10", "0x10", "a number is written"},
        {"s = 3a", "3a", "a number is written"},
        {"s = 1e999", "1e999", "larger than the largest binary64 number"},
        {"s = x ? 2", "?", "found \"?\", which means nothing in a formula"},
        {"s = x \xE2\x82\xAC 2", "\xE2\x82\xAC", "means nothing in a formula"},
        {"s = x && 1", "&&", "write and"},
        {"s = x || 1", "||", "write or"},
        {"s = !x", "!", "write not"},
        {"s = x % 2", "%", "no remainder"},
        {"s = a < 1 < 2", "<", "comparisons do not chain"},
        {"s = +x", "+", "found \"+\" without a value before it"},
        {"s = 2*not a", "not", "needs brackets"},
        {"s = 'abc", "'", "not closed on its line"},
        {"x[0] = 1", "x[0]", "only a whole name can be assigned to"},
        {"x + 1 = 2", "x + 1", "only a name can be assigned to"},
        {"if a < 1 s = x", "s", "found \"s\"; expected an operator or \"{\""},
        {"if a < 1 { s = x", "{", "\"{\" is not closed"},
        {"s = x }", "}", "found \"}\" without a \"{\""},
        {"else { s = x }", "else", "found \"else\"; expected a value"},
        {"s = max(axis + 1 = 0)", "=", "only a name can stand before \"=\""},
    });
}

TEST_CASE("names and functions that are not there are shown with the nearest that is") {
    check_mistakes({
        {"s = hlaf*x", "hlaf", "unknown name \"hlaf\"; did you mean \"half\"?"},
        {"s = sqr(x)", "sqr", "unknown function \"sqr\"; did you mean \"sqrt\"?"},
        {"s = later\nlater = 2", "later", "unknown name \"later\""},
        {"if 0 > 1 { s = nothing }", "nothing", "unknown name \"nothing\""},
        {"s = sum", "sum", "\"sum\" is a function: sum(a)"},
        {"s = x(2)", "x", "\"x\" is a value, not a function; write * to multiply"},
        {"s = random()", "random", "\"random\" is for models"},
        {"t = 2", "t", "\"t\" is given and cannot be assigned to"},
        {"sum = 2", "sum", "\"sum\" is a function; choose another name"},
    });
}

TEST_CASE("wrong arguments are shown with what the function takes") {
    check_mistakes({
        {"s = sqrt(x, 2)", "sqrt", "\"sqrt\" takes 1 argument, found 2; accepted: sqrt(a)"},
        {"s = clip(x, 2)", "clip", "\"clip\" takes 3 arguments, found 2"},
        {"s = max()", "max", "\"max\" takes 1 or 2 arguments, found 0"},
        {"s = sum(x, along=0)", "along", "\"sum\" takes no argument named \"along\""},
        {"s = dot(x, axis=0)", "axis", "\"dot\" takes no argument named \"axis\""},
        {"s = sum(axis=0, W)", "W", "an argument without a name after one with a name"},
        {"s = sum(W, axis=2)", "2", "found 2; expected an axis: a whole number from 0 to 1"},
        {"s = sum(x, axis=1)", "sum", "no axis 1 of a vector of 3"},
        {"s = max(x, 2, axis=0)", "max", "max takes two values, or one and an axis"},
        {"s = round(x, \"bf17\")", "\"bf17\"", "unknown format or role \"bf17\"; did you mean \"bf16\"?"},
        {"s = round(x, 16)", "16", "expected the name of a format or role in quotes"},
        {"s = x + \"bf16\"", "\"bf16\"", "only round takes one"},
        {"s = floor(x)", "floor",
         "\"floor\" is no operation of the emulator; it can stand in constants and conditions"},
        {"s = mod(x, 2)", "mod", "\"mod\" is no operation of the emulator"},
    });
}

TEST_CASE("shapes that do not fit are both named") {
    check_mistakes({
        {"n = sum(x + [1, 2])", "+", "\"+\": the shapes do not fit: a vector of 3 and a vector of 2"},
        {"n = sum(W*transpose(W))", "*", "a 2x3 matrix and a 3x2 matrix"},
        {"n = sum(W @ W)", "@", "\"@\": the shapes do not fit: a 2x3 matrix and a 2x3 matrix; 3 columns meet 2 rows"},
        {"n = sum(x @ 2)", "@", "for numbers write *"},
        {"n = dot(x, [1, 2])", "dot", "a vector of 3 and a vector of 2"},
        {"n = sum(outer(W, x))", "outer", "takes two vectors, found a 2x3 matrix and a vector of 3"},
        {"n = sum(where(x, W, [1, 2]))", "where", "a vector of 3 and a 2x3 matrix and a vector of 2"},
        {"s = W", "W", "\"s\" is a vector of 3, found a 2x3 matrix"},
        {"n = x", "x", "\"n\" is a number, found a vector of 3"},
        {"s = [1, 2]", "[1, 2]", "\"s\" is a vector of 3, found a vector of 2"},
        {"s = x[3]", "3", "found 3; expected an index counted from 0: a whole number from 0 to 2"},
        {"s = x[half]", "half", "found 0.5; expected an index"},
        {"s = x[t]", "t", "this changes from step to step"},
        {"s = x[0, 1]", "[0, 1]", "2 indices into a vector of 3"},
        {"s = a[0]", "[0]", "1 index into a number"},
        {"s = x[2:2]", "2:2", "an empty slice: 2 to 2"},
        {"n = sum(W[:, 0:2])", "[:, 0:2]", "take columns of transpose(a)"},
        {"s = [1, x]", "x", "found a vector of 3 in a list that begins with a number"},
        {"s = [W]", "W", "found a 2x3 matrix in a list"},
        {"s = []", "[]", "an empty list"},
        {"s = x^half", "half", "found 0.5; expected an exponent"},
        {"s = x^100", "100", "a whole number from -64 to 64"},
        {"s = softmax(a)", "softmax", "found a number; accepted: a vector"},
    });
}

TEST_CASE("what branches may do is said where they do more") {
    check_mistakes({
        {"if n < 1 { u = 2 }\ns = u*x", "u", "\"u\" was assigned inside an if, which may not have run"},
        {"u = 1\nif n < 1 { u = 2 }\ns = u*x", "u", "only w and states keep what an if assigns"},
        {"if x > 1 { s = x }", "x", "\"x\" is a vector of 3; a condition is about numbers"},
        {"if sum(x) > 1 { s = x }", "sum", "\"sum\" is for arrays; constants and conditions are numbers"},
        {"if [1] { s = x }", "[1]", "found an array"},
        {"if a @ a { s = x }", "@", "\"@\" multiplies matrices"},
        {"if max(a) > 1 { s = x }", "max", "\"max\" of one value is for arrays"},
        {"x + 1\ns = x", "x + 1", "the value is not used; assign it, as in name = x + 1"},
        {"if n < 1 { x }", "x", "the value is not used"},
    });
}

TEST_CASE("the marked line shows the line of the place, and carets under all of it") {
    try {
        evaluation("s = x\n\tn = hlaf*2\nn = 3");
        FAIL("no error");
    } catch (const SpecError& e) {
        CHECK(e.excerpt() == "\tn = hlaf*2\n\t    ^^^^");
    }
}

TEST_CASE("a marked line is cut around its place and counts characters, not bytes") {
    const std::string ahead(200, 'a'), behind(200, 'b');
    CHECK(marked_line(ahead + "X" + behind, {200, 201}) ==
          "..." + std::string(60, 'a') + "X" + std::string(59, 'b') + "...\n" + std::string(63, ' ') + "^");
    CHECK(marked_line("\xC3\xA9\xC3\xA9 = \xE2\x82\xAC", {7, 10}) == "\xC3\xA9\xC3\xA9 = \xE2\x82\xAC\n     ^");
    CHECK(marked_line("", {0, 0}) == "\n^");
    CHECK(marked_line("ab\ncd", {4, 9}) == "cd\n ^");
    CHECK(marked_line("ab\r\ncd", {1, 5}) == "ab\n ^");
}
