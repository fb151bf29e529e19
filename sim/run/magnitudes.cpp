#include "magnitudes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

constexpr std::size_t parts = 4;
constexpr std::size_t block = 1 << 16;

template <class T>
constexpr int fraction_bits = BitsOf<T>::precision - 1;
template <class T>
constexpr int bias = sizeof(T) == 4 ? 127 : 1023;

}  // namespace

template <class T>
Magnitudes<T>::Magnitudes(const Rounding& rounding)
    : smallest_normal_(to_bits(static_cast<T>(rounding.format.min_normal()))),
      smallest_(~Bits(0)),
      largest_(0),
      squares_{},
      histogram_(parts * bins, 0),
      below_normal_(static_cast<std::size_t>(fraction_bits<T>), 0) {}

template <class T>
void Magnitudes<T>::add(std::span<const T> values) {
    count_ += static_cast<std::int64_t>(values.size());
    for (std::size_t at = 0; at < values.size(); at += block)
        add_block(values.data() + at, std::min(block, values.size() - at));
}

template <class T>
void Magnitudes<T>::add_block(const T* values, std::size_t n) {
    constexpr Bits infinity = BitsOf<T>::exponent_mask;
    Bits zeros[lanes] = {}, subnormals[lanes] = {}, infinities[lanes] = {}, nans[lanes] = {};
    Bits smallest[lanes], largest[lanes] = {};
    std::fill(smallest, smallest + lanes, ~Bits(0));
    double squares[lanes];
    std::copy(squares_.begin(), squares_.end(), squares);
    const Bits normal = smallest_normal_;
    const auto look_at = [&](std::size_t i, std::size_t lane) {
        const Bits m = to_bits(values[i]) & BitsOf<T>::magnitude_mask;
        zeros[lane] += m == 0;
        subnormals[lane] += (m != 0) & (m < normal);
        infinities[lane] += m == infinity;
        nans[lane] += m > infinity;
        const Bits less_one = m - 1;  // zero becomes the largest
        smallest[lane] = less_one < smallest[lane] ? less_one : smallest[lane];
        const Bits finite = m < infinity ? m : 0;
        largest[lane] = finite > largest[lane] ? finite : largest[lane];
        const auto x = static_cast<double>(from_bits<T>(finite));
        squares[lane] += x * x;
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) look_at(i + lane, lane);
    for (std::size_t lane = 0; i < n; ++i, ++lane) look_at(i, lane);
    std::copy(squares, squares + lanes, squares_.begin());
    std::int64_t block_zeros = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        block_zeros += static_cast<std::int64_t>(zeros[lane]);
        subnormals_ += static_cast<std::int64_t>(subnormals[lane]);
        infinities_ += static_cast<std::int64_t>(infinities[lane]);
        nans_ += static_cast<std::int64_t>(nans[lane]);
        smallest_ = std::min(smallest_, smallest[lane]);
        largest_ = std::max(largest_, largest[lane]);
    }
    zeros_ += block_zeros;

    std::uint64_t* h = histogram_.data();
    const std::uint64_t lowest_before = in_bin(0);
    const auto bin_of = [&](std::size_t at) {
        return static_cast<std::size_t>((to_bits(values[at]) & BitsOf<T>::magnitude_mask) >> fraction_bits<T>);
    };
    for (i = 0; i + parts <= n; i += parts)
        for (std::size_t part = 0; part < parts; ++part) ++h[part * bins + bin_of(i + part)];
    for (; i < n; ++i) ++h[bin_of(i)];
    if (static_cast<std::int64_t>(in_bin(0) - lowest_before) > block_zeros) add_carrier_subnormals(values, n);
}

template <class T>
std::uint64_t Magnitudes<T>::in_bin(std::size_t bin) const {
    std::uint64_t n = 0;
    for (std::size_t part = 0; part < parts; ++part) n += histogram_[part * bins + bin];
    return n;
}

// Their exponent stands in the highest bit that is set; they are rare.
template <class T>
void Magnitudes<T>::add_carrier_subnormals(const T* values, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const Bits m = to_bits(values[i]) & BitsOf<T>::magnitude_mask;
        if (m != 0 && m >> fraction_bits<T> == 0) ++below_normal_[static_cast<std::size_t>(std::bit_width(m)) - 1];
    }
}

template <class T>
void Magnitudes<T>::finish(TensorStats& stats) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    stats.count = count_;
    stats.zeros = zeros_;
    stats.subnormals = subnormals_;
    stats.infinities = infinities_;
    stats.nans = nans_;
    const bool any = largest_ > 0;
    stats.min_abs = any ? static_cast<double>(from_bits<T>(smallest_ + 1)) : nan;
    stats.max_abs = any ? static_cast<double>(from_bits<T>(largest_)) : nan;
    double sum = 0.0;
    for (double square : squares_) sum += square;
    const std::int64_t finite = count_ - infinities_ - nans_;
    stats.rms = finite > 0 ? std::sqrt(sum / static_cast<double>(finite)) : nan;

    stats.exponents.clear();
    constexpr int lowest = 1 - bias<T> - fraction_bits<T>;  // of the smallest subnormal number
    for (std::size_t bit = 0; bit < below_normal_.size(); ++bit)
        if (below_normal_[bit] > 0) stats.exponents.emplace_back(lowest + static_cast<int>(bit), below_normal_[bit]);
    const auto first = any ? static_cast<std::size_t>((smallest_ + 1) >> fraction_bits<T>) : bins;
    const std::size_t last = any ? static_cast<std::size_t>(largest_ >> fraction_bits<T>) : 0;
    for (std::size_t bin = std::max<std::size_t>(first, 1); bin <= last; ++bin)
        if (const std::uint64_t n = in_bin(bin); n > 0)
            stats.exponents.emplace_back(static_cast<int>(bin) - bias<T>, static_cast<std::int64_t>(n));
    const auto clear = [&](std::size_t bin) {
        for (std::size_t part = 0; part < parts; ++part) histogram_[part * bins + bin] = 0;
    };
    for (std::size_t bin = first; bin <= last; ++bin) clear(bin);
    clear(0);
    clear(bins - 1);
    std::fill(below_normal_.begin(), below_normal_.end(), 0);
    squares_.fill(0.0);
    count_ = zeros_ = subnormals_ = infinities_ = nans_ = 0;
    smallest_ = ~Bits(0);
    largest_ = 0;
}

template class Magnitudes<float>;
template class Magnitudes<double>;

}  // namespace halfstep
