#include "traffic.hpp"

#include <bit>

namespace halfstep {

int wire_bytes(const Format& format) {
    // emin = 2 - 2^(E-1) gives the E exponent bits; sign and exponent stand beside precision - 1 bits.
    const int exponent_bits = std::bit_width(static_cast<unsigned>(2 - format.emin));
    const int bits = exponent_bits + format.precision;
    return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
}

double bytes_sent(const Machine& machine, const std::vector<Traffic>& traffic, const Precision& precision) {
    double bytes = 0.0;
    for (const Traffic& t : traffic) {
        const double sent = machine.host(t.counter);
        const bool narrow = t.role && precision[*t.role];
        bytes += sent * (narrow ? wire_bytes(precision[*t.role]->format) : t.role ? 4 : 1);
    }
    return bytes;
}

}  // namespace halfstep
