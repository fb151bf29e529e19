#include "recording.hpp"

#include <algorithm>

#include "halfstep/run/catalogue.hpp"

namespace halfstep {

using nlohmann::json;

namespace {

constexpr std::string_view wrappers[] = {"none", "fp16_fused", "bf16_fused", "fp16_unfused", "bf16_unfused"};

}  // namespace

Recording::Recording(RecordingFile file) : file_(std::move(file)) {
    trajectory_ = read().list(read().at(file_.root, "trajectory"), "trajectory");
    if (trajectory_.empty()) read().fail("\"trajectory\" has no entries");
    const json* steps = read().find(file_.root, "steps");
    steps_ = steps ? read().integer(*steps, "steps", 1, most_in_recording) : std::int64_t(trajectory_.size());
    if (const json* raises = read().find(file_.root, "raises_at"); raises && !raises->is_null()) {
        raises_at_ = read().integer(*raises, "raises_at", 1, steps_ - 1);
        read().list(trajectory_, "trajectory", std::size_t(*raises_at_));
    } else {
        read().list(trajectory_, "trajectory", std::size_t(steps_));
    }
}

std::vector<ParameterGroup> Recording::groups() const {
    std::vector<ParameterGroup> out;
    if (!read().find(file_.root, "param_groups")) {
        out.emplace_back();
        const json& tensors = read().list(read().at(read().at(file_.root, "problem"), "tensors"), "tensors");
        for (std::size_t k = 0; k < tensors.size(); ++k) out[0].tensors.push_back(int(k));
        return out;
    }
    for (const json& g : read().list(read().at(file_.root, "param_groups"), "param_groups")) {
        ParameterGroup group;
        for (const json& t : read().list(read().at(g, "tensors"), "tensors of a group"))
            group.tensors.push_back(int(read().integer(t, "tensors of a group", 0, most_in_recording)));
        if (const json* decay = read().find(g, "weight_decay"))
            group.overrides.push_back({"weight_decay", {read().finite(*decay, "weight_decay")}});
        if (const json* mask = read().find(g, "exp_avg_mask"))
            group.exp_avg_mask = read().words(mask->is_object() ? read().at(*mask, "hex") : *mask, "exp_avg_mask");
        const json* non_freeze = read().find(g, "non_freeze");
        group.non_freeze = non_freeze && read().boolean(*non_freeze, "non_freeze");
        out.push_back(std::move(group));
    }
    return out;
}

// The wrapper decides formats, loss scaling and clipping. The problem's own arithmetic is binary32
// whatever the weights are; only its gradient is rounded to the model's type.
void Recording::wrap(RunSpec& spec) const {
    const Catalogue& catalogue = builtin_catalogue();
    const std::string& wrapper = read().text(read().at(file_.root, "wrapper"), "wrapper");
    if (std::find(std::begin(wrappers), std::end(wrappers), wrapper) == std::end(wrappers))
        read().fail("wrapper \"" + wrapper +
                    "\" is not replayed; accepted: none, fp16_fused, bf16_fused, fp16_unfused, bf16_unfused");
    spec.preset = wrapper == "none" ? "fp32" : wrapper.substr(0, 4);
    spec.precision = find_preset(spec.preset)->make();
    spec.precision[Role::activation] = rounding_to("fp32");
    const json* clipping = read().find(file_.root, "gradient_clipping");
    double clip = clipping ? read().number(*clipping, "gradient_clipping") : 0.0;
    bool scale_backward = true;
    spec.loss_scale = configure(*find_kind(catalogue.loss_scalers, "none"));
    if (wrapper != "none") {
        const json& config = read().at(file_.root, "wrapper_config");
        clip = read().number(read().at(config, "clip_grad"), "clip_grad");
        const json* scaled = read().find(config, "scale_backward");
        scale_backward = !scaled || read().boolean(*scaled, "scale_backward");
        const auto whole = [&](const char* key) {
            return read().integer(read().at(config, key), key, -most_in_recording, most_in_recording);
        };
        if (const double fixed = read().number(read().at(config, "loss_scale"), "loss_scale");
            spec.preset == "fp16" && fixed != 0.0)
            spec.loss_scale = configure(*find_kind(catalogue.loss_scalers, "static"), {{"scale", {fixed}}});
        else if (spec.preset == "fp16")
            spec.loss_scale =
                configure(*find_kind(catalogue.loss_scalers, "deepspeed"),
                          {{"initial_scale_power", {whole("initial_scale_power")}},
                           {"window", {whole("loss_scale_window")}},
                           {"min_scale", {read().number(read().at(config, "min_loss_scale"), "min_loss_scale")}}});
    }
    spec.engine =
        configure(*find_kind(catalogue.engines, "deepspeed"),
                  {{"wrapper", {wrapper}}, {"gradient_clipping", {clip}}, {"scale_backward", {scale_backward}}});
}

// What happens on certain iterations.
void Recording::schedule(RunSpec& spec) const {
    if (const json* values = read().find(file_.root, "lr_values"))
        for (const json& lr : read().list(*values, "lr_values"))
            spec.lr_values.push_back(read().finite(lr, "lr_values"));
    if (const json* injections = read().find(file_.root, "inject"))
        for (const json& i : read().list(*injections, "inject"))
            spec.injections.push_back({read().integer(read().at(i, "step"), "step", 0, steps_ - 1),
                                       int(read().integer(read().at(i, "rank"), "rank", 0, spec.workers - 1)),
                                       read().integer(read().at(i, "flat_index"), "flat_index", 0, most_in_recording),
                                       read().number(read().at(i, "value"), "value")});
    if (const json* reloads = read().find(file_.root, "reload_at"))
        for (const json& t : read().list(*reloads, "reload_at"))
            spec.reload_at.push_back(read().integer(t, "reload_at", 0, steps_ - 1));
}

RunSpec Recording::spec() const {
    RunSpec spec;
    spec.scenario = "replay";
    spec.run = file_.name;
    spec.workers = int(read().integer(read().at(file_.root, "world_size"), "world_size", 1, 1024));
    spec.steps = std::int64_t(trajectory_.size()) + (raises_at_ ? 1 : 0);
    spec.evaluate_every = 1;
    spec.trace_every = -1;
    try {
        spec.model = recorded_model(read(), read().at(file_.root, "problem"), spec.workers);
        spec.optimizer = recorded_optimizer(read(), file_.root);
        spec.groups = groups();
        wrap(spec);
    } catch (const SchemaError& e) {
        read().fail("\"" + e.parameter() + "\": " + e.what());
    }
    schedule(spec);
    return spec;
}

RunSpec recording_to_spec(const std::string& text, const std::string& file) {
    return Recording(RecordingFile(text, file)).spec();
}

}  // namespace halfstep
