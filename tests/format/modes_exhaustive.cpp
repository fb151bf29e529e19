// Every number in every mode: all 2^32 binary32 numbers rounded to fp16, bf16 and tf32; all pairs of every 8-bit
// format; all triples of one; all pairs of fp16 numbers in one operation. The oracles know nothing of the kernel: they
// shift integers, or look for a result's neighbours in a list of the format's values.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "halfstep/format/arrays.hpp"
#include "halfstep/format/encoding.hpp"
#include "halfstep/format/scalar.hpp"
#include "support.hpp"

using namespace halfstep;

namespace {

// Where an integer goes of which `rest` of 2^drop is lost.
bool goes_up(std::uint64_t kept, std::uint64_t rest, int drop, bool negative, RoundingMode mode) {
    const std::uint64_t half = drop > 0 ? std::uint64_t(1) << (drop - 1) : 0;
    switch (mode) {
        case RoundingMode::ties_to_even:
            return rest > half || (rest == half && rest > 0 && kept % 2 == 1);
        case RoundingMode::ties_to_away:
            return rest >= half && rest > 0;
        case RoundingMode::toward_positive:
            return rest > 0 && !negative;
        case RoundingMode::toward_negative:
            return rest > 0 && negative;
        case RoundingMode::to_odd:
            return rest > 0 && kept % 2 == 0;
        default:
            return false;
    }
}

bool overflows(bool negative, RoundingMode mode) {
    return mode == RoundingMode::ties_to_even || mode == RoundingMode::ties_to_away ||
           mode == (negative ? RoundingMode::toward_negative : RoundingMode::toward_positive);
}

// A finite binary32 number by shifting its significand.
double shifted(std::uint32_t bits, const Format& f, RoundingMode mode) {
    const bool negative = bits >> 31;
    const int biased = int(bits >> 23 & 255u);
    const std::uint64_t significand = (bits & 0x7fffffu) + (biased > 0 ? 0x800000u : 0u);
    const int exponent = std::max(biased, 1) - 127;
    const int unit = std::max(exponent, f.emin) - f.precision + 1;
    const int drop = std::min(unit - (exponent - 23), 40);
    const std::uint64_t kept = significand >> drop, rest = significand & ((std::uint64_t(1) << drop) - 1);
    double value = double(kept + goes_up(kept, rest, drop, negative, mode)) *
                   from_bits<double>(static_cast<std::uint64_t>(unit + 1023) << 52);
    if (value > f.max_finite)
        value = overflows(negative, mode) ? std::numeric_limits<double>::infinity() : f.max_finite;
    return negative ? -value : value;
}

void check_all_numbers(const char* name) {
    Rounding rounding = rounding_to(name);
    for (const RoundingModeName& mode : deterministic_rounding_modes()) {
        rounding.mode = mode.mode;
        const std::size_t block = 1u << 16;
        std::vector<float> x(block), y(block);
        long wrong = 0;
        for (std::uint64_t first = 0; first < std::uint64_t(1) << 32; first += block) {
            for (std::size_t i = 0; i < block; ++i) x[i] = from_bits<float>(static_cast<std::uint32_t>(first + i));
            round(rounding, x, y);
            if ((first >> 23 & 255u) == 255u) {
                for (std::size_t i = 0; i < block; ++i)
                    wrong += !(x[i] != x[i] ? y[i] != y[i] : y[i] == x[i]);  // NaN and infinities
                continue;
            }
            for (std::size_t i = 0; i < block; ++i)
                wrong += to_bits(static_cast<double>(y[i])) !=
                         to_bits(shifted(static_cast<std::uint32_t>(first + i), rounding.format, mode.mode));
        }
        INFO(name << ", " << mode.name);
        CHECK(wrong == 0);
    }
}

// The format's magnitudes in order and, past the largest, what would come next.
struct Ladder {
    std::vector<double> values;
    explicit Ladder(const Format& f) {
        for (std::uint32_t bits = 0; bits < std::uint32_t(1) << width(f); ++bits) {
            const double v = decode(f, bits);
            if (std::isfinite(v) && !std::signbit(v)) values.push_back(v);
        }
        std::sort(values.begin(), values.end());
        values.push_back(2 * values.back() - values[values.size() - 2]);
    }
};

// sign(exact - v), for magnitudes.
template <class Compare>
double looked_up(const Ladder& ladder, const Format& f, bool negative, RoundingMode mode, Compare compare) {
    const auto& v = ladder.values;
    // The last value that is not above the exact one.
    std::size_t low = 0, high = v.size();
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        (compare(v[middle]) >= 0 ? low : high) = middle;
    }
    std::size_t at = low;
    if (low + 1 < v.size() && compare(v[low]) > 0) {
        const int half = compare(v[low] + (v[low + 1] - v[low]) / 2);
        bool up = false;
        switch (mode) {
            case RoundingMode::ties_to_even:
                up = half > 0 || (half == 0 && low % 2 == 1);
                break;
            case RoundingMode::ties_to_away:
                up = half >= 0;
                break;
            case RoundingMode::to_odd:
                up = low % 2 == 0;
                break;
            default:
                up = overflows(negative, mode);
        }
        at = low + up;
    }
    double value = v[at];
    if (at + 1 == v.size())
        value = !overflows(negative, mode) ? f.max_finite
                : f.has_infinity           ? std::numeric_limits<double>::infinity()
                                           : std::numeric_limits<double>::quiet_NaN();
    if (value == 0.0 && !f.negative_zero) return 0.0;
    return negative ? -value : value;
}

