#include "watched_names.hpp"

#include <algorithm>

#include "halfstep/formula/parser.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {

using formula::Formula;
using formula::Node;
using formula::NodeId;
using formula::NodeKind;

namespace {

int rank_of(Shape shape) {
    return shape.rows == 1 ? 1 : 2;
}

// "exp_avg" of "exp_avg[3]"; the name itself where it has no index.
std::string base_of(const std::string& name) {
    return name.ends_with(']') ? name.substr(0, name.find('[')) : name;
}

// A node that nothing refers to any more, so that no name in it is looked up.
void neutralise(Node& node) {
    node.kind = NodeKind::number;
    node.children.clear();
}

}  // namespace

WatchedNames::WatchedNames(const BuiltRun& run, const RunSpec& spec) : workers_(spec.workers) {
    add_tensors(run.machine(), run.tensors());
    add_states(run);
    shape_like_tensors(run.tensors(), spec);
    name_single_members();
}

void WatchedNames::add_tensors(const Machine& machine, std::span<const ParameterTensor> tensors) {
    const ValueId weight = machine.find_state("weight");
    std::int64_t offset = 0;
    for (const ParameterTensor& t : tensors) {
        tensor_names_.push_back(t.name);
        arrays_[t.name] = {weight, offset, t.shape, rank_of(t.shape)};
        families_["w"].push_back(t.name);
        offset += t.shape.size();
    }
}

void WatchedNames::add_states(const BuiltRun& run) {
    const Machine& machine = run.machine();
    for (const std::string& name : machine.state_names()) {
        if (!formula::is_name(base_of(name)) || arrays_.contains(name)) continue;  // a tensor's name counts
        const ValueId id = machine.find_state(name);
        const Shape shape = machine.shape(id);
        const auto rank = run.ranks().find(name);
        arrays_[name] = {id, 0, shape,
                         rank != run.ranks().end() ? rank->second
                         : machine.is_host(id)     ? 0
                                                   : rank_of(shape)};
        if (base_of(name) != name) families_[base_of(name)].push_back(name);
    }
}

// State k belongs to the k-th tensor in the order of the groups where every tensor has its own.
void WatchedNames::shape_like_tensors(std::span<const ParameterTensor> tensors, const RunSpec& spec) {
    std::vector<std::size_t> order;
    for (const ParameterGroup& group : spec.groups)
        for (const int tensor : group.tensors) order.push_back(std::size_t(tensor));
    if (order.empty())
        for (std::size_t k = 0; k < tensors.size(); ++k) order.push_back(k);
    position_.resize(tensors.size());
    for (std::size_t k = 0; k < order.size(); ++k) position_[order[k]] = k;
    for (const auto& [base, members] : families_) {
        if (base == "w" || members.size() != tensors.size()) continue;
        for (std::size_t k = 0; k < order.size(); ++k) {
            WatchedArray& array = arrays_[members[k]];
            const Shape& shape = tensors[order[k]].shape;
            if (array.shape.size() != shape.size()) continue;  // padded, or a number a tensor
            array.shape = shape;
            array.rank = rank_of(shape);
        }
    }
}

void WatchedNames::name_single_members() {
    std::erase_if(families_, [&](const auto& entry) { return arrays_.contains(entry.first); });
    for (const auto& [base, members] : families_)
        if (members.size() == 1) arrays_[base] = arrays_.at(members[0]);
}

const WatchedArray* WatchedNames::find(std::string_view name) const {
    const auto found = arrays_.find(name);
    return found == arrays_.end() ? nullptr : &found->second;
}

std::vector<std::string> WatchedNames::names() const {
    std::vector<std::string> names;
    for (const auto& [name, array] : arrays_)
        if (formula::is_name(name)) names.push_back(name);
    for (const auto& [name, members] : families_)
        if (members.size() > 1) names.push_back(name);
    return names;
}

