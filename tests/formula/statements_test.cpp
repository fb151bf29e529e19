// Assignments, states and branches.
#include "catch.hpp"
#include "evaluate.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

const Evaluation evaluation({a_vector("x", {1, 2, 3}), a_number("a", 2), a_number("g", 3)});

// s (begins with 1, 2, 3) and n (0) after the step.
std::vector<double> after(const std::string& text) {
    return evaluation.values(text);
}

}  // namespace

TEST_CASE("a state is read as it is at that point of the text") {
    CHECK(after("n = s[0]; s = 10*x; n = n + s[0]") == std::vector<double>{10, 20, 30, 11});
}

TEST_CASE("a local name keeps its value") {
    CHECK(after("old = s; s = 10*x; n = sum(old)") == std::vector<double>{10, 20, 30, 6});
    CHECK(after("first = s[0]; s = 10*x; n = first") == std::vector<double>{10, 20, 30, 1});
    CHECK(after("u = g; g = g + 1; n = 10*u + g") == std::vector<double>{1, 2, 3, 34});
}

TEST_CASE("a number assigned to a state is assigned to all its elements") {
    CHECK(after("s = a; n = 7") == std::vector<double>{2, 2, 2, 7});
    CHECK(after("s = 0.5; n = 7") == std::vector<double>{0.5, 0.5, 0.5, 7});
}

TEST_CASE("the first branch whose condition holds is taken, the else otherwise") {
    const auto branch = [&](const std::string& a, const std::string& b) {
        return after("if " + a + " { n = 1 } else if " + b + " { n = 2 } else { n = 3 }").back();
    };
    // t is 5, known only on the host; half is known beforehand.
    for (const std::string yes : {"t == 5", "half < 1", "n == 0", "a == 2 and t > 4"})
        for (const std::string no : {"t < 5", "half > 1", "not n == 0", "a == 1 or t != 5"}) {
            INFO(yes << " " << no);
            CHECK(branch(yes, no) == 1);
            CHECK(branch(yes, yes) == 1);
            CHECK(branch(no, yes) == 2);
            CHECK(branch(no, no) == 3);
        }
}

TEST_CASE("a branch that changes the state of its condition does not run its else as well") {
    CHECK(after("if n == 0 { n = 1 } else { n = 2 }").back() == 1);
    CHECK(after("if n == 0 { n = 1 } else if n == 1 { n = 2 } else { n = 3 }").back() == 1);
}

TEST_CASE("branches nest") {
    CHECK(after("if t > 1 { if t > 9 { n = 1 } else { n = 2; if t > 3 { s = 0 } } }") ==
          std::vector<double>{0, 0, 0, 2});
}

TEST_CASE("where the condition is known beforehand, what the branch assigns to local names counts") {
    CHECK(after("u = 1\nif half < 1 { u = 7; v = 2 }\nn = u*v").back() == 14);
}

TEST_CASE("inside a branch local names are its own, and siblings see what was before") {
    CHECK(after("u = 1\nif t == 4 { u = 2; n = u } else { n = 10*u }").back() == 10);
}

TEST_CASE("conditions are computed in binary64 whatever the precision") {
    const Evaluation narrow({a_number("a", 2), a_vector("x", {1}), a_number("g", 0)}, "fp16_pure");
    CHECK(narrow.values("if 1 + 1e-9 > 1 { n = 1 }").back() == 1);
    CHECK(narrow.values("if t/3*3 == 5 and 2^40 + 1 > 2^40 { n = 1 }").back() == 1);
}
