// The emulated interpreter: binary32 storage, every instruction rounded to its role's format.
#include "elementwise.hpp"
#include "emulated_ways.hpp"
#include "matmul.hpp"
#include "reductions.hpp"
#include "selection.hpp"
#include "structure.hpp"
#include "visit_operation.hpp"

namespace halfstep {
namespace {

using Kernel = Bound<float>::Kernel;

// Where an operation has no lanes, fp16 by F16C is magic.
template <class F>
Kernel binary(Way way) {
    switch (way) {
        case Way::hardware_fp16:
            if constexpr (kernels::has_lanes<F>) return kernels::binary<float, F, Way::hardware_fp16>;
            [[fallthrough]];
        case Way::magic:
            return kernels::binary<float, F, Way::magic>;
        case Way::native:
            return kernels::binary<float, F, Way::native>;
        case Way::mask:
            return kernels::binary<float, F, Way::mask>;
        case Way::mode:
            return kernels::binary<float, F, Way::mode>;
        default:
            return kernels::binary<float, F, Way::odd>;
    }
}
template <class F>
Kernel unary(Way way) {
    switch (way) {
        case Way::hardware_fp16:
            if constexpr (kernels::has_lanes<F>) return kernels::unary<float, F, Way::hardware_fp16>;
            [[fallthrough]];
        case Way::magic:
            return kernels::unary<float, F, Way::magic>;
        case Way::native:
            return kernels::unary<float, F, Way::native>;
        case Way::mask:
            return kernels::unary<float, F, Way::mask>;
        case Way::mode:
            return kernels::unary<float, F, Way::mode>;
        default:
            return kernels::unary<float, F, Way::odd>;
    }
}
template <kernels::ArrayFunction f>
Kernel elementary(Way way) {
    return way == Way::native ? kernels::elementary<f, Way::native>
           : way == Way::mode ? kernels::elementary<f, Way::mode>
                              : kernels::elementary<f, Way::odd>;
}

#define HALFSTEP_BY_WAY(kernel, way)                            \
    ((way) == Way::native          ? kernel<Way::native>        \
     : (way) == Way::hardware_fp16 ? kernel<Way::hardware_fp16> \
     : (way) == Way::magic         ? kernel<Way::magic>         \
     : (way) == Way::mask          ? kernel<Way::mask>          \
     : (way) == Way::mode          ? kernel<Way::mode>          \
                                   : kernel<Way::odd>)

template <Way way>
void select(const Bound<float>& b, int w) {
    kernels::select<float, way>(b, w);
}
template <Way way>
void sum(const Bound<float>& b, int w) {
    kernels::sum<float, way>(b, w);
}
template <Way way>
void sum_rows(const Bound<float>& b, int w) {
    kernels::sum_rows<float, way>(b, w);
}
template <Way way>
void sum_cols(const Bound<float>& b, int w) {
    kernels::sum_cols<float, way>(b, w);
}
template <Way way>
void sum_workers(const Bound<float>& b, int w) {
    kernels::sum_workers<float, way>(b, w);
}
template <Way way>
void sum_one_bit(const Bound<float>& b, int w) {
    kernels::sum_one_bit<float, way>(b, w);
}
template <Way way>
void matmul(const Bound<float>& b, int w) {
    kernels::matmul<float, way, way>(b, w);
}

}  // namespace

template <>
Kernel choose_kernel<float>(const Instruction& I, const Bound<float>& b) {
    using namespace kernels;
    if (b.general) return run_general;
    const Way way = b.result_way;
    switch (I.op) {
        case Op::select:
            return HALFSTEP_BY_WAY(halfstep::select, way);
        case Op::exp:
            return halfstep::elementary<exp_to_odd>(way);
        case Op::log:
            return halfstep::elementary<log_to_odd>(way);
        case Op::tanh:
            return halfstep::elementary<tanh_to_odd>(way);
        case Op::bcast_rows:
            return bcast_rows<float>;
        case Op::bcast_cols:
            return bcast_cols<float>;
        case Op::transpose:
            return transpose<float>;
        case Op::gather:
            return gather<float>;
        case Op::scatter_add:
            return scatter_add<float>;
        case Op::sum:
            return HALFSTEP_BY_WAY(halfstep::sum, b.accumulator_way);
        case Op::sum_rows:
            return HALFSTEP_BY_WAY(halfstep::sum_rows, b.accumulator_way);
        case Op::sum_cols:
            return HALFSTEP_BY_WAY(halfstep::sum_cols, b.accumulator_way);
        case Op::max_cols:
            return max_cols<float>;
        case Op::wide_sum:
            return wide_sum<float>;
        case Op::sum_squares:
            return sum_squares<float>;
        case Op::argmax:
            return argmax<float>;
        case Op::argmax_cols:
            return argmax_cols<float>;
        case Op::among_largest:
            return among_largest<float>;
        case Op::norm2:
            return norm2<float>;
        case Op::norm_rows:
            return norm_rows<float>;
        case Op::sum_workers:
            return HALFSTEP_BY_WAY(halfstep::sum_workers, way);
        case Op::sum_one_bit:
            return HALFSTEP_BY_WAY(halfstep::sum_one_bit, way);
        case Op::matmul:
            return HALFSTEP_BY_WAY(halfstep::matmul, b.accumulator_way);
        case Op::source:
            return source<float>;
        case Op::inject:
            return inject<float>;
        case Op::to_host:
            return to_host<float>;
        case Op::from_host:
            return from_host<float>;
        case Op::finite:
            return finite;
        case Op::host:
            return host<float>;
        case Op::max_workers:
            return max_workers<float>;
        default:
            break;
    }
    const auto kernel = choose_by_operation<Kernel>(
        I.op, Overloaded{[way]<class F>(UnaryOperation<F>) { return halfstep::unary<F>(way); },
                         [way]<class F>(BinaryOperation<F>) { return halfstep::binary<F>(way); }});
    if (!kernel) throw std::logic_error("no kernel for " + std::string(op_name(I.op)));
    return kernel;
}

std::unique_ptr<Machine> make_emulated(const Program& program, const Precision& precision, Layout layout,
                                       std::uint64_t seed) {
    return std::make_unique<LinkedMachine<float>>(program, &precision, layout, seed);
}

}  // namespace halfstep
