#include "value_names.hpp"

#include <charconv>

namespace halfstep {
namespace {

// "exp_avg[3]" is state 3 of its kind; -1 without a number.
int number_of(const std::string& name) {
    const auto open = name.rfind('[');
    int k = -1;
    if (open != std::string::npos) std::from_chars(name.data() + open + 1, name.data() + name.size() - 1, k);
    return k;
}

std::string bracketed(const std::string& name, std::int64_t index) {
    return name + "[" + std::to_string(index) + "]";
}

}  // namespace

ValueNames::ValueNames(const Program& program, std::span<const ParameterTensor> model, const RunSpec& spec)
    : program_(program), spec_(spec) {
    for (const ParameterTensor& t : model) model_.push_back({t.name, t.shape.size()});
    std::vector<ParameterGroup> groups = spec.groups;
    if (groups.empty()) {
        groups.emplace_back();
        for (std::size_t t = 0; t < model_.size(); ++t) groups[0].tensors.push_back(static_cast<int>(t));
    }
    for (const ParameterGroup& group : groups) {
        std::vector<Part> whole;
        for (const int k : group.tensors) {
            whole.push_back(model_[std::size_t(k)]);
            logical_[0].push_back({whole.back()});
        }
        logical_[1].push_back(std::move(whole));
    }
}

ElementName ValueNames::within(const std::vector<Part>& parts, std::int64_t at) const {
    for (const Part& part : parts) {
        if (at < part.size) return {part.tensor, at, bracketed(part.tensor, at)};
        at -= part.size;
    }
    return {};
}

ElementName ValueNames::state(ValueId state, std::int64_t at) const {
    const ValueInfo& info = program_.values[state];
    if (info.name == "weight") return within(model_, at);
    if (info.name == "gradient") {
        ElementName name = within(model_, at);
        name.text = "gradient " + name.text;
        return name;
    }
    if (info.name.starts_with("master[")) {
        const int k = number_of(info.name);
        for (const auto& logical : logical_) {
            if (k < 0 || std::size_t(k) >= logical.size()) continue;
            std::int64_t size = 0;
            for (const Part& part : logical[std::size_t(k)]) size += part.size;
            if (size != info.shape.size()) continue;
            ElementName name = within(logical[std::size_t(k)], at);
            name.text = "master " + name.text;
            return name;
        }
    }
    return {info.name, at, bracketed(info.name, at)};
}

std::string ValueNames::constant(ValueId constant, std::int64_t at, int worker) const {
    const ValueInfo& info = program_.values[constant];
    if (info.name.empty())
        return info.shape.is_scalar() && info.role == Role::hyper ? hyper_parameter(info.initial[0]) : std::string();
    const bool data = info.name == "inputs" || info.name == "targets";
    if (info.shape.rows == 1 && !data) return bracketed(info.name, at);
    const std::int64_t row = at / info.shape.cols + (info.per_worker ? std::int64_t(worker) * info.shape.rows : 0);
    return info.name + "[" + std::to_string(row) + "," + std::to_string(at % info.shape.cols) + "]";
}

// The option it is, or one minus it; "" where two would do.
std::string ValueNames::hyper_parameter(double value) const {
    std::string found;
    for (const NamedValue& option : spec_.optimizer.parameters) {
        const double* number = std::get_if<double>(&option.value.data);
        if (number == nullptr) continue;
        const bool itself = *number == value;
        const bool complement = option.name.starts_with("beta") && 1.0 - *number == value;
        if (!itself && !complement) continue;
        if (!found.empty() || (itself && complement)) return {};
        found = itself ? option.name : "1 - " + option.name;
    }
    return found;
}

}  // namespace halfstep
