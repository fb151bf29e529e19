// Prints a digest of what the inline kernels make of some thousand numbers, for installed.sh to compare between
// compiler options: a user's -march or -O changes no bit.
#include <cstdio>
#include <limits>

#include "halfstep/format/round_to_odd.hpp"
#include "halfstep/format/stochastic.hpp"

using namespace halfstep;

namespace {

class Digest {  // FNV-1a
public:
    template <class T>
    void add(T x) {
        if (x != x) x = std::numeric_limits<T>::quiet_NaN();
        hash_ = (hash_ ^ std::uint64_t(to_bits(x))) * 0x100000001b3u;
    }
    std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325u;
};

// All exponents; the last ones are zeros, infinities and NaN.
double number(std::uint32_t i) {
    constexpr double special[] = {0.0, -0.0, HUGE_VAL, -HUGE_VAL, std::numeric_limits<double>::quiet_NaN()};
    if (i % 97 < 5) return special[i % 97];
    const PhiloxBlock r = philox4x32_10({i, 0, 0, 0}, {1, 2});
    const auto narrow = from_bits<float>(r[0] & (i % 2 ? 0xffffffffu : 0xfffff000u));  // ties, too
    return double(narrow);
}

template <template <class> class Kernel, class T>
void round_all(const char* form, const Rounding& rounding) {
    const Kernel<T> kernel{RoundingConstants<T>(rounding)};
    Digest digest;
    for (std::uint32_t i = 0; i < 20000; ++i) digest.add(kernel(static_cast<T>(number(i))));
    std::printf("%s %s %016llx\n", form, rounding.format.name.c_str(), (unsigned long long)digest.value());
}

}  // namespace

int main() {
    for (const char* name : {"fp16", "fp8_e4m3", "e6m5"}) round_all<RoundMagic, float>("magic", rounding_to(name));
    for (const char* name : {"bf16", "e8m3"}) round_all<RoundMask, float>("mask", rounding_to(name));
    for (const char* name : {"fp32", "tf32", "fp16"}) round_all<RoundMagic, double>("wide", rounding_to(name));
    for (const char* name : {"fp32", "bf16", "fp8_e4m3fnuz", "q3.4"}) {
        Rounding rounding = rounding_to(name);
        for (const RoundingModeName& mode : deterministic_rounding_modes()) {
            rounding.mode = mode.mode;
            const RoundMode kernel(rounding);
            Digest digest;
            for (std::uint32_t i = 0; i < 20000; ++i) {
                const double a = number(i), b = number(i + 50000);
                digest.add(kernel(a));
                digest.add(kernel(add_to_odd(a, b)));
                digest.add(kernel(sub_to_odd(a, b)));
                digest.add(kernel(mul_to_odd(a, b)));
                digest.add(kernel(div_to_odd(a, b)));
                digest.add(kernel(sqrt_to_odd(a)));
            }
            std::printf("%s %s %016llx\n", std::string(mode.name).c_str(), name, (unsigned long long)digest.value());
        }
        const RoundStochastic kernel(rounding);
        Digest digest;
        for (std::uint32_t i = 0; i < 20000; ++i) digest.add(kernel(number(i), i * 2654435761u));
        std::printf("stochastic %s %016llx\n", name, (unsigned long long)digest.value());
    }
}
