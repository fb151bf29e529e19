// Counts and magnitudes of many values of one format, in one pass each: what TensorStats says of
// values alone. The same numbers come out at every vector width: squares are added in 16 lanes,
// element i of a call in lane i mod 16, and the lanes in order.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "halfstep/format/format.hpp"
#include "halfstep/trace/tensor_stats.hpp"

namespace halfstep {

// T: float or double, the carrier of the values.
template <class T>
class Magnitudes {
public:
    explicit Magnitudes(const Rounding& rounding);  // whose subnormals are counted
    void count_for(const Rounding& rounding);       // from now on; nothing may have been added yet

    void add(std::span<const T> values);
    std::int64_t count() const { return count_; }
    // Everything of `stats` but its names, overflows, underflows and unchanged; then starts anew. The mean
    // square is a binary64 number: beyond 1e154 rms is infinite, below 1e-162 zero; only binary64 arithmetic
    // goes so far.
    void finish(TensorStats& stats);

private:
    static constexpr std::size_t bins = sizeof(T) == 4 ? 256 : 2048;
    static constexpr int lanes = 16;
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    void add_block(const T* values, int n);
    void add_squares(const T* values, int n);
    void add_carrier_subnormals(const T* values, int n);
    std::uint64_t in_bin(std::size_t bin) const;

    int lowest_normal_;  // exponent
    std::int64_t count_ = 0, infinities_ = 0;
    Bits smallest_, largest_;  // of magnitudes: the smallest less one, the largest finite one
    std::array<double, std::size_t(lanes)> squares_;
    // By biased exponent, in four parts so that neighbours do not wait for each other.
    std::vector<std::uint64_t> histogram_;
    std::vector<std::int64_t> below_normal_;  // of values subnormal in the carrier, by exponent
};

extern template class Magnitudes<float>;
extern template class Magnitudes<double>;

}  // namespace halfstep
