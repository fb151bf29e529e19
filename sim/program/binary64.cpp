// The reference interpreter in binary64.
#include "reference_kernels.hpp"

namespace halfstep {
template <>
Bound<double>::Kernel choose_kernel<double>(const Instruction& I, const Bound<double>&) {
    return reference_kernel<double>(I.op);
}

std::unique_ptr<Machine> make_binary64(const Program& program, Layout layout) {
    return std::make_unique<LinkedMachine<double>>(program, nullptr, layout);
}

}  // namespace halfstep
