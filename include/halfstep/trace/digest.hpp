// A streaming digest over recorded bits: XXH3, 128 bits, seed 0, over little-endian bytes. The same
// records give the same digest on every machine; texts carry their length, so neighbouring texts
// cannot trade characters.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace halfstep {

class Digest {
public:
    Digest();
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;

    void add(std::string_view text);           // its length as 8 bytes, then its bytes
    void add(double value);                    // 8 bytes; every NaN as 7ff8000000000000, -0 stays -0
    void add(std::span<const double> values);  // each as above, without a length
    // Any integer as 8 bytes, sign-extended.
    template <std::integral T>
    void add(T value) {
        add_word(static_cast<std::uint64_t>(value));
    }

    // 32 hexadecimal digits over everything added so far; adding may go on afterwards.
    std::string hex() const;

private:
    void add_word(std::uint64_t word);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace halfstep
