#include "halfstep/config/config_file.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "halfstep/spec/wording.hpp"
#include "text_cursor.hpp"

namespace halfstep {
namespace {

// What nlohmann's parser tells, made into nodes. Containers under construction are a stack of their
// own, so depth is a count and no recursion.
class NodeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
    NodeBuilder(TextCursor& cursor, ConfigFile& file) : cursor_(cursor), file_(file) {}

    bool null() override { return put(std::monostate()); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put_number(value); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > std::uint64_t(INT64_MAX)) return put_number(BigInteger{static_cast<double>(value)});
        return put_number(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t value, const string_t& text) override {
        if (text.find_first_of(".eE") == std::string::npos) return put_number(BigInteger{value});
        return put_number(value);
    }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(ConfigNode::Object()); }
    bool start_array(std::size_t) override { return open(ConfigNode::List()); }
    bool key(string_t& value) override {
        open_.back().key = std::move(value);
        open_.back().key_place = cursor_.token();
        return true;
    }
    bool end_object() override {
        find_duplicates(*open_.back().node.object());
        return close();
    }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t, const std::string& found, const nlohmann::json::exception& error) override {
        // "[json.exception.parse_error.101] parse error at line 1, column 5: what went wrong"
        std::string message = error.what();
        const std::size_t start = message.find(": ");
        if (start != std::string::npos) message.erase(0, start + 2);
        // What was read is said below, in quotes of ours: it may be any bytes.
        if (const std::size_t read = message.find("; last read: '"); read != std::string::npos) {
            const std::size_t expected = message.find("'; expected", read);
            message.erase(read, expected == std::string::npos ? std::string::npos : expected + 1 - read);
        }
        std::string shown = found;
        std::replace_if(
            shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
        throw ConfigError({file_.name, cursor_.here().line, cursor_.here().column},
                          "this is not JSON: " + message + (shown.empty() ? "" : "; found " + in_quotes(shown)));
    }

private:
    struct Open {
        ConfigNode node;
        std::string key;  // of the member that comes next
        ConfigPlace key_place;
        std::string path;  // of this container
    };

    template <class T>
    bool put_number(T value) {
        if (const auto stands_for = cursor_.take_substitute()) return add({stands_for->data, {}});
        return put(std::move(value));
    }
    template <class T>
    bool put(T value) {
        return add({std::move(value), {}});
    }

    bool add(ConfigNode node) {
        if (open_.empty()) {
            file_.root = std::move(node);
            return true;
        }
        Open& top = open_.back();
        if (++values_ > most_config_values)
            fail("more than " + std::to_string(most_config_values) + " values; no configuration has so many");
        node.place = top.node.object() ? top.key_place : cursor_.token();
        if (auto* list = std::get_if<ConfigNode::List>(&top.node.data))
            list->push_back(std::move(node));
        else
            top.node.object()->push_back({std::move(top.key), std::move(node)});
        return true;
    }

    template <class Container>
    bool open(Container container) {
        if (open_.size() >= deepest_config_nesting)
            fail("more than " + std::to_string(deepest_config_nesting) + " objects and lists inside each other");
        std::string path = open_.empty() ? "" : path_of(open_.back().key);
        open_.push_back({{std::move(container), {}}, {}, {}, std::move(path)});
        return true;
    }
    bool close() {
        ConfigNode node = std::move(open_.back().node);
        open_.pop_back();
        return add(std::move(node));
    }

    std::string path_of(const std::string& key) const {
        const std::string& path = open_.back().path;
        return path.empty() ? key : path + "." + key;
    }

    void find_duplicates(const ConfigNode::Object& members) {
        std::map<std::string_view, int> count;
        for (const ConfigMember& member : members) ++count[member.key];
        DuplicateKeys found;
        for (auto member = members.rbegin(); member != members.rend(); ++member)
            if (int& times = count[member->key]; times > 1) {
                found.keys.push_back({path_of(member->key), member->value.place});
                times = 0;
            }
        std::reverse(found.keys.begin(), found.keys.end());
        if (!found.keys.empty()) file_.duplicates.push_back(std::move(found));
    }

    [[noreturn]] void fail(const std::string& message) const {
        throw ConfigError({file_.name, cursor_.token().line, cursor_.token().column}, message);
    }

    TextCursor& cursor_;
    ConfigFile& file_;
    std::vector<Open> open_;
    std::size_t values_ = 0;
};

}  // namespace

ConfigFile read_config(std::string_view text, const std::string& file) {
    ConfigFile result;
    result.name = file;
    if (text.size() > config_limit)
        throw ConfigError({file, 1, 1}, "is larger than " + std::to_string(config_limit >> 20) + " MiB");
    TextCursor cursor(text);
    NodeBuilder builder(cursor, result);
    nlohmann::json::sax_parse(TextIterator(cursor), TextIterator(), &builder);
    if (!result.root.object())
        throw ConfigError({file, 1, 1},
                          "found " + describe(result.root) + "; a configuration is an object, { \"key\": value, ... }");
    return result;
}

bool looks_like_config(std::string_view text, const std::string& file) {
    const auto ends_with = [&](std::string_view extension) {
        return file.size() > extension.size() &&
               std::string_view(file).substr(file.size() - extension.size()) == extension;
    };
    if (ends_with(".json")) return true;
    if (ends_with(".toml")) return false;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

}  // namespace halfstep
