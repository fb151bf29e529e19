// The reference interpreter with 113 significand bits. The only file of the library that includes
// Boost.Multiprecision; a multiply-add costs about 50 ns, a tanh some microseconds.
#include <boost/multiprecision/cpp_bin_float.hpp>

#include "reference_kernels.hpp"

namespace halfstep {
namespace {

using Quad = boost::multiprecision::number<boost::multiprecision::cpp_bin_float_quad::backend_type,
                                           boost::multiprecision::et_off>;

}  // namespace

template <>
Bound<Quad>::Kernel choose_kernel<Quad>(const Instruction& I, const Bound<Quad>&) {
    return reference_kernel<Quad>(I.op);
}

std::unique_ptr<Machine> make_multiprecision(const Program& program, Layout layout) {
    return std::make_unique<LinkedMachine<Quad>>(program, nullptr, layout);
}

}  // namespace halfstep
