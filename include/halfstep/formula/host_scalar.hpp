// A binary64 number of the host space: known when the program is built, or recorded because it
// changes from step to step.
#pragma once

#include <vector>

#include "halfstep/program/builder.hpp"

namespace halfstep::formula {

class HostScalar {
public:
    HostScalar(double value) : value_(value) {}  // NOLINT(google-explicit-constructor): 0.5 is one
    HostScalar(Host host) : host_(host) {}       // NOLINT(google-explicit-constructor)

    bool is_known() const { return host_.id == no_value; }
    double value() const { return value_; }  // of a known one
    Host record(Builder& b) const { return is_known() ? b.host_constant(value_) : host_; }

private:
    double value_ = 0;
    Host host_;
};

// f of up to 8 scalars: computed now where all are known, otherwise recorded.
HostScalar apply(Builder& b, HostFunction f, const std::vector<HostScalar>& inputs);

// x*x*...*x, n factors from the left; 1/(x*...*x) for negative n; 1 for n = 0.
double integer_power(double x, double n);

inline constexpr int largest_exponent = 64;  // magnitude, of what is written as x^n

}  // namespace halfstep::formula
