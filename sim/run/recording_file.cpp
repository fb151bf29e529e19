#include "recording_file.hpp"

namespace halfstep {

using nlohmann::json;

namespace {

constexpr int deepest = 16;  // a recording nests seven levels

json parsed(const std::string& text, const FieldReader& read) {
    const json::parser_callback_t shallow = [&](int depth, json::parse_event_t, json&) {
        if (depth > deepest) read.fail("is nested deeper than any recording");
        return true;
    };
    try {
        return json::parse(text, shallow);
    } catch (const json::exception& e) {
        // The message ends with what was read last, which may be a long text.
        read.fail("no JSON: " + std::string(e.what()).substr(0, 200));
    }
}

}  // namespace

RecordingFile::RecordingFile(const std::string& text, const std::string& file) : read(file), root(parsed(text, read)) {
    if (!root.is_object() || read.at(root, "format_version") != json(1)) read.fail("\"format_version\" is not 1");
    kind = read.text(read.at(root, "kind"), "kind");
    const json* given = read.find(root, "name");
    name = given ? read.text(*given, "name") : file;
}

}  // namespace halfstep
