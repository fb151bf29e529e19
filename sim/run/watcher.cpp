#include "watcher.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "halfstep/formula/compiler.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/spec/experiment.hpp"
#include "halfstep/spec/wording.hpp"
#include "watched_names.hpp"

namespace halfstep {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// With one pattern for all NaN.
double value_of(const Machine& evaluation, ValueId id) {
    const double value = evaluation.host(id);
    return std::isnan(value) ? nan : value;
}

void check_only_observes(const formula::Formula& formula) {
    for (const formula::Node& node : formula.nodes)
        if (node.kind == formula::NodeKind::call && node.name == "round")
            formula.fail(node.at, "what is watched is never rounded");
}

}  // namespace

Watcher::Watcher(const RunSpec& spec, const BuiltRun& run) : machine_(run.machine()) {
    if (spec.watches.empty()) return;
    WatchedNames names(run, spec);
    Builder b(1);
    formula::Environment environment;
    for (const std::string& name : names.names()) environment.define(name, formula::Unavailable{});
    formula::Recording recording{.b = b,
                                 .role = Role::weight,
                                 .numbers = {},
                                 .power_of_step = {},
                                 .draw = {},
                                 .error_feedback = {},
                                 .from_host = {}};
    // Only what is named is copied on every recorded step.
    const auto define = [&](const formula::Formula& formula) {
        for (const formula::Node& node : formula.nodes) {
            const WatchedArray* array = node.kind == formula::NodeKind::name ? names.find(node.name) : nullptr;
            const formula::Binding* known = array ? environment.find(node.name) : nullptr;
            if (!array || (known && !std::holds_alternative<formula::Unavailable>(*known))) continue;
            const State copy = b.state(std::string(node.name), array->shape, Role::weight, {0.0});
            environment.define(node.name, formula::Array{copy, array->rank});
            const int worker = machine_.copies(array->state) > 1 ? array->worker : 0;
            inputs_.push_back({array->state, array->offset, array->shape.size(), worker, copy.id()});
        }
    };
    for (std::size_t i = 0; i < spec.watches.size(); ++i) {
        formula::Formula formula = formula::parse_expression(
            (spec.is_program() ? "program.watch[" : "run.watch[") + std::to_string(i) + "]", spec.watches[i].text);
        names.resolve(formula);
        define(formula);
        check_names(formula, environment, formula::Offered::everywhere);
        check_only_observes(formula);
        const formula::NodeId root = formula.statements[0].value.root;
        const formula::Array value = formula::Compiler(recording, formula, environment).expression(root);
        if (value.value.shape().size() != 1)
            formula.fail(formula[root].span, "found " + formula::describe(value.rank, value.value.shape()) +
                                                 "; accepted: one number, as sum(...), norm(...) or an index give");
        observed_.push_back({&spec.watches[i], b.to_host(b.let(Role::weight, value.value)).id, 0, nan, nan});
    }
    evaluation_ = make_binary64(b.program());
    evaluate();
    for (Observed& o : observed_) o.now = value_of(*evaluation_, o.value);
}

void Watcher::evaluate() {
    for (const Input& input : inputs_) {
        machine_.read(input.from, input.worker, state_);
        part_.assign(state_.begin() + input.offset, state_.begin() + input.offset + input.size);
        evaluation_->write(input.to, 0, part_);
    }
    evaluation_->step();
}

void Watcher::observe(StepRecord& record) {
    if (!evaluation_) return;
    evaluate();
    for (Observed& o : observed_) {
        const double value = value_of(*evaluation_, o.value);
        if (std::bit_cast<std::uint64_t>(value) != std::bit_cast<std::uint64_t>(o.now)) o.last_change = record.step;
        o.now = value;
        o.lowest = std::fmin(o.lowest, value);
        o.highest = std::fmax(o.highest, value);
        record.series.emplace_back(o.watch->name, value);
    }
}

void Watcher::add_metrics(std::vector<std::pair<std::string, double>>& metrics) const {
    for (const Observed& o : observed_) {
        const double values[watch_metrics] = {o.now, o.lowest, o.highest, double(o.last_change)};
        const auto names = watch_metric_names(*o.watch);
        for (std::size_t i = 0; i < watch_metrics; ++i) metrics.emplace_back(names[i], values[i]);
    }
}

}  // namespace halfstep
