#include <stdexcept>
#include <string>

#include "checks.hpp"

namespace halfstep {

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::silent:
            return "silent";
        case Severity::info:
            return "info";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
    }
    return {};
}

const std::vector<const Rule*>& config_rules() {
    static const std::vector<const Rule*> all = [] {
        std::vector<const Rule*> rules;
        for (const auto topic : {file_rules(), batch_rules(), precision_rules(), loss_scale_rules(), optimizer_rules(),
                                 gradient_rules(), zero_rules(), amp_rules(), scheduler_rules()})
            for (const Rule& rule : topic) rules.push_back(&rule);
        return rules;
    }();
    return all;
}

const Rule* find_config_rule(std::string_view id) {
    for (const Rule* rule : config_rules())
        if (id == rule->id) return rule;
    return nullptr;
}

const Rule& rule(const char* id) {
    if (const Rule* found = find_config_rule(id)) return *found;
    throw std::logic_error("no configuration rule " + std::string(id));
}

}  // namespace halfstep
