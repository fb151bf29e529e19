#include <limits>

#include "covered.hpp"
#include "digest_of_run.hpp"
#include "halfstep/run/catalogue.hpp"

namespace halfstep::digests {
namespace {

constexpr std::int64_t steps = 20, freeze_step = 6;

Value list(std::initializer_list<Value> values) {
    return {std::vector<Value>(values)};
}

// What kinds require, which have no defaults to fall back on.
std::vector<NamedValue> required_values(const std::string& family, const std::string& kind) {
    if (family == "model" && kind == "mlp")
        return {{"layers", list({{std::int64_t(2)}, {std::int64_t(7)}, {std::int64_t(2)}})}};
    if (family == "model" && kind == "formula")
        return {{"parameters", {Entries{{{"x", list({{1.0}, {-0.7}, {0.3}})}}}}}, {"loss", {"sum((x - 0.3)^2) / 3"}}};
    if (family == "optimizer" && kind == "formula") return {{"update", {"w = w - lr*(g + 0.1*g*abs(g))"}}};
    if (family == "data" && kind == "table") {
        const Value rows = list({list({{0.1}, {0.9}}), list({{0.8}, {0.2}}), list({{-0.5}, {0.4}})});
        return {{"x", rows}, {"y", list({list({{1.0}, {0.0}}), list({{0.0}, {1.0}}), list({{1.0}, {0.0}})})}};
    }
    if (family == "compressor") return {{"k", {std::int64_t{3}}}};
    if (kind == "static") return {{"scale", {1024.0}}};
    return {};
}

Configured chosen(const std::string& family, const std::string& kind) {
    const KindSchema* schema = find_kind(*find_family(builtin_catalogue(), family), kind);
    std::vector<NamedValue> given;
    for (const NamedValue& value : required_values(family, kind))
        if (find_parameter(*schema, value.name)) given.push_back(value);
    Configured configured = configure(*schema, std::move(given));
    // What happens after a warm-up happens within the few steps.
    for (const char* name : {"freeze_step", "var_freeze_step"})
        if (configured.has(name)) configured.set(name, {freeze_step});
    return configured;
}

RunSpec small_run(const std::string& model, const std::string& optimizer, const std::string& preset) {
    RunSpec spec;
    spec.scenario = "digest";
    spec.run = "base";
    spec.model = chosen("model", model);
    spec.workers = 3;
    spec.batch = spec.model.has("data") ? 5 : 0;
    spec.optimizer = chosen("optimizer", optimizer);
    spec.engine = chosen("engine", "plain");
    spec.loss_scale = chosen("loss_scale", "none");
    spec.preset = preset;
    spec.precision = find_preset(preset)->make();
    spec.steps = steps;
    return spec;
}

void add_run(Lines& lines, const std::string& name, RunSpec spec) {
    lines.push_back({name, [spec = std::move(spec)] { return digest_of_run(spec, 1); }});
}

// Where not every pair goes together: what is refused is refused everywhere.
void add_run_or_refusal(Lines& lines, const std::string& name, RunSpec spec) {
    lines.push_back({name, [spec = std::move(spec)]() -> std::string {
                         try {
                             check_buildable(spec, 1);
                         } catch (const SpecError&) {
                             return "refused";
                         }
                         return digest_of_run(spec, 1);
                     }});
}

}  // namespace

void add_registries(Lines& lines) {
    const Catalogue& catalogue = builtin_catalogue();
    for (const KindSchema& optimizer : catalogue.optimizers)
        for (const Preset& preset : presets())
            add_run(lines, "optimizer " + optimizer.name + " " + std::string(preset.name),
                    small_run("mlp", optimizer.name, std::string(preset.name)));

    for (const KindSchema& compressor : catalogue.compressors)
        for (const char* preset : {"fp16", "bf16_pure", "fp32"}) {
            RunSpec spec = small_run("mlp", "compressed_sgd", preset);
            spec.optimizer.set("compressor", {chosen("compressor", compressor.name)});
            add_run(lines, "compressor " + compressor.name + " " + preset, spec);
        }

    for (const KindSchema& engine : catalogue.engines)
        for (const KindSchema& optimizer : catalogue.optimizers)
            for (const char* preset : {"fp16", "bf16", "fp32"}) {
                RunSpec spec = small_run("mlp", optimizer.name, preset);
                spec.engine = chosen("engine", engine.name);
                if (spec.preset == "fp16") spec.loss_scale = chosen("loss_scale", "deepspeed");
                add_run_or_refusal(lines, "engine " + engine.name + " " + optimizer.name + " " + preset, spec);
            }

    for (const KindSchema& scaler : catalogue.loss_scalers) {
        RunSpec spec = small_run("mlp", "adam", "fp16");
        spec.loss_scale = chosen("loss_scale", scaler.name);
        spec.steps = 60;
        for (const std::int64_t step : {3, 4, 11, 40})
            spec.injections.push_back({step, 1, 2, std::numeric_limits<double>::infinity()});
        add_run(lines, "loss scaler " + scaler.name, spec);
    }

    for (const KindSchema& model : catalogue.models)
        for (const Preset& preset : presets())
            add_run(lines, "model " + model.name + " " + std::string(preset.name),
                    small_run(model.name, "adam", std::string(preset.name)));

    for (const KindSchema& data : catalogue.data)
        for (const KindSchema& model : catalogue.models) {
            if (!find_parameter(model, "data")) continue;
            RunSpec spec = small_run(model.name, "momentum", "bf16");
            spec.model.set("data", {chosen("data", data.name)});
            spec.batch = 1;
            add_run_or_refusal(lines, "data " + data.name + " " + model.name, spec);
        }

    for (const Arithmetic arithmetic : {Arithmetic::binary64, Arithmetic::multiprecision}) {
        RunSpec spec = small_run("mlp", "adam", "fp32");
        spec.arithmetic = arithmetic;
        add_run(lines, arithmetic == Arithmetic::binary64 ? "reference binary64" : "reference multiprecision", spec);
    }
}

}  // namespace halfstep::digests
