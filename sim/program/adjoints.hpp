// What reverse differentiation has collected so far. Values that share storage (views of one
// value, slices of one state, the pieces of a concatenation) meet here where they overlap.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "halfstep/program/builder.hpp"

namespace halfstep {

// The elements of its root that a value covers.
bool overlap(const ValueInfo& a, const ValueInfo& b);

class Adjoints {
public:
    explicit Adjoints(Builder& b) : b_(b) {}

    void add(ValueId value, const Expr& contribution, Role role);
    // Recorded, of the value's shape; invalid where nothing was contributed.
    Expr of(ValueId value, Role role);
    // A store has passed its share on: what was read before it is another version.
    void forget(ValueId stored);

private:
    struct Part {
        ValueId value;
        Expr gradient;
    };
    std::vector<Part>& parts_of(ValueId value);
    Expr reshaped(const Expr& e, Shape shape);
    Expr fitted(const Part& part, const ValueInfo& to, Role role);

    Builder& b_;
    std::map<std::pair<ValueId, bool>, std::vector<Part>> parts_;  // by root, worker 0's copy apart
};

}  // namespace halfstep
