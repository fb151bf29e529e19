#include "halfstep/report/differences.hpp"

#include <nlohmann/json.hpp>

#include "halfstep/spec/json.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
    constexpr std::size_t longest = 60;
    if (value.is_null()) return "none";
    if (value.is_number_float()) return number_text(value.get<double>());
    std::string text =
        value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() <= longest) return text;
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
    return text.substr(0, end) + "…";
}

// "fp16", "fp16, saturating", "fp16, subnormals flushed", "not rounded"
std::string text_of(const RoleRounding& rounding) {
    if (!rounding) return "not rounded";
    std::string text = rounding->format.name;
    if (rounding->overflow != rounding->format.default_overflow())
        text += rounding->overflow == Overflow::saturate   ? ", saturating"
                : rounding->overflow == Overflow::infinity ? ", overflow to infinity"
                                                           : ", overflow to NaN";
    if (rounding->subnormals == Subnormals::flush) text += ", subnormals flushed";
    if (rounding->subnormal_inputs == Subnormals::flush) text += ", subnormal operands flushed";
    if (rounding->mode != RoundingMode::ties_to_even)
        text += ", " + std::string(rounding_modes()[static_cast<std::size_t>(rounding->mode)].name);
    if (rounding->mode == RoundingMode::stochastic && rounding->random_bits != 32)
        text += " with " + std::to_string(rounding->random_bits) + " random bits";
    return text;
}

// "chunked, 64 terms each"
std::string text_of(const Summation& sum) {
    std::string text(sum_orders()[static_cast<std::size_t>(sum.order)]);
    const bool chunks = sum.order != SumOrder::ordered && sum.order != SumOrder::kahan;
    return chunks ? text + ", " + std::to_string(sum.chunk) + (sum.chunk == 1 ? " term each" : " terms each") : text;
}

void compare(std::vector<Difference>& out, const std::string& key, const Json& before, const Json& after) {
    if (before == after) return;
    if (!before.is_object() || !after.is_object()) {
        out.push_back({key, text_of(before), text_of(after)});
        return;
    }
    const bool other_kind = before.contains("kind") && after.contains("kind") && before["kind"] != after["kind"];
    for (const auto& [name, value] : after.items()) {
        const std::string inner = key.empty() ? name : key + "." + name;
        if (before.contains(name))
            compare(out, inner, before[name], value);
        else
            out.push_back({inner, "", text_of(value)});
    }
    if (other_kind) return;
    for (const auto& [name, value] : before.items())
        if (!after.contains(name)) out.push_back({key.empty() ? name : key + "." + name, text_of(value), ""});
}

void compare_precision(std::vector<Difference>& out, const RunSpec& base, const RunSpec& variant) {
    const Preset* preset = base.preset == variant.preset ? nullptr : find_preset(variant.preset);
    const Precision usual = preset ? preset->make() : base.precision;
    for (const Role role : all_roles())
        if (variant.precision[role] != usual[role])
            out.push_back({"precision." + std::string(role_name(role)), text_of(base.precision[role]),
                           text_of(variant.precision[role])});
    if (variant.precision.summation != usual.summation)
        out.push_back(
            {"precision.accumulator.sum", text_of(base.precision.summation), text_of(variant.precision.summation)});
}

}  // namespace

std::vector<Difference> differences(const RunSpec& base, const RunSpec& variant) {
    std::vector<Difference> out;
    Json before = to_json(base), after = to_json(variant);
    for (Json* json : {&before, &after})
        for (const char* name : {"scenario", "run", "precision", "preset"}) json->erase(name);
    if (base.preset != variant.preset) out.push_back({"precision.preset", base.preset, variant.preset});
    compare_precision(out, base, variant);
    compare(out, "", before, after);
    return out;
}

}  // namespace halfstep
