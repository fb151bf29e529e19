// Which names a formula reads where: what has to be known before it is recorded.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "halfstep/formula/ast.hpp"
#include "halfstep/formula/host_scalar.hpp"

namespace halfstep::formula {

using NameSet = std::set<std::string, std::less<>>;

bool reads(const Formula& formula, std::string_view name);    // anywhere
bool assigns(const Formula& formula, std::string_view name);  // anywhere
bool calls(const Formula& formula, std::string_view function);
// The nodes that call it, in the order of the text.
std::vector<NodeId> calls_of(const Formula& formula, std::string_view function);

// The names whose values come to depend on those in `sources`, names or functions, by assignments, and these
// themselves; what the calls in `barriers` return does not.
NameSet reached_from(const Formula& formula, NameSet sources, const NameSet& barriers);

// Throws SpecError where a condition of a branch reads one of these names, which differ between the workers.
void refuse_in_conditions(const Formula& formula, const NameSet& differing);

// Whether some way through the branches reads both names.
bool reads_both(const Formula& formula, std::string_view a, std::string_view b);

// 1 on the steps on which the name is read, going by the conditions of the branches around it, which
// `condition` evaluates; those around other branches are not asked for.
HostScalar reads_now(Builder& b, const Formula& formula, std::string_view name,
                     const std::function<HostScalar(NodeId)>& condition);

// Whether a condition that reads_now asks for reads one of the names.
bool reading_depends_on(const Formula& formula, std::string_view name, const NameSet& names);

// Visits every expression of the formula.
void for_each_expression(const Block& statements, const std::function<void(const Expression&)>& visit);
// Every condition of a branch.
void for_each_condition(const Block& statements, const std::function<void(const Expression&)>& visit);

}  // namespace halfstep::formula
