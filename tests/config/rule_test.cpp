// Every rule fires for what breaks it and stays silent for what nearly does; every rule is documented.
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "halfstep/config/config_check.hpp"
#include "rule_cases.hpp"

using namespace halfstep;
using namespace halfstep::test;

namespace {

// The keys for which a rule fires.
std::vector<std::string> fired(const std::string& members, const StartArguments& arguments, const std::string& rule) {
    const ConfigReport report = check_config(read_config("{" + members + "}", "ds.json"), arguments);
    std::vector<std::string> keys;
    for (const auto* list : {&report.findings, &report.silent})
        for (const Finding& finding : *list)
            if (finding.rule->id == rule) keys.push_back(finding.key);
    return keys;
}

}  // namespace

TEST_CASE("every rule fires for what breaks it, at its key, and not for the near miss") {
    for (const RuleCase& one : rule_cases()) {
        INFO(one.rule << "\n  breaks: " << one.breaks << "\n  passes: " << one.passes);
        CHECK(fired(one.breaks, one.arguments, one.rule) == std::vector<std::string>{one.key});
        CHECK(fired(one.passes, one.differs ? one.near_arguments : one.arguments, one.rule).empty());
    }
}

TEST_CASE("every rule has a case that triggers it and a near miss") {
    std::set<std::string> tested;
    for (const RuleCase& one : rule_cases()) tested.insert(one.rule);
    for (const Rule* rule : config_rules()) {
        INFO(rule->id);
        CHECK(tested.count(rule->id) == 1);
    }
    CHECK(tested.size() == config_rules().size());
}

TEST_CASE("a rule's id stands for one row, and each row says everything") {
    std::set<std::string> ids;
    for (const Rule* rule : config_rules()) {
        INFO(rule->id);
        CHECK(ids.insert(rule->id).second);
        CHECK(find_config_rule(rule->id) == rule);
        for (const std::string text : {rule->key, rule->trigger, rule->effect, rule->consequence}) CHECK(!text.empty());
    }
    CHECK(find_config_rule("onebit") == nullptr);
}

TEST_CASE("every rule is in docs/deepspeed-config.md with its severity") {
    std::ifstream in(HALFSTEP_SOURCE_DIR "/docs/deepspeed-config.md");
    std::stringstream text;
    text << in.rdbuf();
    for (const Rule* rule : config_rules()) {
        const std::string row =
            "| `" + std::string(rule->id) + "` | " + std::string(severity_name(rule->severity)) + " |";
        INFO(row);
        CHECK(text.str().find(row) != std::string::npos);
    }
}

TEST_CASE("what is reported beside the rule of a case is what the case needs to be") {
    // A near miss that another error hides would prove nothing: each must start.
    for (const RuleCase& one : rule_cases()) {
        const StartArguments& arguments = one.differs ? one.near_arguments : one.arguments;
        const ConfigReport report = check_config(read_config("{" + one.passes + "}", "ds.json"), arguments);
        INFO(one.rule << ": " << one.passes);
        const bool about_zero_without_optimizer = std::string(one.passes).find("optimizer\":") == std::string::npos &&
                                                  one.passes.find("zero_optimization") != std::string::npos;
        if (!about_zero_without_optimizer) CHECK_FALSE(report.has_error());
    }
}
