#include "halfstep/format/format.hpp"

#include <stdexcept>

#include "catch.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

Format format(const char* name) {
    return find_format(name).value();
}

// The definition: outer leaves every value of inner, infinities included, as it is.
bool contains_by_trying(const Rounding& outer, const std::vector<double>& inner_values) {
    for (const double value : inner_values) {
        if (!support::same(round_to(outer, value), value)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("the named formats have the published parameters") {
    struct Row {
        const char* name;
        int precision, emin, emax;
        double max_finite, min_normal, min_subnormal, unit_roundoff;
        bool has_infinity;
    };
    const Row rows[] = {
        {"fp32", 24, -126, 127, 0x1.fffffep127, 0x1p-126, 0x1p-149, 0x1p-24, true},
        {"tf32", 11, -126, 127, 0x1.ffcp127, 0x1p-126, 0x1p-136, 0x1p-11, true},
        {"bf16", 8, -126, 127, 0x1.fep127, 0x1p-126, 0x1p-133, 0x1p-8, true},
        {"fp16", 11, -14, 15, 65504.0, 0x1p-14, 0x1p-24, 0x1p-11, true},
        {"fp8_e5m2", 3, -14, 15, 57344.0, 0x1p-14, 0x1p-16, 0x1p-3, true},
        {"fp8_e4m3", 4, -6, 8, 448.0, 0x1p-6, 0x1p-9, 0x1p-4, false},
        {"fp8_e5m2fnuz", 3, -15, 15, 57344.0, 0x1p-15, 0x1p-17, 0x1p-3, false},
        {"fp8_e4m3fnuz", 4, -7, 7, 240.0, 0x1p-7, 0x1p-10, 0x1p-4, false},
        {"fp6_e3m2", 3, -2, 4, 28.0, 0.25, 0.0625, 0x1p-3, false},
        {"fp6_e2m3", 4, 0, 2, 7.5, 1.0, 0.125, 0x1p-4, false},
        {"fp4_e2m1", 2, 0, 2, 6.0, 1.0, 0.5, 0x1p-2, false},
        {"mxfp8_e5m2", 3, -14, 15, 57344.0, 0x1p-14, 0x1p-16, 0x1p-3, true},
        {"mxfp8_e4m3", 4, -6, 8, 448.0, 0x1p-6, 0x1p-9, 0x1p-4, false},
        {"mxfp6_e3m2", 3, -2, 4, 28.0, 0.25, 0.0625, 0x1p-3, false},
        {"mxfp6_e2m3", 4, 0, 2, 7.5, 1.0, 0.125, 0x1p-4, false},
        {"mxfp4_e2m1", 2, 0, 2, 6.0, 1.0, 0.5, 0x1p-2, false},
    };
    REQUIRE(named_formats().size() == std::size(rows));
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Format f = format(row.name);
        CHECK(f.name == row.name);
        CHECK(f.precision == row.precision);
        CHECK(f.emin == row.emin);
        CHECK(f.emax == row.emax);
        CHECK(f.max_finite == row.max_finite);
        CHECK(f.min_normal() == row.min_normal);
        CHECK(f.min_subnormal() == row.min_subnormal);
        CHECK(f.unit_roundoff() == row.unit_roundoff);
        CHECK(f.has_infinity == row.has_infinity);
        const bool saturates = f.block > 0 || !f.has_nan;
        CHECK(f.default_overflow() == (saturates          ? Overflow::saturate
                                       : row.has_infinity ? Overflow::infinity
                                                          : Overflow::nan));
        CHECK(f.block == (f.name.starts_with("mx") ? 32 : 0));
        CHECK(f.negative_zero == !f.name.ends_with("fnuz"));
        CHECK(f.has_nan == (f.name.find("fp6") == std::string::npos && f.name.find("fp4") == std::string::npos));
    }
}

TEST_CASE("q<I>.<F> is two's complement with I integer and F fraction bits") {
    const Format f = format("q3.4");
    CHECK(f.lowest() == -8.0);
    CHECK(f.max_finite == 7.9375);
    CHECK(f.min_subnormal() == 0x1p-4);
    CHECK(f.default_overflow() == Overflow::saturate);
    CHECK(format("q0.15").lowest() == -1.0);
    CHECK(format("q0.15").max_finite == 1.0 - 0x1p-15);
    CHECK(format("q23.0").max_finite == 8388607.0);
    for (const char* name : {"q", "q3", "q3.", "q.4", "q0.0", "q12.12", "q03.4", "q3.04", "q-1.4", "q3.4x", "Q3.4"})
        CHECK_FALSE(find_format(name).has_value());
}

TEST_CASE("values that share a scale, or have no sign at zero, are in binary32 but not the other way round") {
    const Rounding fp32 = rounding_to("fp32");
    for (const char* name : {"mxfp8_e4m3", "mxfp4_e2m1", "fp8_e4m3fnuz", "q3.4", "q0.23"}) {
        CAPTURE(name);
        CHECK(contains(fp32, rounding_to(name)));
        CHECK_FALSE(contains(rounding_to(name), fp32));
    }
    CHECK(contains(rounding_to("fp16"), rounding_to("q3.4")));
    CHECK(contains(rounding_to("q8.8"), rounding_to("q3.4")));
    CHECK_FALSE(contains(rounding_to("q3.4"), rounding_to("q8.8")));
    CHECK_FALSE(contains(rounding_to("fp8_e4m3fnuz"), rounding_to("fp4_e2m1")));  // which has a -0
    CHECK(contains(rounding_to("fp8_e4m3"), rounding_to("fp4_e2m1")));
    CHECK_FALSE(contains(rounding_to("mxfp4_e2m1"), rounding_to("mxfp4_e2m1")));  // its neighbours may differ
}

TEST_CASE("e<E>m<M> names an IEEE-like format equal to the named one in everything but the name") {
    const std::pair<const char*, const char*> equal[] = {
        {"fp32", "e8m23"}, {"tf32", "e8m10"}, {"bf16", "e8m7"}, {"fp16", "e5m10"}, {"fp8_e5m2", "e5m2"}};
    for (const auto& [named, shape] : equal) {
        CAPTURE(named, shape);
        Format f = format(shape);
        CHECK(f.name == shape);
        f.name = named;
        CHECK(f == format(named));
    }
    CHECK(format("e4m3").max_finite == 240.0);  // IEEE-like: the top exponent is not for numbers
    CHECK(format("e2m1").max_finite == 3.0);
    CHECK(format("e2m1").min_subnormal() == 0.5);
    CHECK(support::all_formats().size() == 9 + 7 * 23);
}

TEST_CASE("what is no format's name is refused") {
    for (const char* name : {"",      "e",     "m",    "em",    "fp64",  "FP16",  "fp16 ",         " fp16",
                             "e1m3",  "e9m3",  "e5m0", "e5m24", "e05m2", "e5m02", "e5m+2",         "e-5m2",
                             "e5m2x", "xe5m2", "e5n2", "e5m",   "e5",    "m3e4",  "e5m99999999999"}) {
        CAPTURE(name);
        CHECK_FALSE(find_format(name).has_value());
        CHECK_THROWS_AS(rounding_to(name), std::out_of_range);
    }
}

TEST_CASE("a role's rounding starts from its format's own overflow rule with subnormals kept") {
    CHECK(rounding_to("fp16") == Rounding{format("fp16"), Overflow::infinity, Subnormals::keep});
    CHECK(rounding_to("fp8_e4m3") == Rounding{format("fp8_e4m3"), Overflow::nan, Subnormals::keep});
    CHECK(Rounding{format("fp8_e4m3"), Overflow::infinity, Subnormals::keep}.overflow_result() == Overflow::nan);
    CHECK(Rounding{format("fp8_e4m3"), Overflow::saturate, Subnormals::keep}.overflow_result() == Overflow::saturate);
    CHECK(Rounding{format("fp16"), Overflow::nan, Subnormals::keep}.overflow_result() == Overflow::nan);
}

TEST_CASE("contains says what trying every value says") {
    std::vector<Rounding> roundings;
    for (const char* name :
         {"fp8_e4m3", "fp8_e5m2", "fp16", "bf16", "tf32", "fp32", "e2m1", "e2m2", "e2m3", "e3m1", "e3m2",
          "e3m4",     "e4m1",     "e4m2", "e4m3", "e5m1", "e5m5", "e6m2", "e7m6", "e8m1", "e4m10"}) {
        for (const Rounding& rounding : support::all_roundings(format(name))) roundings.push_back(rounding);
    }
    std::string wrong;
    int contained = 0, not_contained = 0;
    for (const Rounding& inner : roundings) {
        if (inner.format.precision > 11) continue;
        const std::vector<double> values = support::values_of(inner);
        for (const Rounding& outer : roundings) {
            const bool wanted = contains_by_trying(outer, values);
            ++(wanted ? contained : not_contained);
            if (contains(outer, inner) != wanted)
                wrong.append(support::describe(outer))
                    .append(" contains ")
                    .append(support::describe(inner))
                    .append("\n");
        }
    }
    CHECK(wrong == "");
    CHECK(contained > 1000);
    CHECK(not_contained > 1000);
}

TEST_CASE("binary32 contains every other format, and each format itself") {
    for (const Format& f : support::all_formats()) {
        CAPTURE(f.name);
        CHECK(contains(rounding_to("fp32"), rounding_to(f.name)));
        CHECK(contains(rounding_to(f.name), rounding_to(f.name)));
        if (f.precision < 24) CHECK_FALSE(contains(rounding_to(f.name), rounding_to("fp32")));
    }
}
