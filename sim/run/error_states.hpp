// The error feedback of all workers, or of all servers, as one vector.
#pragma once

#include <string_view>
#include <vector>

#include "halfstep/program/machine.hpp"

namespace halfstep {

class ErrorStates {
public:
    ErrorStates() = default;
    ErrorStates(const Machine& machine, std::string_view name);  // the states whose names begin so
    bool exist() const { return !ids_.empty(); }
    double norm(const Machine& machine, std::vector<double>& scratch) const;  // 2-norm, over all copies

private:
    std::vector<ValueId> ids_;
};

}  // namespace halfstep
