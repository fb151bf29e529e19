#include "halfstep/formula/host_scalar.hpp"

#include <algorithm>

namespace halfstep::formula {

HostScalar apply(Builder& b, HostFunction f, const std::vector<HostScalar>& inputs) {
    if (std::all_of(inputs.begin(), inputs.end(), [](const HostScalar& s) { return s.is_known(); })) {
        std::vector<double> in;
        for (const HostScalar& s : inputs) in.push_back(s.value());
        double out = 0;
        f(in.data(), &out);
        return out;
    }
    std::vector<Host> in;
    for (const HostScalar& s : inputs) in.push_back(s.record(b));
    return b.host(f, in);
}

double integer_power(double x, double n) {
    double product = 1.0;
    for (double i = n < 0 ? -n : n; i > 0; --i) product *= x;
    return n < 0 ? 1.0 / product : product;
}

}  // namespace halfstep::formula
