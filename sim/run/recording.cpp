#include "recording.hpp"

#include <algorithm>

#include "halfstep/run/catalogue.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {

using nlohmann::json;

namespace {

constexpr int deepest = 16;                   // a recording nests seven levels
constexpr std::int64_t most = 1'000'000'000;  // of counts and indices
constexpr std::string_view no_effect[] = {"bias_correction", "eps_inside_sqrt", "max_grad_norm",
                                          "amsgrad",         "cuda_aware",      "comm_backend_name"};

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

Value table_value(const std::vector<std::vector<double>>& rows) {
    std::vector<Value> out;
    for (const auto& row : rows) out.push_back(list_value(row));
    return {std::move(out)};
}

void append(std::vector<double>& to, const std::vector<double>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

const KindSchema& model_kind(const char* name) {
    return *find_kind(builtin_catalogue().models, name);
}

}  // namespace

Recording::Recording(const std::string& text, const std::string& file) : read_(file), root_(parsed(text, read_)) {
    if (!root_.is_object() || read_.at(root_, "format_version") != json(1)) read_.fail("\"format_version\" is not 1");
    if (const std::string& kind = read_.text(read_.at(root_, "kind"), "kind"); kind != "trajectory")
        read_.fail("kind \"" + kind + "\" is not replayed; accepted: \"trajectory\"");
    const json* name = read_.find(root_, "name");
    name_ = name ? read_.text(*name, "name") : file;
    trajectory_ = read_.list(read_.at(root_, "trajectory"), "trajectory");
    if (trajectory_.empty()) read_.fail("\"trajectory\" has no entries");
    if (const json* steps = read_.find(root_, "steps"))
        read_.list(trajectory_, "trajectory", std::size_t(read_.integer(*steps, "steps", 1, most)));
    if (read_.find(root_, "raises_at")) read_.fail("\"raises_at\": a run that ends in an error is not replayed yet");
}

Configured Recording::quadratic(const json& problem, const std::vector<std::vector<double>>& initial,
                                int workers) const {
    std::vector<double> init;
    std::vector<std::int64_t> sizes;
    for (const auto& values : initial) {
        append(init, values);
        sizes.push_back(std::int64_t(values.size()));
    }
    const auto of_every_tensor = [&](const char* key) {
        std::vector<double> all;
        const json& list = read_.list(read_.at(problem, key), key, initial.size());
        for (std::size_t k = 0; k < initial.size(); ++k) {
            const std::vector<double> values = read_.words(list[k], key);
            if (values.size() != initial[k].size())
                read_.fail(std::string("\"") + key + "\" of tensor " + std::to_string(k) + " has " +
                           std::to_string(values.size()) + " words; accepted: as many as \"init\"");
            append(all, values);
        }
        return all;
    };
    std::vector<std::vector<double>> noise;
    std::size_t period = FieldReader::any_size;
    for (const json& rank : read_.list(read_.at(problem, "noise"), "noise", std::size_t(workers))) {
        period = read_.list(rank, "noise of a rank", period).size();
        for (const json& row : rank) noise.push_back(read_.words(row, "noise"));
    }
    return configure(model_kind("quadratic"), {{"curvature", list_value(of_every_tensor("a"))},
                                               {"center", list_value(of_every_tensor("c"))},
                                               {"init", list_value(init)},
                                               {"noise_table", table_value(noise)},
                                               {"tensors", list_value(sizes)}});
}

Configured Recording::linear_regression(const json& problem, const std::vector<std::vector<double>>& initial,
                                        int workers) const {
    if (initial.size() != 2) read_.fail("a linear regression has two tensors, weight and bias");
    const auto count = [&](const char* key) {
        return std::size_t(read_.integer(read_.at(problem, key), key, 1, 1'000'000));
    };
    const std::size_t m = count("m"), d = count("d"), k = count("k");
    const auto rows = [&](const char* key, std::size_t width) {
        std::vector<std::vector<double>> out;
        for (const json& rank : read_.list(read_.at(problem, key), key, std::size_t(workers))) {
            const auto values = read_.words(rank, key);
            if (values.size() != m * width) read_.fail(std::string("\"") + key + "\" has the wrong number of words");
            for (std::size_t j = 0; j < m; ++j)
                out.emplace_back(values.begin() + std::ptrdiff_t(j * width),
                                 values.begin() + std::ptrdiff_t((j + 1) * width));
        }
        return out;
    };
    const Configured data = configure(*find_kind(builtin_catalogue().data, "table"),
                                      {{"x", table_value(rows("X", d))}, {"y", table_value(rows("y", k))}});
    return configure(model_kind("linear_regression"),
                     {{"data", {data}}, {"init", list_value(initial[0])}, {"init_bias", list_value(initial[1])}});
}

Configured Recording::model(int workers) const {
    const json& problem = read_.at(root_, "problem");
    const std::string& type = read_.text(read_.at(problem, "type"), "type");
    std::vector<std::vector<double>> initial;
    for (const json& t : read_.list(read_.at(problem, "tensors"), "tensors"))
        initial.push_back(read_.words(read_.at(t, "init"), "init"));
    if (type == "quadratic") return quadratic(problem, initial, workers);
    if (type == "linear_regression") return linear_regression(problem, initial, workers);
    read_.fail("problem type \"" + type + "\"; accepted: quadratic, linear_regression");
}

Configured Recording::optimizer() const {
    const std::string& kind = read_.text(read_.at(root_, "optimizer"), "optimizer");
    if (kind != "OnebitAdam") read_.fail("optimizer \"" + kind + "\" is not replayed yet; accepted: \"OnebitAdam\"");
    const json& hyperparameters = read_.at(root_, "hyperparameters");
    if (!hyperparameters.is_object()) read_.fail("\"hyperparameters\" is no object");
    std::vector<NamedValue> given;
    for (const auto& [key, value] : hyperparameters.items()) {
        if (key == "betas") {
            read_.list(value, "betas", 2);
            given.push_back({"beta1", {read_.number(value[0], "betas")}});
            given.push_back({"beta2", {read_.number(value[1], "betas")}});
        } else if (key == "freeze_step") {
            given.push_back({key, {read_.integer(value, "freeze_step", 0, most)}});
        } else if (key == "lr" || key == "eps" || key == "weight_decay") {
            given.push_back({key, {read_.number(value, key.c_str())}});
        } else if (std::find(std::begin(no_effect), std::end(no_effect), key) == std::end(no_effect)) {
            // The ones passed over have no effect in DeepSpeed either.
            read_.fail("unknown hyperparameter \"" + key + "\"");
        }
    }
    return configure(*find_kind(builtin_catalogue().optimizers, "onebit_adam"), given);
}

std::vector<ParameterGroup> Recording::groups() const {
    std::vector<ParameterGroup> out;
    for (const json& g : read_.list(read_.at(root_, "param_groups"), "param_groups")) {
        ParameterGroup group;
        for (const json& t : read_.list(read_.at(g, "tensors"), "tensors of a group"))
            group.tensors.push_back(int(read_.integer(t, "tensors of a group", 0, most)));
        if (const json* decay = read_.find(g, "weight_decay"))
            group.overrides.push_back({"weight_decay", {read_.finite(*decay, "weight_decay")}});
        if (const json* mask = read_.find(g, "exp_avg_mask"))
            group.exp_avg_mask = read_.words(mask->is_object() ? read_.at(*mask, "hex") : *mask, "exp_avg_mask");
        const json* non_freeze = read_.find(g, "non_freeze");
        group.non_freeze = non_freeze && read_.boolean(*non_freeze, "non_freeze");
        out.push_back(std::move(group));
    }
    return out;
}

// The wrapper decides formats, loss scaling and clipping. The problem's own arithmetic is binary32
// whatever the weights are; only its gradient is rounded to the model's type.
void Recording::wrap(RunSpec& spec) const {
    const Catalogue& catalogue = builtin_catalogue();
    const std::string& wrapper = read_.text(read_.at(root_, "wrapper"), "wrapper");
    if (wrapper != "none" && wrapper != "fp16_fused" && wrapper != "bf16_fused")
        read_.fail("wrapper \"" + wrapper + "\" is not replayed yet; accepted: none, fp16_fused, bf16_fused");
    spec.preset = wrapper == "none" ? "fp32" : wrapper.substr(0, 4);
    spec.precision = find_preset(spec.preset)->make();
    spec.precision[Role::activation] = rounding_to("fp32");
    const json* clipping = read_.find(root_, "gradient_clipping");
    double clip = clipping ? read_.number(*clipping, "gradient_clipping") : 0.0;
    bool scale_backward = true;
    spec.loss_scale = configure(*find_kind(catalogue.loss_scalers, "none"));
    if (wrapper != "none") {
        const json& config = read_.at(root_, "wrapper_config");
        clip = read_.number(read_.at(config, "clip_grad"), "clip_grad");
        const json* scaled = read_.find(config, "scale_backward");
        scale_backward = !scaled || read_.boolean(*scaled, "scale_backward");
        const auto whole = [&](const char* key) { return read_.integer(read_.at(config, key), key, -most, most); };
        if (const double fixed = read_.number(read_.at(config, "loss_scale"), "loss_scale");
            wrapper == "fp16_fused" && fixed != 0.0)
            spec.loss_scale = configure(*find_kind(catalogue.loss_scalers, "static"), {{"scale", {fixed}}});
        else if (wrapper == "fp16_fused")
            spec.loss_scale =
                configure(*find_kind(catalogue.loss_scalers, "deepspeed"),
                          {{"initial_scale_power", {whole("initial_scale_power")}},
                           {"window", {whole("loss_scale_window")}},
                           {"min_scale", {read_.number(read_.at(config, "min_loss_scale"), "min_loss_scale")}}});
    }
    spec.engine =
        configure(*find_kind(catalogue.engines, "deepspeed"),
                  {{"wrapper", {wrapper}}, {"gradient_clipping", {clip}}, {"scale_backward", {scale_backward}}});
}

// What happens on certain iterations.
void Recording::schedule(RunSpec& spec) const {
    if (const json* values = read_.find(root_, "lr_values"))
        for (const json& lr : read_.list(*values, "lr_values")) spec.lr_values.push_back(read_.finite(lr, "lr_values"));
    if (const json* injections = read_.find(root_, "inject"))
        for (const json& i : read_.list(*injections, "inject"))
            spec.injections.push_back({read_.integer(read_.at(i, "step"), "step", 0, spec.steps - 1),
                                       int(read_.integer(read_.at(i, "rank"), "rank", 0, spec.workers - 1)),
                                       read_.integer(read_.at(i, "flat_index"), "flat_index", 0, most),
                                       read_.number(read_.at(i, "value"), "value")});
    if (const json* reloads = read_.find(root_, "reload_at"))
        for (const json& t : read_.list(*reloads, "reload_at"))
            spec.reload_at.push_back(read_.integer(t, "reload_at", 0, spec.steps - 1));
}

RunSpec Recording::spec() const {
    RunSpec spec;
    spec.scenario = "replay";
    spec.run = name_;
    spec.workers = int(read_.integer(read_.at(root_, "world_size"), "world_size", 1, 1024));
    spec.steps = std::int64_t(trajectory_.size());
    spec.evaluate_every = 1;
    spec.trace_every = -1;
    try {
        spec.model = model(spec.workers);
        spec.optimizer = optimizer();
        spec.groups = groups();
        wrap(spec);
    } catch (const SchemaError& e) {
        read_.fail("\"" + e.parameter() + "\": " + e.what());
    }
    schedule(spec);
    return spec;
}

RunSpec recording_to_spec(const std::string& text, const std::string& file) {
    return Recording(text, file).spec();
}

}  // namespace halfstep
