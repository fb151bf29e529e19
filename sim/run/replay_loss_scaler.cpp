// Recordings of loss scalers: flags in, scale and what else was recorded out, equal to the bit. The scaler
// is recorded into a program as a run records it, and the same machine steps it.
#include <algorithm>
#include <optional>

#include "differences.hpp"
#include "halfstep/program/machine.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/scale/loss_scaler.hpp"
#include "halfstep/spec/wording.hpp"
#include "replay_kinds.hpp"

namespace halfstep {
namespace {

using nlohmann::json;

// A list of [value, count]: value after value.
class RunLengths {
public:
    RunLengths(const FieldReader& read, const json& list, const char* field, std::int64_t length) {
        std::int64_t total = 0;
        read.list(list, field);
        for (std::size_t i = 0; i < list.size(); ++i) {
            const FieldReader at = read.inside(std::string(field) + "[" + std::to_string(i) + "]");
            const json& pair = at.list(list[i], "a value and its count", 2);
            const std::int64_t count = at.integer(pair[1], "the count", 1, length);
            runs_.push_back({at.number(pair[0], "the value"), count});
            total += count;
            if (total > length) break;
        }
        if (total != length)
            read.fail(std::string(field) + " has " +
                      (total > length ? "more than " + std::to_string(length) : std::to_string(total)) +
                      " values; expected " + std::to_string(length) + ", one an update");
    }
    double next() {
        if (left_ == 0) left_ = runs_[++at_].second;
        --left_;
        return runs_[at_].first;
    }

private:
    std::vector<std::pair<double, std::int64_t>> runs_;
    std::size_t at_ = std::size_t(-1);
    std::int64_t left_ = 0;
};

// What is recorded, and where the scaler keeps it.
struct ScalerRecording {
    Configured config;
    int hysteresis = -1, tracker = -1;  // which of the states; -1: none
    bool skips = true;                  // an overflow skips the step
};

class ConfigReader {
public:
    explicit ConfigReader(const RecordingFile& file)
        : read_(file.read.inside("config")), config_(file.read.at(file.root, "config")) {
        if (!config_.is_object()) file.read.fail("config is not an object");
    }
    ConfigReader(FieldReader read, const json& config) : read_(std::move(read)), config_(config) {}

