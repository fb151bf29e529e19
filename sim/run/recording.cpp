#include "recording.hpp"

#include <cmath>
#include <limits>

#include "halfstep/format/round.hpp"
#include "halfstep/run/catalogue.hpp"
#include "halfstep/spec/parameters.hpp"

namespace halfstep {

using nlohmann::json;

Recording::Recording(const std::string& text, std::string file) : file_(std::move(file)) {
    try {
        root_ = json::parse(text);
    } catch (const json::exception& e) {
        fail(std::string("no JSON: ") + e.what());
    }
    if (!root_.is_object() || root_.value("format_version", json()) != json(1)) fail("format_version is not 1");
    if (root_.value("kind", json()) != json("trajectory"))
        fail("kind \"" + root_.value("kind", std::string("(none)")) + "\" is not replayed; accepted: \"trajectory\"");
    trajectory_ = at(root_, "trajectory");
    if (!trajectory_.is_array()) fail("trajectory is no list");
}

const json& Recording::at(const json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key)) fail(std::string("\"") + key + "\" is missing");
    return object[key];
}

double Recording::number(const json& value, const char* what) const {
    if (value.is_number()) return value.get<double>();
    if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
    if (value.is_string()) {
        const std::string s = value.get<std::string>();
        if (s == "nan") return std::numeric_limits<double>::quiet_NaN();
        if (s == "inf") return std::numeric_limits<double>::infinity();
        if (s == "-inf") return -std::numeric_limits<double>::infinity();
        try {
            std::size_t used = 0;
            const double x = std::stod(s, &used);
            if (used == s.size()) return x;
        } catch (const std::exception&) {
        }
    }
    fail(std::string("\"") + what + "\" is no number");
}

std::vector<double> Recording::words(const json& hex, const char* what) const {
    if (!hex.is_string()) fail(std::string("\"") + what + "\" is no string of words");
    const std::string& s = hex.get_ref<const std::string&>();
    std::vector<double> out;
    for (std::size_t i = 0; i < s.size(); i += 9) {
        std::uint32_t bits = 0;
        for (std::size_t k = i; k < i + 8; ++k) {
            const char c = k < s.size() ? s[k] : '?';
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0)
                fail(std::string("\"") + what + "\": word " + std::to_string(out.size()) +
                     " is not 8 hexadecimal digits");
            bits = bits * 16 + std::uint32_t(digit);
        }
        if (i + 8 < s.size() && s[i + 8] != ' ')
            fail(std::string("\"") + what + "\": words are separated by one space");
        out.push_back(static_cast<double>(from_bits<float>(bits)));
    }
    return out;
}

