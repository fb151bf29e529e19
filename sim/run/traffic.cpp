#include "traffic.hpp"

#include "halfstep/format/encoding.hpp"

namespace halfstep {

double wire_bytes(const Format& format) {
    const int bits = width(format);
    if (format.block > 0) return bits / 8.0 + 1.0 / format.block;
    return bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
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
