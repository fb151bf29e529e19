#include "error_states.hpp"

#include <cmath>

namespace halfstep {

ErrorStates::ErrorStates(const Machine& machine, std::string_view name) {
    for (const std::string& state : machine.state_names())
        if (state.starts_with(name)) ids_.push_back(machine.find_state(state));
}

double ErrorStates::norm(const Machine& machine, std::vector<double>& scratch) const {
    double square = 0.0;
    for (ValueId id : ids_)
        for (int w = 0; w < machine.copies(id); ++w) {
            machine.read(id, w, scratch);
            for (double x : scratch) square += x * x;
        }
    return std::sqrt(square);
}

}  // namespace halfstep
