// One linked instruction, ready to run: a kernel and everything it needs, resolved to pointers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../format/rounders.hpp"
#include "halfstep/program/program.hpp"

namespace halfstep {

struct Watched;
struct General;

// Of a host instruction, in and out.
inline constexpr int most_host_operands = 12;

template <class T>
struct Bound {
    using Kernel = void (*)(const Bound&, int worker);
    Kernel kernel = nullptr;

    // Arrays: base pointers for worker 0 and the distance to the next worker's copy (0: shared).
    T* out = nullptr;
    const T* in[3] = {nullptr, nullptr, nullptr};
    std::ptrdiff_t out_stride = 0;
    std::ptrdiff_t in_stride[3] = {0, 0, 0};
    int n = 0;                               // elements of `out`
    int rows = 0, cols = 0;                  // of `out`, or of the operand of a reduction
    int count = 0;                           // among_largest
    int depth = 0;                           // matmul: length of the sum; gather: rows of the table
    bool scalar[3] = {false, false, false};  // operand is one element
    bool transpose_a = false, from_zero = false;
    int workers = 1;

    RoundingData<T> result, product, accumulator;
    Way result_way = Way::native, product_way = Way::native, accumulator_way = Way::native;

    // Host space: pointers for worker 0 and strides.
    const double* host_in[most_host_operands] = {};
    double* host_out[most_host_operands] = {};
    std::ptrdiff_t host_in_stride[most_host_operands] = {}, host_out_stride[most_host_operands] = {};
    int host_ins = 0, host_outs = 0;
    HostFunction host = nullptr;
    const Attachment* attachment = nullptr;
    double* scratch = nullptr;   // n doubles
    T* scratch_array = nullptr;  // matmul: a transposed operand; among_largest: magnitudes

    const General* general = nullptr;  // where some way is Way::general

    std::int32_t skip_to = -1;
    bool per_worker = false;
    Watched* watched = nullptr;  // where `kernel` is not the instruction's own but looks at it (step_watch.hpp)

    T* result_of(int w) const { return out + w * out_stride; }
    const T* operand(int i, int w) const { return in[i] + w * in_stride[i]; }
};

}  // namespace halfstep