// An exact value that binary64 holds.
double looked_up(const Ladder& ladder, const Format& f, RoundingMode mode, double exact) {
    const double magnitude = std::fabs(exact);
    return looked_up(ladder, f, std::signbit(exact), mode, [magnitude](double v) {
        return magnitude > v ? 1 : magnitude < v ? -1 : 0;
    });
}

std::vector<double> finite_values(const Format& f) {
    std::vector<double> values;
    for (std::uint32_t bits = 0; bits < std::uint32_t(1) << width(f); ++bits)
        if (const double v = decode(f, bits); std::isfinite(v)) values.push_back(v);
    return values;
}

// The sign of an exact zero: that of both terms, or the mode's.
double zero(double a, double b, const Format& f, RoundingMode mode) {
    const bool negative = a == 0.0 && b == 0.0 && std::signbit(a) == std::signbit(b)
                              ? std::signbit(a)
                              : mode == RoundingMode::toward_negative;
    return negative && f.negative_zero ? -0.0 : 0.0;
}

// With binary64 sums that are exact.
const char* const eight_bits[] = {"fp8_e5m2", "fp8_e4m3", "fp8_e5m2fnuz", "fp8_e4m3fnuz", "e4m3", "e3m4", "e2m5"};

}  // namespace

TEST_CASE("every binary32 number is rounded to fp16 as shifting says, in every mode") {
    check_all_numbers("fp16");
}
TEST_CASE("every binary32 number is rounded to bf16 as shifting says, in every mode") {
    check_all_numbers("bf16");
}
TEST_CASE("every binary32 number is rounded to tf32 as shifting says, in every mode") {
    check_all_numbers("tf32");
}

