// Expressions of constants and conditions: binary64 on the host.
#pragma once

#include <functional>

#include "halfstep/formula/ast.hpp"
#include "halfstep/formula/host_scalar.hpp"

namespace halfstep::formula {

struct HostContext {
    Builder& b;
    const Formula& formula;
    // The value of a name; throws where it has none on the host.
    std::function<HostScalar(const Node& name)> lookup;
    // base^t for the step t; empty where t is known.
    std::function<HostScalar(std::string_view written, double base)> power_of_step;
};

HostScalar compile_on_host(const HostContext& context, NodeId node);

// A whole number known when the program is built, as an index, a size or an exponent has to be.
int whole_number(const HostContext& context, NodeId node, int lowest, int highest, const char* what);

}  // namespace halfstep::formula
