// For every rule configurations that break it, and near misses that do not.
#pragma once

#include <string>
#include <vector>

#include "halfstep/config/config_check.hpp"

namespace halfstep::test {

struct RuleCase {
    const char* rule;
    const char* key;
    std::string breaks;  // JSON without the outer braces
    std::string passes;
    StartArguments arguments = {};       // for both
    StartArguments near_arguments = {};  // for the near miss, where `differs`
    bool differs = false;
};

const std::vector<RuleCase>& rule_cases();

}  // namespace halfstep::test