TEST_CASE("all pairs of every 8-bit format are added, subtracted, multiplied and divided rightly in every mode") {
    for (const char* name : eight_bits) {
        const Format f = *find_format(name);
        const Ladder ladder(f);
        const std::vector<double> values = finite_values(f);
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            Rounding rounding = rounding_to(name);
            rounding.mode = mode.mode;
            std::vector<float> a, b;
            for (const double p : values)
                for (const double q : values) a.push_back(float(p)), b.push_back(float(q));
            std::vector<float> sum(a.size()), difference(a.size()), product(a.size()), quotient(a.size());
            add(rounding, a, b, sum);
            sub(rounding, a, b, difference);
            mul(rounding, a, b, product);
            div(rounding, a, b, quotient);
            support::Mismatches wrong;
            for (std::size_t i = 0; i < a.size(); ++i) {
                const double p = double(a[i]), q = double(b[i]);
                const auto exact = [&](double e, double term) {
                    return e == 0.0 ? zero(p, term, f, mode.mode) : looked_up(ladder, f, mode.mode, e);
                };
                wrong.expect(double(sum[i]), exact(p + q, q), "sum", {p, q});
                wrong.expect(double(difference[i]), exact(p - q, -q), "difference", {p, q});
                wrong.expect(double(product[i]), looked_up(ladder, f, mode.mode, p * q), "product", {p, q});
                if (q == 0.0 || p == 0.0) continue;
                const double n = std::fabs(p), d = std::fabs(q);
                const double wanted =
                    looked_up(ladder, f, std::signbit(p) != std::signbit(q), mode.mode, [&](double v) {
                        return n > v * d ? 1 : n < v * d ? -1 : 0;  // exact products
                    });
                wrong.expect(double(quotient[i]), wanted, "quotient", {p, q});
            }
            INFO(name << ", " << mode.name);
            CHECK(wrong.text() == "");
        }
    }
}

TEST_CASE("all triples of fp8_e4m3 are multiplied and added with one rounding, in every mode") {
    const Format f = *find_format("fp8_e4m3");
    const Ladder ladder(f);
    const std::vector<double> values = finite_values(f);
    for (const RoundingModeName& mode : deterministic_rounding_modes()) {
        Rounding rounding = rounding_to("fp8_e4m3");
        rounding.mode = mode.mode;
        long wrong = 0;
        const std::size_t n = values.size();
        std::vector<float> a(n * n), b(n * n), c(n * n), y(n * n);
        for (const double p : values) {
            for (std::size_t i = 0; i < n * n; ++i) {
                a[i] = float(p);
                b[i] = float(values[i / n]);
                c[i] = float(values[i % n]);
            }
            fma(rounding, a, b, c, y);
            for (std::size_t i = 0; i < n * n; ++i) {
                const double product = p * double(b[i]), exact = product + double(c[i]);
                const double wanted =
                    exact == 0.0 ? zero(product, double(c[i]), f, mode.mode) : looked_up(ladder, f, mode.mode, exact);
                wrong += !support::same(double(y[i]), wanted);
            }
        }
        INFO(mode.name);
        CHECK(wrong == 0);
    }
}

TEST_CASE("all pairs of fp16 numbers are added rightly") {
    const Rounding rounding = rounding_to("fp16");
    // In units of 2^-24, in which every finite fp16 number is an integer.
    std::vector<float> values;
    std::vector<std::int64_t> units;
    for (std::uint32_t bits = 0; bits < 1u << 16; ++bits) {
        const double v = decode(rounding.format, bits);
        if (!std::isfinite(v) || (v == 0.0 && std::signbit(v))) continue;
        values.push_back(float(v));
        units.push_back(std::int64_t(std::ldexp(v, 24)));
    }
    const std::size_t n = values.size();
    std::vector<float> a(n), y(n);
    long wrong = 0;
    for (std::size_t k = 0; k < n; ++k) {
        std::fill(a.begin(), a.end(), values[k]);
        add(rounding, a, values, y);
        for (std::size_t i = 0; i < n; ++i) {
            const std::int64_t sum = units[k] + units[i];
            const auto magnitude = static_cast<std::uint64_t>(sum < 0 ? -sum : sum);
            const int drop = std::max(0, int(std::bit_width(magnitude)) - 11);
            const std::uint64_t kept = magnitude >> drop, rest = magnitude & ((std::uint64_t(1) << drop) - 1);
            const std::uint64_t rounded = (kept + goes_up(kept, rest, drop, false, RoundingMode::ties_to_even)) << drop;
            float wanted = float(double(rounded) * 0x1p-24);
            if (wanted > 65504.0f) wanted = std::numeric_limits<float>::infinity();
            wrong += to_bits(y[i]) != to_bits(sum < 0 ? -wanted : wanted);
        }
    }
    CHECK(n == 63487);
    CHECK(wrong == 0);
}
