#include "halfstep/formula/constants.hpp"

#include <algorithm>

#include "halfstep/formula/parser.hpp"
#include "halfstep/formula/states.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

HostScalar RunningPowers::now(std::string_view written, double base) {
    const auto known = products_.find({std::string(written), base});
    if (known != products_.end()) return known->second;
    const auto same_text = std::count_if(products_.begin(), products_.end(),
                                         [&](const auto& entry) { return entry.first.first == written; });
    const std::string name = std::string(written) + (same_text > 0 ? "#" + std::to_string(same_text) : "");
    const Host product = b_.host_state(name, integer_power(base, steps_before_));
    b_.store(product, b_.apply([](double p, double x) { return p * x; }, product, b_.host_constant(base)));
    products_.emplace(std::pair{std::string(written), base}, product);
    return product;
}

HostScalar RunningPowers::next(std::string_view written, double base) {
    return apply(b_, [](const double* in, double* out) { *out = in[0] * in[1]; }, {now(written, base), base});
}

namespace {

// "a" of names 0, 1, 2 that depend on each other in a circle.
std::string circle(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += name + " -> ";
    return text + names.front();
}

// The constants a formula mentions, each with its place.
std::vector<std::pair<std::size_t, TextSpan>> mentions(const Formula& formula,
                                                       const std::map<std::string, std::size_t, std::less<>>& index) {
    std::vector<std::pair<std::size_t, TextSpan>> found;
    for (const Node& node : formula.nodes) {
        if (node.kind != NodeKind::name) continue;
        if (const auto at = index.find(node.name); at != index.end()) found.emplace_back(at->second, node.at);
    }
    return found;
}

}  // namespace

Constants::Constants(const Entries& table, const std::string& key, const std::vector<std::string>& taken) {
    std::vector<Constant> constants;
    std::map<std::string, std::size_t, std::less<>> index;
    for (const NamedValue& item : table.items) {
        const std::string where = key + "." + item.name;
        check_free(item.name, where, taken);
        Constant constant{item.name, 0, {}};
        if (const auto* x = std::get_if<double>(&item.value.data))
            constant.number = *x;
        else if (const auto* text = std::get_if<std::string>(&item.value.data))
            constant.formula = parse_expression(where, *text);
        else
            throw SpecError(where,
                            "found " + describe(item.value) + "; accepted: a number, or an expression in quotes");
        if (!index.emplace(item.name, constants.size()).second)
            throw SpecError(where, in_quotes(item.name) + " is given twice");
        constants.push_back(std::move(constant));
    }

    // Again and again what depends on nothing that is still to come.
    const std::size_t n = constants.size();
    std::vector<std::vector<std::size_t>> used_by(n);
    std::vector<std::vector<std::pair<std::size_t, TextSpan>>> uses(n);
    std::vector<std::size_t> waiting_for(n, 0), order;
    for (std::size_t i = 0; i < n; ++i) {
        uses[i] = mentions(constants[i].formula, index);
        waiting_for[i] = uses[i].size();
        for (const auto& [used, at] : uses[i]) used_by[used].push_back(i);
    }
    for (std::size_t i = 0; i < n; ++i)
        if (waiting_for[i] == 0) order.push_back(i);
    for (std::size_t done = 0; done < order.size(); ++done)
        for (const std::size_t user : used_by[order[done]])
            if (--waiting_for[user] == 0) order.push_back(user);

    if (order.size() < n) {
        // From one that waits to one it waits for, until a name comes again.
        std::size_t at = 0;
        while (waiting_for[at] == 0) ++at;
        std::vector<std::size_t> path, position(n, n);
        std::vector<TextSpan> places;
        while (position[at] == n) {
            position[at] = path.size();
            path.push_back(at);
            const auto next = std::find_if(uses[at].begin(), uses[at].end(),
                                           [&](const auto& use) { return waiting_for[use.first] > 0; });
            places.push_back(next->second);
            at = next->first;
        }
        const std::size_t first = position[at];
        std::vector<std::string> names;
        for (std::size_t i = first; i < path.size(); ++i) names.push_back(constants[path[i]].name);
        constants[path[first]].formula.fail(places[first],
                                            in_quotes(names.front()) + " depends on itself: " + circle(names));
    }
    for (const std::size_t i : order) in_order_.push_back(std::move(constants[i]));
}

bool Constants::read(std::string_view name) const {
    return std::any_of(in_order_.begin(), in_order_.end(), [&](const Constant& constant) {
        return std::any_of(constant.formula.nodes.begin(), constant.formula.nodes.end(),
                           [&](const Node& node) { return node.kind == NodeKind::name && node.name == name; });
    });
}

void Constants::define(Builder& b, Environment& environment,
                       const std::function<HostScalar(std::string_view, double)>& power_of_step) const {
    for (const Constant& constant : in_order_) {
        if (constant.formula.nodes.empty()) {
            environment.define(constant.name, HostScalar(constant.number));
            continue;
        }
        const Formula& formula = constant.formula;
        const bool unavailable = std::any_of(formula.nodes.begin(), formula.nodes.end(), [&](const Node& node) {
            const Binding* binding = node.kind == NodeKind::name ? environment.find(node.name) : nullptr;
            return binding && std::holds_alternative<Unavailable>(*binding);
        });
        if (unavailable) {
            environment.define(constant.name, Unavailable{});
            continue;
        }
        const auto lookup = [&](const Node& name) -> HostScalar {
            const Binding* binding = environment.find(name.name);
            if (!binding) formula.fail(name.at, unknown_name("name", name.name, environment.names()));
            if (const auto* scalar = std::get_if<HostScalar>(binding)) return *scalar;
            formula.fail(name.at, in_quotes(name.name) +
                                      " is no number the host knows; constants are made of numbers, "
                                      "other constants, t and lr");
        };
        environment.define(constant.name,
                           compile_on_host({b, formula, lookup, power_of_step}, formula.statements[0].value.root));
    }
}

}  // namespace halfstep::formula
