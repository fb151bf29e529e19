#include "run_key.hpp"

#include <algorithm>

#include "halfstep/spec/role.hpp"
#include "merge.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

using Parts = std::vector<std::string>;

const Parameter& kind_parameter() {
    static const Parameter kind{"kind", {ValueType::text}, {}, "which"};
    return kind;
}

bool takes(const Parameter& parameter, ValueType type) {
    return std::find(parameter.accepts.begin(), parameter.accepts.end(), type) != parameter.accepts.end();
}

// The family of a top-level table with a kind, and the kind of one that writes none.
struct Family {
    const char* table;
    const std::vector<KindSchema> Catalogue::*kinds;
    const char* otherwise;
};
constexpr Family families[] = {{"model", &Catalogue::models, ""},
                               {"optimizer", &Catalogue::optimizers, ""},
                               {"engine", &Catalogue::engines, default_engine},
                               {"loss_scale", &Catalogue::loss_scalers, default_loss_scale}};

const KindSchema* schema_of(const Tree* table, const std::vector<KindSchema>& kinds, const std::string& otherwise) {
    const Tree* kind = table ? table->find("kind") : nullptr;
    return find_kind(kinds, kind && kind->text() ? *kind->text() : otherwise);
}

std::optional<Parameter> in_section(const KindSchema& section, const std::string& name) {
    const Parameter* parameter = find_parameter(section, name);
    return parameter ? std::optional(*parameter) : std::nullopt;
}

// From parts[at] on, inside a table of a kind.
std::optional<Parameter> in_kind(const Tree* table, const KindSchema* schema, const Parts& parts, std::size_t at,
                                 const Catalogue& catalogue) {
    if (!schema || at >= parts.size()) return std::nullopt;
    if (parts[at] == "kind") return at + 1 == parts.size() ? std::optional(kind_parameter()) : std::nullopt;
    const Parameter* parameter = find_parameter(*schema, parts[at]);
    if (!parameter) return std::nullopt;
    if (at + 1 == parts.size()) return *parameter;
    const Tree* inner = table ? table->find(parts[at]) : nullptr;
    if (const auto* kinds = find_family(catalogue, parameter->family))
        return in_kind(inner, schema_of(inner, *kinds, default_kind(*parameter)), parts, at + 1, catalogue);
    // Of a table of free names, one that is written.
    if (takes(*parameter, ValueType::entries) && at + 2 == parts.size() && inner && inner->find(parts[at + 1]))
        return Parameter{parts[at + 1], {ValueType::number, ValueType::text}, {}, {}};
    return std::nullopt;
}

std::optional<Parameter> in_precision(const Parts& parts) {
    if (parts.size() == 2) {
        if (const auto found = in_section(precision_section(), parts[1])) return found;
        if (find_role(parts[1])) return Parameter{parts[1], {ValueType::text}, {}, {}};
    }
    if (parts.size() == 3 && find_role(parts[1]))
        return in_section(parts[1] == "accumulator" ? accumulator_section() : role_section(), parts[2]);
    return std::nullopt;
}

void add_names(std::vector<std::string>& keys, const std::string& path, const Tree* table, const KindSchema* schema,
               const Catalogue& catalogue) {
    if (!schema) return;
    for (const Parameter& parameter : schema->parameters) {
        keys.push_back(path + "." + parameter.name);
        const Tree* inner = table ? table->find(parameter.name) : nullptr;
        if (const auto* kinds = find_family(catalogue, parameter.family))
            add_names(keys, path + "." + parameter.name, inner, schema_of(inner, *kinds, default_kind(parameter)),
                      catalogue);
    }
}

}  // namespace

std::vector<std::string> key_parts(std::string_view key) {
    Parts parts;
    for (;;) {
        const std::size_t dot = std::min(key.find('.'), key.size());
        parts.emplace_back(key.substr(0, dot));
        if (dot == key.size()) return parts;
        key.remove_prefix(dot + 1);
    }
}

std::optional<Parameter> find_run_key(const Tree& run, const Parts& parts, const Catalogue& catalogue) {
    if (parts.size() < 2) return std::nullopt;
    const std::string& table = parts[0];
    const bool is_program = run.find("program") != nullptr;
    for (const Family& family : families) {
        if (table != family.table) continue;
        if (is_program) return std::nullopt;
        if (table == "optimizer" && parts.size() == 2 && parts[1] == "lr_values")
            return Parameter{"lr_values", {ValueType::numbers}, {}, {}};
        return in_kind(run.find(table), schema_of(run.find(table), catalogue.*family.kinds, family.otherwise), parts, 1,
                       catalogue);
    }
    if (table == "precision") return in_precision(parts);
    if (table == "program")
        return is_program ? in_kind(run.find(table), &program_section(), parts, 1, catalogue) : std::nullopt;
    if (parts.size() != 2) return std::nullopt;
    if (table == "inject") {
        const Tree* list = run.find(table);
        return list && list->list() ? in_section(injection_section(), parts[1]) : std::nullopt;
    }
    if (table == "workers") return in_section(workers_section(), parts[1]);
    if (table == "run" && parts[1] != "seeds") return in_section(run_section(), parts[1]);
    return std::nullopt;
}

std::vector<std::string> run_keys(const Tree& run, const Catalogue& catalogue) {
    std::vector<std::string> keys;
    if (run.find("program")) {
        add_names(keys, "program", nullptr, &program_section(), catalogue);
    } else {
        for (const Family& family : families) {
            const Tree* table = run.find(family.table);
            keys.push_back(std::string(family.table) + ".kind");
            add_names(keys, family.table, table, schema_of(table, catalogue.*family.kinds, family.otherwise),
                      catalogue);
        }
    }
    add_names(keys, "workers", nullptr, &workers_section(), catalogue);
    add_names(keys, "precision", nullptr, &precision_section(), catalogue);
    for (const Role role : all_roles()) keys.push_back("precision." + std::string(role_name(role)));
    add_names(keys, "run", nullptr, &run_section(), catalogue);
    std::erase(keys, "run.seeds");
    return keys;
}

void set_key(Tree& run, const Parts& parts, Tree value, const Place& place, const Catalogue& catalogue) {
    Tree* list = parts.front() == "inject" ? &find_entry(*run.table(), parts.front())->value : nullptr;
    if (!list) {
        std::vector<DroppedEntry> dropped;
        merge_run(run, table_of(parts, std::move(value), place), catalogue, dropped);
        return;
    }
    for (Tree& item : std::get<std::vector<Tree>>(list->data)) {
        if (!item.table()) continue;
        if (Entry* entry = find_entry(*item.table(), parts[1]))
            entry->value = value;
        else
            item.table()->push_back({parts[1], place, value});
    }
}

Tree table_of(const Parts& parts, Tree value, const Place& place) {
    for (auto name = parts.rbegin(); name != parts.rend(); ++name) {
        Tree table;
        table.place = place;
        std::vector<Entry> entries;
        entries.push_back({*name, place, std::move(value)});
        table.data = std::move(entries);
        value = std::move(table);
    }
    return value;
}

}  // namespace halfstep
