#include "halfstep/formula/states.hpp"

#include <algorithm>
#include <array>

#include "functions.hpp"
#include "halfstep/formula/parser.hpp"
#include "halfstep/spec/run_spec.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep::formula {

void check_free(const std::string& name, const std::string& where, const std::vector<std::string>& taken) {
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
        throw SpecError(where, in_quotes(name) + " already means something in this formula; choose another name");
    for (const FunctionRow& row : function_rows())
        if (row.name == name) throw SpecError(where, in_quotes(name) + " is a function; choose another name");
    if (!is_name(name)) throw SpecError(where, in_quotes(name) + " is a word of the language; choose another name");
}

Role default_role(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, Role>, 8> usual = {{{"m", Role::exp_avg},
                                                                                {"momentum", Role::exp_avg},
                                                                                {"buf", Role::exp_avg},
                                                                                {"v", Role::exp_avg_sq},
                                                                                {"vhat", Role::exp_avg_sq},
                                                                                {"max_exp_avg_sq", Role::exp_avg_sq},
                                                                                {"e", Role::worker_error},
                                                                                {"error", Role::worker_error}}};
    for (const auto& [known, role] : usual)
        if (name == known) return role;
    return find_role(name).value_or(Role::update);
}

namespace {

void read_table(StateDeclaration& state, const Entries& table, const std::string& where) {
    static const std::vector<std::string> keys = {"init", "role", "scalar"};
    const auto refuse = [](const std::string& key, const Value& value, const char* accepted) {
        throw SpecError(key, "found " + describe(value) + "; accepted: " + accepted);
    };
    for (const NamedValue& option : table.items) {
        const std::string key = where + "." + option.name;
        if (std::find(keys.begin(), keys.end(), option.name) == keys.end())
            throw SpecError(where, unknown_name("key", option.name, keys));
        const Value& value = option.value;
        if (option.name == "init") {
            const auto* x = std::get_if<double>(&value.data);
            if (!x) refuse(key, value, "a number");
            state.init = *x;
        } else if (option.name == "scalar") {
            const auto* yes = std::get_if<bool>(&value.data);
            if (!yes) refuse(key, value, "true or false");
            state.scalar = *yes;
        } else {
            const auto* name = std::get_if<std::string>(&value.data);
            if (!name) refuse(key, value, "the name of a role");
            const auto role = find_role(*name);
            std::vector<std::string> roles;
            for (const Role r : all_roles()) roles.emplace_back(role_name(r));
            if (!role) throw SpecError(key, unknown_name("role", *name, roles));
            state.role = *role;
        }
    }
}

}  // namespace

std::vector<StateDeclaration> read_states(const Entries& table, const std::string& key,
                                          const std::vector<std::string>& taken) {
    std::vector<StateDeclaration> states;
    for (const NamedValue& item : table.items) {
        const std::string where = key + "." + item.name;
        check_free(item.name, where, taken);
        StateDeclaration state{item.name, 0, default_role(item.name), false};
        if (const auto* x = std::get_if<double>(&item.value.data))
            state.init = *x;
        else if (const auto* options = std::get_if<Entries>(&item.value.data))
            read_table(state, *options, where);
        else
            throw SpecError(where, "found " + describe(item.value) +
                                       "; accepted: a number to begin with, or { init, role, scalar }");
        states.push_back(std::move(state));
    }
    return states;
}

}  // namespace halfstep::formula
