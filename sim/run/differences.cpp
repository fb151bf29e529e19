#include "differences.hpp"

#include <cmath>
#include <cstdio>

#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

// Distance in representable values, -0 and +0 one apart; NaNs are equal to each other only.
template <class T>
std::uint64_t ulps_between(T a, T b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? 0 : UINT64_MAX;
    using B = BitsOf<T>;
    auto place = [](T x) {
        const auto magnitude = static_cast<std::int64_t>(to_bits(x) & B::magnitude_mask);
        return std::signbit(x) ? -magnitude - 1 : magnitude;
    };
    const std::int64_t pa = place(a), pb = place(b);
    return pa > pb ? std::uint64_t(pa) - std::uint64_t(pb) : std::uint64_t(pb) - std::uint64_t(pa);
}

std::string text(double x, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, x);
    return buffer;
}

}  // namespace

void Differences::differ(const std::string& field, int worker, std::size_t element, double recorded, double here,
                         std::uint64_t ulps, int digits) {
    ++result_.compared;
    if (ulps == 0) return;
    if (ulps > result_.max_ulps) result_.max_ulps = ulps;
    if (result_.first_difference.empty())
        result_.first_difference = moment_ + ", " + field + ", worker " + std::to_string(worker) + ", element " +
                                   std::to_string(element) + ": recorded " + text(recorded, digits) + ", here " +
                                   text(here, digits);
}

void Differences::number(const std::string& field, double recorded, double here, int worker, std::size_t element) {
    differ(field, worker, element, recorded, here, ulps_between(recorded, here), 17);
}

void Differences::vector(const std::string& field, int worker, const std::vector<double>& recorded,
                         const std::vector<double>& here) {
    if (recorded.size() != here.size()) {
        differ(field + " (number of values)", worker, 0, double(recorded.size()), double(here.size()), UINT64_MAX, 9);
        return;
    }
    for (std::size_t i = 0; i < here.size(); ++i)
        differ(field, worker, i, recorded[i], here[i], ulps_between(float(recorded[i]), float(here[i])), 9);
}

void Differences::words(const std::string& field, const std::string& recorded, const std::string& here) {
    ++result_.compared;
    if (recorded == here) return;
    result_.max_ulps = UINT64_MAX;
    if (result_.first_difference.empty())
        result_.first_difference = moment_ + ", " + field + ": recorded " + recorded + ", here " + here;
}

}  // namespace halfstep