std::string_view WatchedNames::kept(std::string name) {
    return own_names_.emplace_back(std::move(name));
}

void WatchedNames::resolve(Formula& formula) {
    const auto count = static_cast<NodeId>(formula.nodes.size());
    for (NodeId id = 0; id < count; ++id) {  // operands stand before what uses them
        Node& node = formula.nodes[std::size_t(id)];
        if (node.kind == NodeKind::index)
            replace_member(formula, node);
        else if (node.kind == NodeKind::call && node.name == "worker")
            replace_worker(formula, id);
    }
    for (const Node& node : formula.nodes) {
        const auto family = node.kind == NodeKind::name ? families_.find(node.name) : families_.end();
        if (family == families_.end() || family->second.size() == 1) continue;
        formula.fail(node.at, "there are " + std::to_string(family->second.size()) + " of " + in_quotes(node.name) +
                                  ", one a tensor; accepted: " + std::string(node.name) + "[0], or " +
                                  std::string(node.name) + "[" + tensor_names_.front() + "]");
    }
}

void WatchedNames::replace_member(Formula& formula, Node& index) {
    Node& name = formula.nodes[std::size_t(index.children[0])];
    if (name.kind != NodeKind::name) return;
    const auto family = families_.find(name.name);
    if (family == families_.end()) return;
    const std::vector<std::string>& members = family->second;
    Node& which = formula.nodes[std::size_t(index.children[1])];
    std::size_t member = members.size();
    if (which.kind == NodeKind::name && members.size() == tensor_names_.size()) {
        const auto tensor = std::find(tensor_names_.begin(), tensor_names_.end(), which.name);
        if (tensor != tensor_names_.end()) {
            const auto k = std::size_t(tensor - tensor_names_.begin());
            member = name.name == "w" ? k : position_[k];
        }
    } else if (members.size() == 1) {
        return;  // of one tensor: elements
    } else if (which.kind == NodeKind::number) {
        for (std::size_t k = 0; k < members.size(); ++k)
            if (which.number == double(k)) member = k;
    }
    if (member == members.size() || index.children.size() != 2)
        formula.fail(index.span, "there is one " + in_quotes(name.name) +
                                     " a tensor; accepted as the first index: a tensor's name, or a number from 0 to " +
                                     std::to_string(members.size() - 1) + ", as in " + std::string(name.name) +
                                     "[0][3]");
    index.kind = NodeKind::name;
    index.at = name.at;
    index.name = members[member];
    index.children.clear();
    neutralise(name);
    neutralise(which);
}

void WatchedNames::replace_worker(Formula& formula, NodeId call) {
    Node& node = formula.nodes[std::size_t(call)];
    if (node.children.size() != 2)
        formula.fail(node.at, "\"worker\" takes a worker and an expression, as in worker(1, norm(worker_error))");
    const NodeId first = node.children[0], root = node.children[1];
    const Node& which = formula[first];
    if (which.kind != NodeKind::number || !(which.number >= 0 && which.number < workers_) ||
        which.number != static_cast<int>(which.number))
        formula.fail(which.span, "found " + in_quotes(formula.source(which.span)) +
                                     "; accepted: the number of a worker, from 0 to " + std::to_string(workers_ - 1));
    const int worker = static_cast<int>(which.number);
    for (NodeId id = first + 1; id <= root; ++id) {
        Node& inner = formula.nodes[std::size_t(id)];
        const WatchedArray* array = inner.kind == NodeKind::name ? find(inner.name) : nullptr;
        if (!array || array->worker != 0) continue;
        const std::string name = std::string(inner.name) + " of worker " + std::to_string(worker);
        WatchedArray of_worker = *array;
        of_worker.worker = worker;
        inner.name = kept(name);
        arrays_.insert_or_assign(name, of_worker);
    }
    Node& expression = formula.nodes[std::size_t(root)];
    node = expression;
    neutralise(expression);
}

}  // namespace halfstep
