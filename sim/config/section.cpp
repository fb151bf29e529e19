#include "section.hpp"

#include <algorithm>

#include "halfstep/spec/wording.hpp"
#include "python_value.hpp"

namespace halfstep {
namespace {

// DeepSpeed drops "auto" before it validates, unless the section says "strict".
bool drops(const ConfigNode& section, const ConfigNode& value) {
    const ConfigNode* strict = section.find("strict");
    return value.text() && *value.text() == "auto" && !(strict && truthy(*strict));
}

const ConfigNode* find_field(const ConfigNode& section, const Field& field) {
    const ConfigNode* value = field.alias ? section.find(field.alias) : nullptr;
    if (!value || drops(section, *value)) value = section.find(field.name);
    return value && !drops(section, *value) ? value : nullptr;
}

// The field a key belongs to; a name beside its alias belongs to none.
const Field* field_of(const ConfigNode& section, const Section& schema, std::string_view key) {
    for (const Field& field : schema.fields) {
        if (field.alias && key == field.alias) return &field;
        if (key != field.name) continue;
        const ConfigNode* alias = field.alias ? section.find(field.alias) : nullptr;
        return alias && !drops(section, *alias) ? nullptr : &field;
    }
    return nullptr;
}

std::string written_name(const ConfigNode& section, const Field& field) {
    const ConfigNode* alias = field.alias ? section.find(field.alias) : nullptr;
    return alias && !drops(section, *alias) ? field.alias : field.name;
}

std::string unknown_key(const Section& schema, const std::string& key) {
    std::vector<std::string> names;
    for (const Field& field : schema.fields) names.push_back(field.alias ? field.alias : field.name);
    std::string found = "found the key " + in_quotes(key);
    if (const auto nearest = nearest_name(key, names)) found += "; did you mean " + in_quotes(*nearest) + "?";
    return found;
}

}  // namespace

const char* refuse_boolean(const ConfigNode& node) {
    return read_boolean(node) ? nullptr : "true or false";
}

const char* refuse_integer(const ConfigNode& node) {
    return read_integer(node) ? nullptr : "an integer";
}

const char* refuse_text(const ConfigNode& node) {
    return node.text() ? nullptr : "a text";
}

const char* refuse_object(const ConfigNode& node) {
    return node.object() ? nullptr : "an object";
}

const char* refuse_list(const ConfigNode& node) {
    return node.list() ? nullptr : "a list";
}

std::vector<SectionFault> section_faults(const ConfigNode& value, const Section& section, const std::string& path) {
    if (!value.object())
        return {{"section-value-wrong-type", path, "found " + describe(value) + "; accepted: an object"}};
    std::vector<SectionFault> faults;
    for (const Field& field : section.fields) {
        const ConfigNode* node = find_field(value, field);
        if (!node) continue;
        const std::string name = path + "." + written_name(value, field);
        if (field.section) {
            if (node->null() && !field.refuse) continue;
            for (SectionFault& inner : section_faults(*node, *field.section, name)) faults.push_back(std::move(inner));
        } else if (const char* accepted = field.refuse(*node)) {
            faults.push_back({field.rule, name, "found " + describe(*node) + "; accepted: " + accepted});
        }
    }
    std::size_t suggestions = 0;
    for (const ConfigMember& member : *value.object()) {
        if (member.key == "strict" || drops(value, member.value) || field_of(value, section, member.key)) continue;
        // A hundred suggestions are enough for anyone; they cost more than everything else here.
        faults.push_back(
            {"unknown-section-key", path + "." + member.key,
             ++suggestions > 100 ? "found the key " + in_quotes(member.key) : unknown_key(section, member.key)});
    }
    return faults;
}

std::vector<std::string> auto_keys(const ConfigNode& value, const Section& section, const std::string& path) {
    std::vector<std::string> keys;
    if (!value.object()) return keys;
    for (const ConfigMember& member : *value.object()) {
        if (drops(value, member.value)) {
            keys.push_back(path + "." + member.key);
        } else if (const Field* field = field_of(value, section, member.key); field && field->section) {
            for (std::string& key : auto_keys(member.value, *field->section, path + "." + member.key))
                keys.push_back(std::move(key));
        }
    }
    return keys;
}

const ConfigNode* SectionView::written(std::string_view name) const {
    if (!node_ || !node_->object()) return nullptr;
    for (const Field& field : section_->fields)
        if (name == field.name) return find_field(*node_, field);
    return nullptr;
}

bool SectionView::boolean(std::string_view name, bool otherwise) const {
    const ConfigNode* node = written(name);
    return node ? read_boolean(*node).value_or(otherwise) : otherwise;
}

double SectionView::integer(std::string_view name, double otherwise) const {
    const ConfigNode* node = written(name);
    return node ? read_integer(*node).value_or(otherwise) : otherwise;
}

double SectionView::number(std::string_view name, double otherwise) const {
    const ConfigNode* node = written(name);
    return node ? read_number(*node).value_or(otherwise) : otherwise;
}

}  // namespace halfstep
