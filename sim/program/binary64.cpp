// The reference interpreter in binary64.
#include "reference_kernels.hpp"

namespace halfstep {
namespace {
double exp_of(const double& x) {
    return in_binary64(exp_to_odd(x));
}
double log_of(const double& x) {
    return log_to_odd(x);
}
double tanh_of(const double& x) {
    return tanh_to_odd(x);
}
}  // namespace

template <>
Bound<double>::Kernel choose_kernel<double>(const Instruction& I, const Bound<double>&) {
    return reference_kernel<double, exp_of, log_of, tanh_of>(I.op);
}

std::unique_ptr<Machine> make_binary64(const Program& program, Layout layout) {
    return std::make_unique<LinkedMachine<double>>(program, nullptr, layout);
}

}  // namespace halfstep
