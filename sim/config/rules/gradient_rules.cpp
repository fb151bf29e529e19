// How gradients are summed and clipped.
#include <algorithm>
#include <cmath>

#include "../python_value.hpp"
#include "checks.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr Rule rows[] = {
    {"communication-data-type-invalid", Severity::error, "communication_data_type",
     "anything but the texts fp16, bf16, fp32 in any letter case (null: not given)",
     "stops with a ValueError in parsing, for what is no text with an AttributeError", "refused"},
    {"allreduce-op-invalid", Severity::error, "gradient_allreduce_op", "anything but mean and sum in any letter case",
     "stops with a ValueError in parsing", "refused"},
    {"vocabulary-not-aligned", Severity::warning, "vocabulary_size", "vocabulary_size is no multiple of 8", "warns",
     "none"},
    {"gradient-clipping-default", Severity::silent, "gradient_clipping", "gradient_clipping is not written",
     "clips by the global norm at 1.0",
     "clipping is on; write 0 to switch it off. The value is never validated: negative numbers and text are stored"},
};

// A text of the list, in any case.
bool one_of(const ConfigNode& node, std::initializer_list<const char*> words) {
    if (!node.text()) return false;
    const std::string text = lower(*node.text());
    return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

std::span<const Rule> gradient_rules() {
    return rows;
}

void check_communication_type(const StartUp& start, Hits& hits) {
    for (const char* key : {"communication_data_type", "seq_parallel_communication_data_type"}) {
        const ConfigNode* node = start.written(key);
        if (!node || node->null() || one_of(*node, {"fp16", "bf16", "fp32"})) continue;
        hits.push_back({&rule("communication-data-type-invalid"),
                        key,
                        "found " + describe(*node) + "; accepted: \"fp16\", \"bf16\", \"fp32\"",
                        {removed(key)}});
        return;
    }
}

void check_allreduce_op(const StartUp& start, Hits& hits) {
    const ConfigNode* node = start.written("gradient_allreduce_op");
    if (node && !one_of(*node, {"mean", "sum"}))
        hits.push_back({&rule("allreduce-op-invalid"),
                        "gradient_allreduce_op",
                        "found " + describe(*node) + "; accepted: \"mean\", \"sum\"",
                        {removed("gradient_allreduce_op")}});
}

void check_vocabulary(const StartUp& start, Hits& hits) {
    const ConfigNode* node = start.written("vocabulary_size");
    if (!node || !truthy(*node)) return;
    const auto size = arithmetic(*node);
    if (!size)
        hits.push_back({&rule("unguarded-value"),
                        "vocabulary_size",
                        "found " + describe(*node) + "; accepted: an integer",
                        {removed("vocabulary_size")}});
    else if (!(std::fmod(*size, 8.0) == 0.0))
        hits.push_back({&rule("vocabulary-not-aligned"), "vocabulary_size", "found " + describe(*node)});
}

void note_default_clipping(const StartUp& start, Hits& hits) {
    if (!start.written("gradient_clipping"))
        hits.push_back({&rule("gradient-clipping-default"), "gradient_clipping", "found none"});
}

}  // namespace halfstep
