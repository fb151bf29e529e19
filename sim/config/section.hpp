// The sections that DeepSpeed gives to pydantic models: which keys they have, what each accepts, and
// the typed reading of them. A text "auto" counts as not written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "halfstep/config/config_node.hpp"

namespace halfstep {

struct Section;

// What would be accepted instead, or nullptr for a value that is.
using Refuse = const char* (*)(const ConfigNode&);

struct Field {
    const char* name;
    Refuse refuse;  // nullptr: a section, or null
    const char* rule = "section-value-wrong-type";
    const char* alias = nullptr;  // the name that is usually written
    const Section* section = nullptr;
};

struct Section {
    const char* path;  // "zero_optimization.offload_optimizer"
    std::span<const Field> fields;
};

const Section& fp16_section();
const Section& bf16_section();
const Section& zero_section();
const Section& comms_logger_section();
std::span<const Section> monitor_sections();
const Section& hybrid_engine_section();
std::span<const Section> last_sections();  // in the order they are read

const char* refuse_boolean(const ConfigNode& node);
const char* refuse_integer(const ConfigNode& node);
const char* refuse_text(const ConfigNode& node);
const char* refuse_object(const ConfigNode& node);
const char* refuse_list(const ConfigNode& node);
// The same, and null.
template <Refuse refuse>
const char* or_null(const ConfigNode& node) {
    return node.null() ? nullptr : refuse(node);
}

// A value or key of a section that stops the start-up.
struct SectionFault {
    std::string rule;
    std::string path;
    std::string found;
};

// Everything one validation lists: wrong values in the order of the fields, then unknown keys in the
// order they are written. `path` is where the section stands, which for bf16 may be its old name.
std::vector<SectionFault> section_faults(const ConfigNode& value, const Section& section, const std::string& path);

// Every "auto" of a section, by path.
std::vector<std::string> auto_keys(const ConfigNode& value, const Section& section, const std::string& path);

// A section's values; what is absent, "auto" or unreadable has the default.
class SectionView {
public:
    SectionView(const ConfigNode* node, const Section& section) : node_(node), section_(&section) {}
    const ConfigNode* written(std::string_view name) const;  // nullptr when absent or "auto"
    bool boolean(std::string_view name, bool otherwise) const;
    double integer(std::string_view name, double otherwise) const;
    double number(std::string_view name, double otherwise) const;

private:
    const ConfigNode* node_;
    const Section* section_;
};

}  // namespace halfstep
