// exp, log and tanh of every binary32 number lie on the right side of every number of at most 25
// bits. Those are the values and the ties of all formats of at most 24 bits, so one rounding of the
// returned value to such a format is right, to nearest as in the directed modes.
//
// The errors are below 1.1 ulp (test_format), so only results within 2 ulp of a 25-bit number can
// be wrong. These are compared with the 113-bit value (30 for log, 18,028 for exp, 59,458 for tanh),
// apart from the long ranges beside an exact case where one line proves the answer.
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "catch.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/format/round.hpp"
#include "oracle.hpp"

using namespace halfstep;

namespace {

constexpr int block = 1 << 12;
constexpr std::uint64_t spacing = std::uint64_t{1} << 28;  // of 25-bit numbers, in the bits of a binary64

// The 25-bit number nearest to y (whose last bit is odd, so that y is none).
double nearest_boundary(double y) {
    return from_bits<double>((to_bits(y) + spacing / 2) / spacing * spacing);
}

bool near_boundary(double y) {
    return ((to_bits(y) + 2) & (spacing - 1)) <= 4;
}

struct Outcome {
    long compared = 0, wrong = 0, unexpected = 0;
    double first_wrong = 0.0;
};

// `known(x)` is the right answer where one line proves it, else nothing.
template <class Known>
Outcome check_all_binary32(void (*function)(const double*, double*, int), int (*compare)(double, double), Known known) {
    Outcome outcome;
    std::vector<double> x(block), y(block);
    for (std::uint64_t start = 0; start < (std::uint64_t{1} << 32); start += block) {
        for (std::uint32_t i = 0; i < block; ++i) x[i] = from_bits<float>(static_cast<std::uint32_t>(start) + i);
        function(x.data(), y.data(), block);
        bool any = false;
        for (int i = 0; i < block; ++i) any |= near_boundary(y[static_cast<std::size_t>(i)]);
        for (std::size_t i = 0; any && i < block; ++i) {
            if (!near_boundary(y[i]) || y[i] != y[i]) continue;
            outcome.unexpected += x[i] != x[i];
            if (const std::optional<double> answer = known(x[i])) {
                outcome.unexpected += to_bits(*answer) != to_bits(y[i]);
                continue;
            }
            const double boundary = nearest_boundary(y[i]);
            const int side = y[i] > boundary ? 1 : y[i] < boundary ? -1 : 0;
            ++outcome.compared;
            if (side == 0 || compare(x[i], boundary) != side) {
                if (outcome.wrong++ == 0) outcome.first_wrong = x[i];
            }
        }
    }
    return outcome;
}

void report(const Outcome& outcome) {
    INFO(outcome.compared << " results near a boundary; first wrong argument " << outcome.first_wrong);
    CHECK(outcome.wrong == 0);
    CHECK(outcome.unexpected == 0);
    CHECK(outcome.compared > 10);
    CHECK(outcome.compared < 100000);
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("exp of all binary32 numbers rounds correctly to every format of up to 24 bits") {
    report(check_all_binary32(exp_to_odd, oracle::compare_exp, [](double x) -> std::optional<double> {
        if (x == 0.0) return 1.0;
        if (x > 0.0 && x < 0x1p-51) return 1.0 + 0x1p-52;  // 1 < exp(x) < 1 + 2^-51
        if (x < 0.0 && x > -0x1p-52) return 1.0 - 0x1p-53;
        if (std::isinf(x)) return x > 0.0 ? infinity : 0.0;
        if (x > 709.782713) return std::numeric_limits<double>::max();         // log(2^1024) = 709.7827128...
        if (x < -744.44007) return std::numeric_limits<double>::denorm_min();  // log(2^-1074) = -744.4400719...
        return std::nullopt;
    }));
}

TEST_CASE("log of all binary32 numbers rounds correctly to every format of up to 24 bits") {
    report(check_all_binary32(log_to_odd, oracle::compare_log, [](double x) -> std::optional<double> {
        if (x == 0.0) return -infinity;
        if (x == 1.0) return 0.0;
        if (x == infinity) return infinity;
        return std::nullopt;
    }));
    CHECK(log_to_odd(-1e-45f) != log_to_odd(-1e-45f));
}

TEST_CASE("tanh of all binary32 numbers rounds correctly to every format of up to 24 bits") {
    report(check_all_binary32(tanh_to_odd, oracle::compare_tanh, [](double x) -> std::optional<double> {
        const double magnitude = std::fabs(x);
        if (x == 0.0) return x;
        if (magnitude == infinity) return std::copysign(1.0, x);
        if (magnitude > 18.4) return std::copysign(1.0 - 0x1p-53, x);  // 0 < 1 - tanh(x) < 2 exp(-36.8) < 2^-52
        const double ulp = from_bits<double>(to_bits(x) & BitsOf<double>::exponent_mask) * 0x1p-52;
        if (magnitude * magnitude * magnitude < 5.99 * ulp) return std::nextafter(x, 0.0);  // 0 < x - tanh(x) < x^3/3
        return std::nullopt;
    }));
}
