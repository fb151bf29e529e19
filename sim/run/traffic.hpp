// Bytes that the workers put on the wire, counted by what the program executed.
#pragma once

#include <vector>

#include "halfstep/program/machine.hpp"

namespace halfstep {

// A value of the format in transit: whole 8, 16 or 32 bits (tf32 travels as binary32); packed where it shares a
// scale, which is a byte a block.
double wire_bytes(const Format& format);

// Since the start, a worker: uncompressed values in the format of their role, compressed messages as
// they are. What a run without emulation would send, too, is counted in its roles' formats.
double bytes_sent(const Machine& machine, const std::vector<Traffic>& traffic, const Precision& precision);

}  // namespace halfstep
