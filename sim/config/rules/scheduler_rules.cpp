// The learning rate schedule, and who counts gradient accumulation.
#include <algorithm>

#include "../python_value.hpp"
#include "checks.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr Rule rows[] = {
    {"client-scheduler-without-optimizer", Severity::error, "client_scheduler",
     "the program gives a scheduler object (--client-scheduler) but no optimizer object",
     "stops with an AssertionError", "refused; a callable passes, and so does an object that is none of torch's"},
    {"unmanaged-accumulation", Severity::error, "managed_gradient_accumulation",
     "managed_gradient_accumulation is off with overlap_comm below ZeRO stage 2, with DeepCompile, or "
     "with amp",
     "stops with an AssertionError (read, not observed)", "refused"},
    {"scheduler-unknown", Severity::error, "scheduler.type", "scheduler.type is neither DeepSpeed's nor torch's",
     "stops with an AssertionError, last of all", "refused"},
    {"scheduler-read-before-start", Severity::info, "scheduler.type",
     "WarmupLR, WarmupDecayLR or WarmupCosineLR built from the file",
     "logs on every rank, at warning level, that the rate is read before the schedule has started", "none"},
};

// DeepSpeed's schedules; the last three say that they are read too early.
const std::vector<std::string>& deepspeed_schedules() {
    static const std::vector<std::string> names = {"LRRangeTest", "OneCycle", "WarmupLR", "WarmupDecayLR",
                                                   "WarmupCosineLR"};
    return names;
}

const std::vector<std::string>& torch_schedules() {
    static const std::vector<std::string> names = {"LambdaLR",
                                                   "MultiplicativeLR",
                                                   "StepLR",
                                                   "MultiStepLR",
                                                   "ConstantLR",
                                                   "LinearLR",
                                                   "ExponentialLR",
                                                   "SequentialLR",
                                                   "CosineAnnealingLR",
                                                   "ChainedScheduler",
                                                   "ReduceLROnPlateau",
                                                   "CyclicLR",
                                                   "CosineAnnealingWarmRestarts",
                                                   "OneCycleLR",
                                                   "PolynomialLR"};
    return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const Rule> scheduler_rules() {
    return rows;
}

void check_client_scheduler(const StartUp& start, Hits& hits) {
    const std::string& name = start.arguments.client_scheduler;
    if (name.empty() || !start.arguments.client_optimizer.empty()) return;
    // Only instances of torch's base class are looked at.
    if (name == "callable" || name == "ReduceLROnPlateau" || contains(deepspeed_schedules(), name)) return;
    hits.push_back({&rule("client-scheduler-without-optimizer"),
                    "client_scheduler",
                    "found " + in_quotes(name) + " without an optimizer object",
                    {removed("client_scheduler")},
                    "scheduler"});
}

void check_managed_accumulation(const StartUp& start, Hits& hits) {
    if (start.flag("managed_gradient_accumulation", true)) return;
    const bool overlaps = start.zero.boolean("overlap_comm", false);
    const ConfigNode* deepcompile = start.written("compile.deepcompile");
    std::string with;
    if (start.stage < 2 && overlaps)
        with = " with overlap_comm at ZeRO stage " + std::to_string(start.stage);
    else if (deepcompile && read_boolean(*deepcompile).value_or(false))
        with = " with DeepCompile";
    else if (start.amp_on())
        with = " with amp";
    if (!with.empty())
        hits.push_back({&rule("unmanaged-accumulation"),
                        "managed_gradient_accumulation",
                        "found false" + with,
                        {changed("managed_gradient_accumulation", true)}});
}

void check_scheduler(const StartUp& start, Hits& hits) {
    const ConfigNode* type = start.written("scheduler.type");
    if (!start.has_optimizer() || !start.arguments.client_scheduler.empty() || !type || !type->text()) return;
    const std::string& name = *type->text();
    const std::vector<std::string>& own = deepspeed_schedules();
    if (!contains(own, name) && !contains(torch_schedules(), name)) {
        std::string found = "found " + in_quotes(name);
        if (const auto nearest = nearest_name(name, own)) found += "; did you mean " + in_quotes(*nearest) + "?";
        hits.push_back({&rule("scheduler-unknown"), "scheduler.type", found, {removed("scheduler")}});
        return;
    }
    const ConfigNode* params = start.written("scheduler.params");
    if (!params || !params->object()) {
        hits.push_back({&rule("unguarded-value"),
                        "scheduler.params",
                        "found " + (params ? describe(*params) : std::string("none")) + "; accepted: an object",
                        {changed("scheduler.params", ConfigNode::Object())}});
        return;
    }
    if (name.rfind("Warmup", 0) == 0)
        hits.push_back({&rule("scheduler-read-before-start"), "scheduler.type", "found " + name});
}

}  // namespace halfstep
