#include "stored_tensors.hpp"

#include <charconv>

namespace halfstep {
namespace {

// "exp_avg[3]": which of the optimizer's tensors it belongs to; -1: none.
int logical_tensor_of(const std::string& name, std::size_t count) {
    const std::size_t bracket = name.find('[');
    if (bracket == std::string::npos || name.back() != ']') return -1;
    int index = -1;
    const char* end = name.data() + name.size() - 1;
    const auto parsed = std::from_chars(name.data() + bracket + 1, end, index);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
    return whole && index >= 0 && static_cast<std::size_t>(index) < count ? index : -1;
}

}  // namespace

std::vector<StoredTensor> stored_tensors(const Program& program, const RecordedStep& step,
                                         std::span<const ParameterTensor> parameters) {
    std::int64_t total = 0;
    std::vector<int> everything;
    for (const ParameterTensor& t : parameters) {
        everything.push_back(static_cast<int>(everything.size()));
        total += t.shape.size();
    }
    std::vector<StoredTensor> tensors;
    for (std::size_t v = 0; v < program.values.size(); ++v) {
        const ValueInfo& info = program.values[v];
        const auto id = static_cast<ValueId>(v);
        if (info.space != Space::array || info.lifetime != Lifetime::state || info.root != id || info.name.empty())
            continue;
        const Role role = info.role.value_or(Role::update);
        const std::string base = info.name.substr(0, info.name.find('['));
        const std::string prefix = base == role_name(role) ? "" : base + ".";
        const int logical = logical_tensor_of(info.name, step.members.size());
        const std::vector<int>* members = logical >= 0 ? &step.members[static_cast<std::size_t>(logical)] : &everything;
        std::int64_t needed = 0;
        for (int k : *members) needed += parameters[static_cast<std::size_t>(k)].shape.size();
        const std::int64_t size = info.shape.size();
        if (logical < 0 ? size != total : size < needed) {  // no array over the model's tensors
            tensors.push_back({id, role, info.name, 0, size});
            continue;
        }
        std::int64_t at = 0;
        for (int k : *members) {
            const ParameterTensor& t = parameters[static_cast<std::size_t>(k)];
            tensors.push_back({id, role, prefix + t.name, at, t.shape.size()});
            at += t.shape.size();
        }
        if (at < size) tensors.push_back({id, role, prefix + "(padding)", at, size - at});
    }
    return tensors;
}

StoredSurvey::StoredSurvey(const Precision& precision)
    : precision_(precision), carrier_(rounding_to("fp32")), magnitudes_(carrier_) {}

void StoredSurvey::describe(const Machine& machine, const std::vector<StoredTensor>& tensors,
                            const std::function<std::int64_t(const StoredTensor&)>& unchanged,
                            std::vector<TensorStats>& out) {
    ValueId read = no_value;
    std::size_t copies = 0;
    for (const StoredTensor& t : tensors) {
        if (t.state != read) {
            copies = static_cast<std::size_t>(machine.copies(t.state));
            if (copies_.size() < copies) copies_.resize(copies);
            for (std::size_t w = 0; w < copies; ++w) machine.read(t.state, static_cast<int>(w), copies_[w]);
            read = t.state;
        }
        magnitudes_.count_for(precision_[t.role] ? *precision_[t.role] : carrier_);
        for (std::size_t w = 0; w < copies; ++w)
            magnitudes_.add({copies_[w].data() + t.offset, static_cast<std::size_t>(t.size)});
        TensorStats& stats = out.emplace_back();
        stats.role = role_name(t.role);
        stats.tensor = t.name;
        magnitudes_.finish(stats);
        stats.unchanged = unchanged(t);
    }
}

}  // namespace halfstep