    const FieldReader& read() const { return read_; }
    const json& json_of(const char* key) const { return read_.at(config_, key); }
    double number(const char* key) const { return read_.finite(json_of(key), key); }
    double number_or_none(const char* key) const { return json_of(key).is_null() ? 0.0 : number(key); }
    std::int64_t integer(const char* key) const {
        return read_.integer(json_of(key), key, -1'000'000'000, 1'000'000'000);
    }
    bool boolean(const char* key) const { return read_.boolean(json_of(key), key); }
    const json* find(const char* key) const { return read_.find(config_, key); }

private:
    FieldReader read_;
    const json& config_;
};

Configured scaler(const char* kind, std::vector<NamedValue> options) {
    return configure(*find_kind(builtin_catalogue().loss_scalers, kind), std::move(options));
}

ScalerRecording deepspeed_dynamic(const RecordingFile& file) {
    const ConfigReader c(file);
    return {scaler("deepspeed_hysteresis", {{"init_scale", {c.number("init_scale")}},
                                            {"window", {c.integer("scale_window")}},
                                            {"min_scale", {c.number("min_scale")}},
                                            {"hysteresis", {c.integer("delayed_shift")}},
                                            {"consecutive_hysteresis", {c.boolean("consecutive_hysteresis")}},
                                            {"raise_error_at_min_scale", {c.boolean("raise_error_at_min_scale")}}}),
            3, -1};
}

// The wrappers at stage 0, which have no hysteresis whatever their configuration says (7.4).
ScalerRecording deepspeed_wrapper(const RecordingFile& file) {
    const ConfigReader c(file);
    const std::string& profile = c.read().text(c.json_of("profile"), "profile");
    if (profile != "fused" && profile != "unfused")
        c.read().fail("profile is " + in_quotes(profile) + "; accepted: \"fused\", \"unfused\"");
    const json& args = c.json_of("args");
    double init_scale = profile == "fused" ? 0x1p32 : 0x1p16, min_scale = profile == "fused" ? 1.0 : 0.25;
    std::int64_t window = 1000;
    if (!args.is_null()) {
        if (!args.is_object()) c.read().fail("args is neither null nor an object");
        const ConfigReader given(c.read().inside("args"), args);
        init_scale = given.number("init_scale");
        window = given.integer("scale_window");
        min_scale = given.number("min_scale");
    }
    return {scaler("deepspeed", {{"init_scale", {init_scale}}, {"window", {window}}, {"min_scale", {min_scale}}})};
}

ScalerRecording apex(const RecordingFile& file) {
    const ConfigReader c(file);
    if (const json* fixed = c.find("loss_scale"); fixed && fixed->is_number())
        return {scaler("constant", {{"scale", {c.number("loss_scale")}}}), -1, -1, false};
    return {scaler("apex", {{"init_scale", {c.number("init_scale")}},
                            {"window", {c.integer("scale_window")}},
                            {"min_scale", {c.number_or_none("min_loss_scale")}},
                            {"max_scale", {c.number("max_loss_scale")}}})};
}

ScalerRecording torch_gradscaler(const RecordingFile& file) {
    const ConfigReader c(file);
    std::vector<NamedValue> options = {{"init_scale", {c.number("init_scale")}},
                                       {"growth_factor", {c.number("growth_factor")}},
                                       {"backoff_factor", {c.number("backoff_factor")}},
                                       {"growth_interval", {c.integer("growth_interval")}}};
    if (c.find("hysteresis")) options.push_back({"hysteresis", {c.integer("hysteresis")}});
    return {scaler("torch", std::move(options)), c.find("hysteresis") ? 2 : -1, 1};
}

struct ScalerKind {
    const char* name;
    ScalerRecording (*read)(const RecordingFile&);
};
constexpr ScalerKind scalers[] = {{"deepspeed_dynamic", deepspeed_dynamic},
                                  {"deepspeed_wrapper", deepspeed_wrapper},
                                  {"apex", apex},
                                  {"torch_gradscaler", torch_gradscaler}};

ScalerRecording read_scaler(const RecordingFile& file) {
    const std::string& name = file.read.text(file.read.at(file.root, "scaler"), "scaler");
    std::string accepted;
    for (const ScalerKind& k : scalers) {
        if (name == k.name) return k.read(file);
        accepted += (accepted.empty() ? "\"" : ", \"") + std::string(k.name) + "\"";
    }
    file.read.fail("unknown scaler " + in_quotes(name) + "; accepted: " + accepted);
}

}  // namespace

ReplayResult replay_loss_scaler(const RecordingFile& file) {
    const FieldReader& read = file.read;
    const ScalerRecording recorded = read_scaler(file);
    const std::string& flags = read.text(read.at(file.root, "overflow_flags"), "overflow_flags");
    const auto wrong = flags.find_first_not_of("01");
    if (wrong != std::string::npos)
        read.fail("overflow_flags has " + in_quotes(flags.substr(wrong, 1)) + " at " + std::to_string(wrong) +
                  "; expected a 0 or 1 for each update");
    const auto updates = static_cast<std::int64_t>(flags.size());
    const json* raises = read.find(file.root, "raises_at");
    const std::int64_t raises_at = raises && !raises->is_null()
                                       ? read.integer(*raises, "raises_at", 0, std::max<std::int64_t>(updates - 1, 0))
                                       : -1;
    const std::int64_t kept = raises_at >= 0 ? raises_at : updates;
    RunLengths scales(read, read.at(file.root, "scale_after_rle"), "scale_after_rle", kept);
    std::optional<RunLengths> hysteresis;
    if (const json* list = read.find(file.root, "hysteresis_after_rle"))
        hysteresis.emplace(read, *list, "hysteresis_after_rle", kept);
    if (hysteresis && recorded.hysteresis < 0)
        read.fail("hysteresis_after_rle is recorded of a scaler without hysteresis");

    Builder b(1);
    const Host flag = b.host_state("overflow", 0.0);
    const RecordedScaler scaler(b, recorded.config);
    scaler.update(b, flag);
    const auto machine = make_emulated(b.program(), find_preset("fp32")->make());
    const auto state = [&](int i) { return machine->host(scaler.state(std::size_t(i)).id); };

    ReplayResult result;
    result.name = file.name;
    Differences differences(result);
    for (std::int64_t t = 0; t < updates; ++t) {
        machine->set_host(flag.id, flags[std::size_t(t)] == '1' ? 1.0 : 0.0);
        machine->step();
        differences.at("update " + std::to_string(t));
        if (scaler.failed().id != no_value && machine->host(scaler.failed().id) != 0.0) {
            result.error = scaler.row().failure;
            differences.words("end", raises_at == t ? "an error" : "an update", "an error");
            return result;
        }
        if (t == raises_at) {
            differences.words("end", "an error", "an update");
            return result;
        }
        differences.number("scale", scales.next(), state(0), 0, 0);
        if (hysteresis) differences.number("hysteresis", hysteresis->next(), state(recorded.hysteresis), 0, 0);
    }
    differences.at("the end");
    if (const json* tracker = read.find(file.root, "growth_tracker_final")) {
        if (recorded.tracker < 0) read.fail("growth_tracker_final is recorded of a scaler without one");
        differences.number("growth_tracker", read.number(*tracker, "growth_tracker_final"), state(recorded.tracker), 0,
                           0);
    }
    if (const json* matches = read.find(file.root, "skipped_matches_flags"))
        differences.words("skipped_matches_flags", read.boolean(*matches, "skipped_matches_flags") ? "true" : "false",
                          recorded.skips || flags.find('1') == std::string::npos ? "true" : "false");
    return result;
}

}  // namespace halfstep
