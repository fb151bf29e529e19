#include "section_reader.hpp"

#include <algorithm>

#include "halfstep/spec/wording.hpp"
#include "merge.hpp"

namespace halfstep {

namespace {

std::vector<std::string> names_of(const std::vector<KindSchema>& kinds) {
    std::vector<std::string> names;
    for (const KindSchema& kind : kinds) names.push_back(kind.name);
    return names;
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

bool contains(std::span<const std::string> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string below(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
}

// `schema` with the values of a default in place of its own defaults.
KindSchema with_defaults(KindSchema schema, const Configured& defaults) {
    for (Parameter& parameter : schema.parameters)
        for (const NamedValue& named : defaults.parameters)
            if (named.name == parameter.name) parameter.default_value = named.value;
    return schema;
}

}  // namespace

void SectionReader::fail(const Place& place, const std::string& path, const std::string& message) const {
    inputs_.fail(place, (path.empty() ? "" : path + ": ") + message +
                            (run_.empty() ? "" : " (in variant " + in_quotes(run_) + ")"));
}

Configured SectionReader::read(const Tree* table, const Place& fallback, const KindSchema& schema,
                               const std::string& path, std::span<const std::string> extras) const {
    return resolve(table, fallback, schema, path, false, extras);
}

Configured SectionReader::read_kind(const Tree* table, const Place& fallback, const std::vector<KindSchema>& kinds,
                                    const std::string& path, const std::string& otherwise,
                                    std::span<const std::string> extras) const {
    if (table && !table->table()) fail(table->place, path, "found " + describe(*table) + "; accepted: a table");
    const Tree* written = table ? table->find("kind") : nullptr;
    if (!written && otherwise.empty())
        fail(table ? table->place : fallback, path, "missing \"kind\"; accepted: " + join(names_of(kinds)));
    if (written && !written->text())
        fail(written->place, path + ".kind", "found " + describe(*written) + "; accepted: " + join(names_of(kinds)));
    const std::string& kind = written ? *written->text() : otherwise;
    const KindSchema* schema = find_kind(kinds, kind);
    if (!schema) fail(written ? written->place : fallback, path + ".kind", unknown_name("kind", kind, names_of(kinds)));
    return resolve(table, fallback, *schema, path, true, extras);
}

Configured SectionReader::resolve(const Tree* table, const Place& fallback, const KindSchema& schema,
                                  const std::string& path, bool has_kind, std::span<const std::string> extras) const {
    static const std::vector<Entry> nothing;
    if (table && !table->table()) fail(table->place, path, "found " + describe(*table) + "; accepted: a table");
    const std::vector<Entry>& entries = table ? *table->table() : nothing;
    std::vector<NamedValue> given;
    for (const Entry& entry : entries) {
        if ((has_kind && entry.key == "kind") || contains(extras, entry.key)) continue;
        const Parameter* parameter = find_parameter(schema, entry.key);
        // What the schema does not know is handed on as it is, for configure() to refuse.
        given.push_back({entry.key, parameter ? to_value(entry.value, *parameter, below(path, entry.key)) : Value{}});
        if (!parameter) break;
    }
    try {
        return configure(schema, std::move(given));
    } catch (const SchemaError& error) {
        const Entry* entry = find_entry(entries, error.parameter());
        if (error.fault() == SchemaError::Fault::unknown && entry) {
            std::vector<std::string> names;
            if (has_kind) names.push_back("kind");
            for (const Parameter& parameter : schema.parameters) names.push_back(parameter.name);
            names.insert(names.end(), extras.begin(), extras.end());
            const std::string where = has_kind ? path + " of kind " + in_quotes(schema.name) : path;
            fail(entry->place, where, unknown_name("key", entry->key, names));
        }
        const Parameter* parameter = find_parameter(schema, error.parameter());
        if (entry && parameter) fail_refused(entry->value, *parameter, below(path, error.parameter()), error);
        fail(table ? table->place : fallback, path, error.what());
    }
}

Value SectionReader::to_value(const Tree& tree, const Parameter& parameter, const std::string& path) const {
    const auto refuse_type = [&]() -> Value {
        // No Value says that a table was found, so the sentence is put together here.
        fail(tree.place, path,
             "found " + describe(tree) + "; accepted: " + refuse(parameter, Value{Configured{}}).value_or(""));
    };
    struct Read {
        const SectionReader& reader;
        const Tree& tree;
        const Parameter& parameter;
        const std::string& path;
        decltype(refuse_type)& refuse_it;
        Value operator()(bool b) const { return {b}; }
        Value operator()(std::int64_t i) const { return {i}; }
        Value operator()(double x) const { return {x}; }
        Value operator()(const std::string& text) const { return {text}; }
        Value operator()(const std::vector<Tree>& list) const {
            std::vector<Value> values;
            values.reserve(list.size());
            for (std::size_t i = 0; i < list.size(); ++i) values.push_back(reader.to_value(list[i], parameter, path));
            return {std::move(values)};
        }
        Value operator()(const std::vector<Entry>&) const {
            const auto& accepts = parameter.accepts;
            const auto takes = [&](ValueType type) {
                return std::find(accepts.begin(), accepts.end(), type) != accepts.end();
            };
            if (takes(ValueType::entries)) return reader.to_entries(tree, parameter, path);
            if (!takes(ValueType::configured)) return refuse_it();
            return reader.to_configured(tree, parameter, path);
        }
    };
    return std::visit(Read{*this, tree, parameter, path, refuse_type}, tree.data);
}

Value SectionReader::to_entries(const Tree& tree, const Parameter& parameter, const std::string& path) const {
    Entries entries;
    for (const Entry& entry : *tree.table()) {
        if (!is_free_name(entry.key))
            fail(entry.place, path,
                 entry.key == "kind" ? "a table of free names has no kind"
                                     : "found the name " + in_quotes(entry.key) +
                                           "; accepted: a letter or \"_\", then letters, digits and \"_\"");
        entries.items.push_back({entry.key, to_value(entry.value, parameter, below(path, entry.key))});
        if (const auto accepted = refuse(parameter, Value{Entries{{entries.items.back()}}}))
            fail(entry.value.place, below(path, entry.key),
                 "found " + describe(entry.value) +
                     "; accepted: a finite number, true or false, a text, a list or "
                     "table of numbers, a table of such values");
    }
    return {std::move(entries)};
}

Value SectionReader::to_configured(const Tree& tree, const Parameter& parameter, const std::string& path) const {
    const std::vector<KindSchema>* kinds = find_family(catalogue_, parameter.family);
    if (!kinds) fail(tree.place, path, "no kinds of " + in_quotes(parameter.family) + " are known");
    // A part of the default's table changes the default: what is not written stays as it is there.
    const std::string kind = default_kind(parameter);
    const KindSchema* schema = tree.find("kind") ? nullptr : find_kind(*kinds, kind);
    if (!schema) return {read_kind(&tree, tree.place, *kinds, path)};
    const Configured& defaults = std::get<Configured>(parameter.default_value->data);
    return {resolve(&tree, tree.place, with_defaults(*schema, defaults), path, true, {})};
}

Value SectionReader::read_value(const Tree& tree, const Parameter& parameter, const std::string& path) const {
    const Configured one = [&] {
        const KindSchema schema{"value", {}, {parameter}};
        try {
            return configure(schema, {{parameter.name, to_value(tree, parameter, path)}});
        } catch (const SchemaError& error) {
            fail_refused(tree, parameter, path, error);
        }
    }();
    return one.parameters.front().value;
}

// At the value, or at the first item of a list that would be refused alone.
void SectionReader::fail_refused(const Tree& tree, const Parameter& parameter, const std::string& path,
                                 const SchemaError& error) const {
    const bool takes_lists = !refuse(parameter, Value{std::vector<Value>{}});
    if (const auto* list = tree.list(); list && takes_lists) {
        for (const Tree& item : *list) {
            const auto accepted = refuse(parameter, Value{std::vector<Value>{to_value(item, parameter, path)}});
            if (accepted) fail(item.place, path, "found " + describe(item) + " in the list; accepted: " + *accepted);
        }
    }
    fail(tree.place, path, error.what());
}

std::vector<const Tree*> SectionReader::read_tables(const Tree* list, const std::string& path) const {
    std::vector<const Tree*> tables;
    if (!list) return tables;
    if (!list->list()) fail(list->place, path, "found " + describe(*list) + "; accepted: a list of tables");
    for (const Tree& item : *list->list()) {
        if (!item.table())
            fail(item.place, path + "[" + std::to_string(tables.size()) + "]",
                 "found " + describe(item) + "; accepted: a table");
        tables.push_back(&item);
    }
    return tables;
}

}  // namespace halfstep
