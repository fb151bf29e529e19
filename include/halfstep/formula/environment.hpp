// What the names of a formula mean.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "halfstep/formula/host_scalar.hpp"

namespace halfstep::formula {

// A value of emulated arithmetic. A vector of n is {1, n} and has rank 1; a 1 x n matrix is {1, n}
// and has rank 2.
struct Array {
    Expr value;
    int rank = 0;  // 0: a number, 1: a vector, 2: a matrix
};

// What a formula may assign to, and keep from step to step.
struct Variable {
    State state;
    int rank = 0;
};

// A name without a value here: a local one assigned in a branch that may not have run, or what is not
// known yet.
struct Unavailable {};

// HostScalar: a constant, exact in binary64 wherever the host computes, rounded once elsewhere.
using Binding = std::variant<HostScalar, Array, Variable, Unavailable>;

class Environment {
public:
    // `fixed`: a formula cannot assign to it (unless it is a Variable).
    void define(std::string_view name, Binding binding, bool fixed = true) {
        entries_.insert_or_assign(std::string(name), Entry{std::move(binding), fixed});
    }
    void erase(std::string_view name) {
        if (const auto found = entries_.find(name); found != entries_.end()) entries_.erase(found);
    }
    const Binding* find(std::string_view name) const {
        const auto found = entries_.find(name);
        return found == entries_.end() ? nullptr : &found->second.binding;
    }
    bool is_fixed(std::string_view name) const {
        const auto found = entries_.find(name);
        return found != entries_.end() && found->second.fixed;
    }
    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& [name, entry] : entries_) result.push_back(name);
        return result;
    }

private:
    struct Entry {
        Binding binding;
        bool fixed = true;
    };
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace halfstep::formula
