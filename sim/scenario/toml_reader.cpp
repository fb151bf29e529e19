#include "toml_reader.hpp"

#include <algorithm>
#include <tuple>

// Header-only in this one file: the shared library of some distributions is built without NDEBUG
// (CMakeLists.txt defines it here), and is one more thing to load at start-up.
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "halfstep/spec/wording.hpp"
#include "toml_scan.hpp"

namespace halfstep {

namespace {

class Convert {
public:
    Convert(const InputNames& inputs, int set) : inputs_(inputs), set_(set) {}

    Place place(const toml::source_position& position) const {
        return {static_cast<int>(position.line), static_cast<int>(position.column), set_};
    }

    Tree operator()(const toml::node& node) const {
        Tree tree;
        tree.place = place(node.source().begin);
        if (const auto* table = node.as_table()) {
            tree.data = entries(*table);
        } else if (const auto* array = node.as_array()) {
            std::vector<Tree> list;
            list.reserve(array->size());
            for (const toml::node& item : *array) list.push_back((*this)(item));
            tree.data = std::move(list);
        } else if (const auto* text = node.as_string()) {
            tree.data = checked(text->get(), tree.place);
        } else if (const auto* integer = node.as_integer()) {
            tree.data = integer->get();
        } else if (const auto* number = node.as_floating_point()) {
            tree.data = number->get();
        } else if (const auto* boolean = node.as_boolean()) {
            tree.data = boolean->get();
        } else {
            inputs_.fail(tree.place, "a date or time; no key accepts one");  // scan_toml() lets none pass
        }
        return tree;
    }

private:
    std::vector<Entry> entries(const toml::table& table) const {
        std::vector<Entry> result;
        result.reserve(table.size());
        for (auto&& [key, value] : table)
            result.push_back({std::string(key.str()), place(key.source().begin), (*this)(value)});
        // toml++ sorts by name; errors are better found in the order of the file.
        std::sort(result.begin(), result.end(), [](const Entry& a, const Entry& b) {
            return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
        });
        return result;
    }

    // Escapes can write what the text itself may not contain.
    const std::string& checked(const std::string& text, const Place& place) const {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F)
                inputs_.fail(place, "a string with a control character is not accepted");
        }
        return text;
    }

    const InputNames& inputs_;
    int set_;
};

Tree read(std::string_view text, const InputNames& inputs, int set) {
    scan_toml(text, inputs, set);
    const Convert convert(inputs, set);
    try {
        const toml::table root = toml::parse(text);
        Tree tree = convert(root);
        tree.place = {1, 1, set};
        return tree;
    } catch (const toml::parse_error& error) {
        // "Error while parsing key-value pair: cannot redefine ...": the place says the first half.
        std::string_view message = error.description();
        if (const auto colon = message.find(": "); message.starts_with("Error while parsing ") && colon != message.npos)
            message.remove_prefix(colon + 2);
        inputs.fail(convert.place(error.source().begin), std::string(message));
    }
}

bool is_bare_word(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '+' || c == '/' ||
               c == '{' || c == '}';
    });
}

}  // namespace

Tree read_toml(std::string_view text, const InputNames& inputs) {
    return read(without_byte_order_mark(text), inputs, -1);
}

std::string_view without_byte_order_mark(std::string_view text) {
    return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

Tree read_set_value(std::string_view text, const InputNames& inputs, int set) {
    const Place place{1, 1, set};
    if (text.find_first_of("\r\n") != std::string_view::npos) inputs.fail(place, "a value is one line");
    try {
        const Tree tree = read("value = " + std::string(text), inputs, set);
        if (const Tree* value = tree.find("value"); value && tree.table()->size() == 1) return *value;
    } catch (const ScenarioError&) {
        if (is_bare_word(text)) {
            Tree word;
            word.place = place;
            word.data = std::string(text);
            return word;
        }
    }
    inputs.fail(place, "found " + in_quotes(text) + "; accepted: a TOML value or a word");
}

}  // namespace halfstep
