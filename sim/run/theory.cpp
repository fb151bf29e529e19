#include "halfstep/run/theory.hpp"

#include <algorithm>

#include "halfstep/formula/host_compiler.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

void add_numbers(TheoryNames& names, const Configured& configured) {
    for (const NamedValue& parameter : configured.parameters) {
        if (const auto* x = std::get_if<double>(&parameter.value.data)) names[parameter.name] = *x;
        if (const auto* i = std::get_if<std::int64_t>(&parameter.value.data)) names[parameter.name] = double(*i);
        if (const auto* inner = std::get_if<Configured>(&parameter.value.data)) add_numbers(names, *inner);
    }
}

}  // namespace

TheoryNames theory_names(const RunSpec& spec, const Sweep& sweep, const std::vector<std::string>& at) {
    TheoryNames names;
    for (const Configured* configured : {&spec.loss_scale, &spec.model, &spec.optimizer})
        add_numbers(names, *configured);
    names["workers"] = spec.workers;
    names["batch"] = spec.batch;
    names["steps"] = double(spec.steps);
    std::vector<std::string> keys;
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) keys.push_back(key.key);
    std::size_t i = 0;
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& key : axis.keys) {
            const std::string& text = at[i++];
            for (const SweepValue& value : key.values)
                if (value.text == text) names[short_key(key.key, keys)] = value.position;
        }
    return names;
}

double evaluate_theory(const std::string& key, const std::string& text, const TheoryNames& names) {
    const formula::Formula parsed = formula::parse_expression(key, text);
    Builder unused(1);
    const auto lookup = [&](const formula::Node& node) -> formula::HostScalar {
        const auto found = names.find(node.name);
        if (found != names.end()) return found->second;
        std::vector<std::string> known;
        for (const auto& [name, value] : names) known.push_back(name);
        parsed.fail(node.at, unknown_name("name", node.name, known));
    };
    const formula::HostScalar result =
        formula::compile_on_host({unused, parsed, lookup, {}}, parsed.statements.front().value.root);
    return result.value();
}

}  // namespace halfstep
