#include "halfstep/config/config_node.hpp"

#include <algorithm>

#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

// The first name of a path and what follows it.
std::pair<std::string_view, std::string_view> split(std::string_view path) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return {path, {}};
    return {path.substr(0, dot), path.substr(dot + 1)};
}

}  // namespace

const ConfigNode* ConfigNode::find(std::string_view key) const {
    const Object* members = object();
    if (!members) return nullptr;
    for (auto member = members->rbegin(); member != members->rend(); ++member)
        if (member->key == key) return &member->value;
    return nullptr;
}

const ConfigNode* ConfigNode::at(std::string_view path) const {
    const ConfigNode* node = this;
    while (node && !path.empty()) {
        const auto [name, rest] = split(path);
        node = node->find(name);
        path = rest;
    }
    return node;
}

const ConfigNode& ConfigNode::nearest(std::string_view path) const {
    const ConfigNode* node = this;
    while (!path.empty()) {
        const auto [name, rest] = split(path);
        const ConfigNode* next = node->find(name);
        if (!next) break;
        node = next;
        path = rest;
    }
    return *node;
}

void ConfigNode::set(std::string_view path, ConfigNode value) {
    if (path.empty()) {
        data = std::move(value.data);
        return;
    }
    const auto [name, rest] = split(path);
    if (!object()) data = Object{};
    for (auto member = object()->rbegin(); member != object()->rend(); ++member)
        if (member->key == name) return member->value.set(rest, std::move(value));
    object()->push_back({std::string(name), {{}, place}});
    object()->back().value.set(rest, std::move(value));
}

void ConfigNode::remove(std::string_view path) {
    const auto [name, rest] = split(path);
    if (!object()) return;
    if (rest.empty()) {
        std::erase_if(*object(), [&, wanted = name](const ConfigMember& m) { return m.key == wanted; });
        return;
    }
    for (ConfigMember& member : *object())
        if (member.key == name) member.value.remove(rest);
}

std::string describe(const ConfigNode& node) {
    struct Words {
        std::string operator()(std::monostate) const { return "null"; }
        std::string operator()(bool b) const { return b ? "true" : "false"; }
        std::string operator()(std::int64_t i) const { return std::to_string(i); }
        std::string operator()(const BigInteger& i) const { return number_text(i.value); }
        std::string operator()(double x) const { return describe(Value{x}); }
        std::string operator()(const std::string& text) const { return in_quotes(text); }
        std::string operator()(const ConfigNode::List& list) const {
            return list.empty() ? "an empty list" : "a list of " + std::to_string(list.size());
        }
        std::string operator()(const ConfigNode::Object&) const { return "an object"; }
    };
    return std::visit(Words{}, node.data);
}

}  // namespace halfstep
