#include "adjoints.hpp"

#include <algorithm>

namespace halfstep {
namespace {

bool same_elements(const ValueInfo& a, const ValueInfo& b) {
    return a.offset == b.offset && a.shape.size() == b.shape.size();
}

}  // namespace

bool overlap(const ValueInfo& a, const ValueInfo& b) {
    return a.root == b.root && a.offset < b.offset + b.shape.size() && b.offset < a.offset + a.shape.size();
}

std::vector<Adjoints::Part>& Adjoints::parts_of(ValueId value) {
    const ValueInfo& info = b_.program().values[value];
    return parts_[{info.root, info.first_replica}];
}

Expr Adjoints::reshaped(const Expr& e, Shape shape) {
    return e.shape() == shape ? e : b_.view(e, 0, shape);
}

void Adjoints::add(ValueId value, const Expr& contribution, Role role) {
    for (Part& part : parts_of(value)) {
        if (!same_elements(b_.program().values[part.value], b_.program().values[value])) continue;
        part.gradient = b_.let(role, part.gradient + reshaped(contribution, part.gradient.shape()));
        return;
    }
    parts_of(value).push_back({value, contribution});
}

// The part of `to` that `part` covers, zeros elsewhere.
Expr Adjoints::fitted(const Part& part, const ValueInfo& to, Role role) {
    const ValueInfo from = b_.program().values[part.value];
    const std::int64_t first = std::max(from.offset, to.offset);
    const std::int64_t end = std::min(from.offset + from.shape.size(), to.offset + to.shape.size());
    Expr piece = b_.view(part.gradient, first - from.offset, {1, static_cast<int>(end - first)});
    if (end - first < to.shape.size())
        piece = b_.concat(role, {piece}, to.shape.size(), static_cast<int>(first - to.offset));
    return reshaped(piece, to.shape);
}

Expr Adjoints::of(ValueId value, Role role) {
    const ValueInfo info = b_.program().values[value];
    const std::vector<Part> parts = parts_of(value);
    Expr total;
    for (const Part& part : parts) {
        const ValueInfo from = b_.program().values[part.value];
        if (!overlap(from, info)) continue;
        const Expr share = same_elements(from, info) ? reshaped(part.gradient, info.shape) : fitted(part, info, role);
        total = total.valid() ? b_.let(role, total + share) : share;
    }
    return total;
}

void Adjoints::forget(ValueId stored) {
    std::erase_if(parts_of(stored), [&](const Part& part) {
        return overlap(b_.program().values[part.value], b_.program().values[stored]);
    });
}

}  // namespace halfstep
