#include "magnitudes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "halfstep/format/round.hpp"

namespace halfstep {
namespace {

constexpr int parts = 4;
constexpr std::size_t block = 1 << 16;

template <class T>
constexpr int fraction_bits = BitsOf<T>::precision - 1;
template <class T>
typename BitsOf<T>::type magnitude(T x) {
    return to_bits(x) & BitsOf<T>::magnitude_mask;
}
template <class T>
constexpr int bias = sizeof(T) == 4 ? 127 : 1023;

}  // namespace

template <class T>
Magnitudes<T>::Magnitudes(const Rounding& rounding)
    : lowest_normal_(limits_of(rounding.format).emin),
      smallest_(~Bits(0)),
      largest_(0),
      squares_{},
      histogram_(parts * bins, 0),
      below_normal_(static_cast<std::size_t>(fraction_bits<T>), 0) {}

template <class T>
void Magnitudes<T>::count_for(const Rounding& rounding) {
    lowest_normal_ = limits_of(rounding.format).emin;
}

template <class T>
void Magnitudes<T>::add(std::span<const T> values) {
    count_ += static_cast<std::int64_t>(values.size());
    for (std::size_t at = 0; at < values.size(); at += block)
        add_block(values.data() + at, static_cast<int>(std::min(block, values.size() - at)));
}

template <class T>
void Magnitudes<T>::add_block(const T* values, int n) {
    Bits smallest = smallest_, largest = 0;
    for (int i = 0; i < n; ++i) {
        const Bits m = magnitude(values[i]), less_one = m - 1;  // zero becomes the largest
        smallest = less_one < smallest ? less_one : smallest;
        largest = m > largest ? m : largest;
    }
    smallest_ = smallest;
    if (largest >= BitsOf<T>::exponent_mask) {
        largest = 0;
        for (int i = 0; i < n; ++i) {
            const Bits m = magnitude(values[i]);
            infinities_ += m == BitsOf<T>::exponent_mask;
            if (m < BitsOf<T>::exponent_mask) largest = std::max(largest, m);
        }
    }
    largest_ = std::max(largest_, largest);
    if (smallest < Bits(1) << fraction_bits<T>) add_carrier_subnormals(values, n);
    add_squares(values, n);

    std::uint64_t* h = histogram_.data();
    const auto bin_of = [&](int at) { return static_cast<std::size_t>(magnitude(values[at]) >> fraction_bits<T>); };
    int i = 0;
    for (; i + parts <= n; i += parts)
        for (int part = 0; part < parts; ++part) ++h[std::size_t(part) * bins + bin_of(i + part)];
    for (; i < n; ++i) ++h[bin_of(i)];
}

template <class T>
void Magnitudes<T>::add_squares(const T* values, int n) {
    const auto square = [&](int i) {
        const Bits m = magnitude(values[i]);
        const auto x = static_cast<double>(from_bits<T>(m < BitsOf<T>::exponent_mask ? m : 0));
        return x * x;
    };
    double sums[lanes];
    std::copy(squares_.begin(), squares_.end(), sums);
    int i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane) sums[lane] += square(i + lane);
    }
    for (int lane = 0; i < n; ++i, ++lane) sums[lane] += square(i);
    std::copy(sums, sums + lanes, squares_.begin());
}

template <class T>
std::uint64_t Magnitudes<T>::in_bin(std::size_t bin) const {
    std::uint64_t n = 0;
    for (std::size_t part = 0; part < parts; ++part) n += histogram_[part * bins + bin];
    return n;
}

// Their exponent stands in the highest bit that is set; they are rare.
template <class T>
void Magnitudes<T>::add_carrier_subnormals(const T* values, int n) {
    for (int i = 0; i < n; ++i) {
        const Bits m = magnitude(values[i]);
        if (m != 0 && m >> fraction_bits<T> == 0) ++below_normal_[static_cast<std::size_t>(std::bit_width(m)) - 1];
    }
}

template <class T>
void Magnitudes<T>::finish(TensorStats& stats) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const bool any = largest_ > 0;
    stats.min_abs = any ? static_cast<double>(from_bits<T>(smallest_ + 1)) : nan;
    stats.max_abs = any ? static_cast<double>(from_bits<T>(largest_)) : nan;
    std::int64_t below_normal = 0;
    for (const std::int64_t n : below_normal_) below_normal += n;
    stats.count = count_;
    stats.zeros = static_cast<std::int64_t>(in_bin(0)) - below_normal;
    stats.infinities = infinities_;
    stats.nans = static_cast<std::int64_t>(in_bin(bins - 1)) - infinities_;
    double sum = 0.0;
    for (double square : squares_) sum += square;
    const std::int64_t finite = count_ - stats.infinities - stats.nans;
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
    stats.subnormals = 0;
    for (const auto& [exponent, n] : stats.exponents)
        if (exponent < lowest_normal_) stats.subnormals += n;

    const auto clear = [&](std::size_t bin) {
        for (std::size_t part = 0; part < parts; ++part) histogram_[part * bins + bin] = 0;
    };
    for (std::size_t bin = first; bin <= last; ++bin) clear(bin);
    clear(0);
    clear(bins - 1);
    std::fill(below_normal_.begin(), below_normal_.end(), 0);
    squares_.fill(0.0);
    count_ = infinities_ = 0;
    smallest_ = ~Bits(0);
    largest_ = 0;
}

template class Magnitudes<float>;
template class Magnitudes<double>;

}  // namespace halfstep