namespace {

Value table_value(const std::vector<std::vector<double>>& rows) {
    std::vector<Value> out;
    for (const auto& row : rows) out.push_back(list_value(row));
    return {std::move(out)};
}

void append(std::vector<double>& to, const std::vector<double>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Configured Recording::model(int workers) const {
    const json& problem = at(root_, "problem");
    const std::string type = at(problem, "type").is_string() ? problem["type"].get<std::string>() : "";
    std::vector<std::vector<double>> initial;
    std::vector<std::int64_t> sizes;
    for (const json& t : at(problem, "tensors")) {
        initial.push_back(words(at(t, "init"), "init"));
        sizes.push_back(std::int64_t(initial.back().size()));
    }
    const Catalogue& catalogue = builtin_catalogue();
    if (type == "quadratic") {
        std::vector<double> curvature, center, init;
        std::vector<std::vector<double>> noise;
        for (const json& a : at(problem, "a")) append(curvature, words(a, "a"));
        for (const json& c : at(problem, "c")) append(center, words(c, "c"));
        for (const auto& values : initial) append(init, values);
        for (const json& rank : at(problem, "noise"))
            for (const json& row : rank) noise.push_back(words(row, "noise"));
        return configure(*find_kind(catalogue.models, "quadratic"), {{"curvature", list_value(curvature)},
                                                                     {"center", list_value(center)},
                                                                     {"init", list_value(init)},
                                                                     {"noise_table", table_value(noise)},
                                                                     {"tensors", list_value(sizes)}});
    }
    if (type != "linear_regression") fail("problem type \"" + type + "\"; accepted: quadratic, linear_regression");
    if (initial.size() != 2) fail("a linear regression has two tensors, weight and bias");
    const auto m = std::size_t(number(at(problem, "m"), "m")), d = std::size_t(number(at(problem, "d"), "d")),
               k = std::size_t(number(at(problem, "k"), "k"));
    auto rows = [&](const char* key, std::size_t width) {
        std::vector<std::vector<double>> out;
        for (const json& rank : at(problem, key)) {
            const auto values = words(rank, key);
            if (values.size() != m * width) fail(std::string("\"") + key + "\" has the wrong number of words");
            for (std::size_t j = 0; j < m; ++j)
                out.emplace_back(values.begin() + std::ptrdiff_t(j * width),
                                 values.begin() + std::ptrdiff_t((j + 1) * width));
        }
        if (out.size() != m * std::size_t(workers)) fail(std::string("\"") + key + "\" needs one entry a rank");
        return out;
    };
    const Configured data = configure(*find_kind(catalogue.data, "table"),
                                      {{"x", table_value(rows("X", d))}, {"y", table_value(rows("y", k))}});
    return configure(*find_kind(catalogue.models, "linear_regression"),
                     {{"data", {data}}, {"init", list_value(initial[0])}, {"init_bias", list_value(initial[1])}});
}

Configured Recording::optimizer() const {
    const json& kind = at(root_, "optimizer");
    if (kind != json("OnebitAdam")) fail("optimizer " + kind.dump() + " is not replayed yet; accepted: \"OnebitAdam\"");
    std::vector<NamedValue> given;
    for (const auto& [key, value] : at(root_, "hyperparameters").items()) {
        if (key == "betas") {
            if (!value.is_array() || value.size() != 2) fail("betas are two numbers");
            given.push_back({"beta1", {number(value[0], "betas")}});
            given.push_back({"beta2", {number(value[1], "betas")}});
        } else if (key == "freeze_step") {
            given.push_back({key, {std::int64_t(number(value, "freeze_step"))}});
        } else if (key == "lr" || key == "eps" || key == "weight_decay") {
            given.push_back({key, {number(value, key.c_str())}});
        } else if (key != "bias_correction" && key != "eps_inside_sqrt" && key != "max_grad_norm" && key != "amsgrad" &&
                   key != "cuda_aware" && key != "comm_backend_name") {
            // The ones passed over have no effect in DeepSpeed either.
            fail("unknown hyperparameter \"" + key + "\"");
        }
    }
    try {
        return configure(*find_kind(builtin_catalogue().optimizers, "onebit_adam"), given);
    } catch (const SchemaError& e) {
        fail(std::string("hyperparameters: ") + e.what());
    }
}

std::vector<ParameterGroup> Recording::groups() const {
    std::vector<ParameterGroup> out;
    for (const json& g : at(root_, "param_groups")) {
        ParameterGroup group;
        for (const json& t : at(g, "tensors")) group.tensors.push_back(int(number(t, "tensors")));
        if (g.contains("weight_decay"))
            group.overrides.push_back({"weight_decay", {number(g["weight_decay"], "weight_decay")}});
        if (g.contains("exp_avg_mask")) {
            const json& mask = g["exp_avg_mask"];
            group.exp_avg_mask = words(mask.is_object() ? at(mask, "hex") : mask, "exp_avg_mask");
        }
        group.non_freeze = g.value("non_freeze", false);
        out.push_back(std::move(group));
    }
    return out;
}

// The wrapper decides formats, loss scaling and clipping. The problem's own arithmetic is binary32
// whatever the weights are; only its gradient is rounded to the model's type.
void Recording::wrap(RunSpec& spec) const {
    const Catalogue& catalogue = builtin_catalogue();
    const json& field = at(root_, "wrapper");
    const std::string wrapper = field.is_string() ? field.get<std::string>() : "";
    if (wrapper != "none" && wrapper != "fp16_fused" && wrapper != "bf16_fused")
        fail("wrapper \"" + wrapper + "\" is not replayed yet; accepted: none, fp16_fused, bf16_fused");
    spec.preset = wrapper == "none" ? "fp32" : wrapper.substr(0, 4);
    spec.precision = find_preset(spec.preset)->make();
    spec.precision[Role::activation] = rounding_to("fp32");
    double clip = root_.contains("gradient_clipping") ? number(root_["gradient_clipping"], "gradient_clipping") : 0.0;
    bool scale_backward = true;
    spec.loss_scale = configure(*find_kind(catalogue.loss_scalers, "none"));
    if (wrapper != "none") {
        const json& config = at(root_, "wrapper_config");
        clip = number(at(config, "clip_grad"), "clip_grad");
        scale_backward = config.value("scale_backward", true);
        if (const double fixed = number(at(config, "loss_scale"), "loss_scale");
            wrapper == "fp16_fused" && fixed != 0.0)
            spec.loss_scale = configure(*find_kind(catalogue.loss_scalers, "static"), {{"scale", {fixed}}});
        else if (wrapper == "fp16_fused")
            spec.loss_scale =
                configure(*find_kind(catalogue.loss_scalers, "deepspeed"),
                          {{"initial_scale_power",
                            {std::int64_t(number(at(config, "initial_scale_power"), "initial_scale_power"))}},
                           {"window", {std::int64_t(number(at(config, "loss_scale_window"), "loss_scale_window"))}},
                           {"min_scale", {number(at(config, "min_loss_scale"), "min_loss_scale")}}});
    }
    spec.engine =
        configure(*find_kind(catalogue.engines, "deepspeed"),
                  {{"wrapper", {wrapper}}, {"gradient_clipping", {clip}}, {"scale_backward", {scale_backward}}});
}

RunSpec Recording::spec() const {
    RunSpec spec;
    spec.scenario = "replay";
    spec.run = name();
    const double workers = number(at(root_, "world_size"), "world_size");
    if (!(workers >= 1 && workers <= 1024)) fail("world_size is not between 1 and 1024");
    spec.workers = int(workers);
    spec.steps = std::int64_t(trajectory_.size());
    spec.evaluate_every = 1;
    try {
        spec.model = model(spec.workers);
        spec.optimizer = optimizer();
        spec.groups = groups();
        wrap(spec);
    } catch (const SchemaError& e) {
        fail(e.what());
    }
    if (root_.contains("lr_values"))
        for (const json& lr : root_["lr_values"]) spec.lr_values.push_back(number(lr, "lr_values"));
    if (root_.contains("inject"))
        for (const json& i : root_["inject"])
            spec.injections.push_back({std::int64_t(number(at(i, "step"), "step")), int(number(at(i, "rank"), "rank")),
                                       std::int64_t(number(at(i, "flat_index"), "flat_index")),
                                       number(at(i, "value"), "value")});
    if (root_.contains("reload_at"))
        for (const json& t : root_["reload_at"]) spec.reload_at.push_back(std::int64_t(number(t, "reload_at")));
    return spec;
}

RunSpec recording_to_spec(const std::string& text, const std::string& file) {
    return Recording(text, file).spec();
}

}  // namespace halfstep
