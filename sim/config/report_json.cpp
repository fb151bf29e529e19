#include <cmath>
#include <nlohmann/json.hpp>

#include "halfstep/config/config_check.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no NaN or infinities; they are the strings "nan", "inf" and "-inf".
Json number(double x) {
    return std::isfinite(x) ? Json(x) : Json(number_text(x));
}

Json to_json(const ConfigNode& node) {
    struct Words {
        Json operator()(std::monostate) const { return nullptr; }
        Json operator()(bool b) const { return b; }
        Json operator()(std::int64_t i) const { return i; }
        Json operator()(const BigInteger& i) const { return number(i.value); }
        Json operator()(double x) const { return number(x); }
        Json operator()(const std::string& text) const { return text; }
        Json operator()(const ConfigNode::List& list) const {
            Json items = Json::array();
            for (const ConfigNode& item : list) items.push_back(to_json(item));
            return items;
        }
        Json operator()(const ConfigNode::Object& object) const {
            Json members = Json::object();
            for (const ConfigMember& member : object) members[member.key] = to_json(member.value);
            return members;
        }
    };
    return std::visit(Words{}, node.data);
}

// An integer where it is one, as Python prints it.
Json whole(const std::optional<double>& x) {
    if (!x) return nullptr;
    if (std::fabs(*x) < 9e15) return static_cast<std::int64_t>(*x);
    return number(*x);
}

Json to_json(const LossScalerState& s) {
    if (s.kind == "apex") return {{"kind", s.kind}, {"options", to_json(s.options)}};
    return {{"kind", s.kind},
            {"initial_scale", number(s.initial_scale)},
            {"window", whole(s.window)},
            {"hysteresis", whole(s.hysteresis)},
            {"consecutive_hysteresis", s.consecutive_hysteresis ? Json(*s.consecutive_hysteresis) : Json()},
            {"min_scale", whole(s.min_scale)}};
}

Json to_json(const std::optional<StartedState>& state) {
    if (!state) return nullptr;
    const StartedState& s = *state;
    const auto name = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    Json json = {{"train_batch_size", to_json(s.train_batch_size)},
                 {"micro_batch", to_json(s.micro_batch)},
                 {"gradient_accumulation_steps", to_json(s.gradient_accumulation_steps)},
                 {"gradient_clipping", to_json(s.gradient_clipping)},
                 {"zero_stage", s.zero_stage},
                 {"prescale_gradients", to_json(s.prescale_gradients)},
                 {"gradient_predivide_factor", to_json(s.gradient_predivide_factor)},
                 {"gradient_allreduce_op", s.gradient_allreduce_op}};
    if (s.partial) {
        json["partial"] = true;
        json["optimizer_name"] = name(s.optimizer_name);
        return json;
    }
    json["optimizer"] = name(s.optimizer);
    json["model_dtype"] = s.model_dtype;
    json["communication_data_type"] = s.communication_data_type;
    json["wrapper"] = s.wrapper;
    json["loss_scaler"] = to_json(s.loss_scaler);
    return json;
}

Json to_json(const std::vector<Finding>& findings) {
    Json list = Json::array();
    for (const Finding& f : findings) {
        Json one = {{"rule", f.rule->id},   {"severity", severity_name(f.rule->severity)},
                    {"key", f.key},         {"message", f.message()},
                    {"line", f.place.line}, {"column", f.place.column}};
        if (f.rule->severity != Severity::silent) {
            one["round"] = f.round;
            one["seen_only_after_repair_of"] = f.after_repair_of;
        }
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

nlohmann::ordered_json to_json(const ConfigReport& report) {
    Json json = {{"findings", to_json(report.findings)},
                 {"accepted_silently", to_json(report.silent)},
                 {"resolved", to_json(report.resolved)}};
    if (!report.repairs.empty()) {
        Json changes = Json::object();
        for (const ConfigRepair& repair : report.repairs)
            changes[repair.path] = repair.removes ? Json("DELETE") : to_json(repair.value);
        json["after_repairs"] = {{"changes", std::move(changes)}, {"resolved", to_json(report.after_repairs)}};
    }
    return json;
}

}  // namespace halfstep
