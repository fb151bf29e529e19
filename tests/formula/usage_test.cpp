// Which names are read where.
#include "halfstep/formula/usage.hpp"

#include "catch.hpp"
#include "halfstep/formula/parser.hpp"

using namespace halfstep;
using namespace halfstep::formula;

namespace {

Formula parsed(const char* text) {
    return parse_statements("text", text);
}

NameSet reached(const char* text) {
    return reached_from(parsed(text), {"l"}, {"average"});
}

bool both(const char* text) {
    return reads_both(parsed(text), "g", "l");
}

// Whether l is read, where conditions are the numbers they are.
double now(const char* text) {
    const Formula f = parsed(text);
    Builder b(1);
    return reads_now(b, f, "l", [&](NodeId id) { return HostScalar(f[id].number); }).value();
}

}  // namespace

TEST_CASE("names are found in expressions, conditions and branches") {
    const Formula f = parsed("a = b\nif c { d = e + f(h) } else { i += 1 }");
    for (const char* name : {"b", "c", "e", "h", "i"}) CHECK(reads(f, name));
    for (const char* name : {"a", "d", "f"}) CHECK_FALSE(reads(f, name));
    for (const char* name : {"a", "d", "i"}) CHECK(assigns(f, name));
    CHECK_FALSE(assigns(f, "b"));
    CHECK(calls(f, "f"));
    CHECK_FALSE(calls(f, "h"));
}

TEST_CASE("what depends on a name is followed through assignments, back to front too") {
    CHECK(reached("a = l; b = 2*a; c = d") == NameSet{"a", "b", "l"});
    CHECK(reached("b = 2*a; a = l + 1") == NameSet{"a", "b", "l"});
    CHECK(reached("if t { a = [1, l] } else { b = a[0] }") == NameSet{"a", "b", "l"});
}

TEST_CASE("a barrier holds back what is inside it, not what is beside it") {
    CHECK(reached("a = average(l)") == NameSet{"l"});
    CHECK(reached("a = 1 + (average(2*l + 1)); b = average(l) + l; c = l*average(l); d = f(average(l), e)") ==
          NameSet{"b", "c", "l"});
    CHECK(reached("a = average(average(l)) + e; e = l") == NameSet{"a", "e", "l"});
}

TEST_CASE("two names are read together unless branches keep them apart") {
    CHECK_FALSE(both("if t { a = g } else { a = l }"));
    CHECK_FALSE(both("if t { a = g } else if u { b = g } else { if v { a = l } }"));
    CHECK_FALSE(both("a = g; b = g"));
    CHECK(both("a = g + l"));
    CHECK(both("a = g\nb = l"));
    CHECK(both("a = g\nif t { b = l }"));
    CHECK(both("if t { a = g; b = l }"));
    CHECK(both("if g { a = l }"));
    CHECK(both("if t { a = g }\nif u { a = l }"));
}

TEST_CASE("whether a name is read now goes by the conditions around it") {
    CHECK(now("a = l") == 1);
    CHECK(now("a = g") == 0);
    CHECK(now("if 1 { a = l }") == 1);
    CHECK(now("if 0 { a = l }") == 0);
    CHECK(now("if 0 { a = 1 } else { a = l }") == 1);
    CHECK(now("if 1 { a = 1 } else { a = l }") == 0);
    CHECK(now("if 0 { a = 1 } else if 1 { a = l } else { a = 2 }") == 1);
    CHECK(now("if 1 { if 0 { a = l } }") == 0);
    CHECK(now("if 0 { a = l }\nif 1 { a = l }") == 1);
}
