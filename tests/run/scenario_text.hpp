// A recording's numbers written down as a scenario file.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <sstream>

#include "recordings.hpp"

namespace halfstep::test {

// As TOML has it: a point or an exponent, so that -0.0 stays a negative zero.
inline std::string toml_number(double x) {
    if (!std::isfinite(x)) return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.17g", x);
    const std::string text = buffer;
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}
// "3f800000 40000000" as "1.0, 2.0".
inline std::string toml_words(const nlohmann::json& words) {
    std::istringstream in(words.get<std::string>());
    std::string out, word;
    while (in >> word) {
        const auto bits = static_cast<std::uint32_t>(std::stoul(word, nullptr, 16));
        out += (out.empty() ? "" : ", ") + toml_number(std::bit_cast<float>(bits));
    }
    return out;
}
inline std::string toml_of_each(const nlohmann::json& tensors) {
    std::string out;
    for (const nlohmann::json& one : tensors)
        out += (out.empty() ? "" : ", ") + toml_words(one.is_object() ? one["init"] : one);
    return out;
}

inline std::string scenario_text(const nlohmann::json& root) {
    const nlohmann::json &problem = root["problem"], &options = root["hyperparameters"];
    const std::string preset = root["wrapper"] == "none" ? "fp32" : root["wrapper"].get<std::string>().substr(0, 4);
    std::ostringstream out;
    out << "title = \"A recording\"\n[model]\nkind = \"quadratic\"\n"
        << "curvature = [" << toml_of_each(problem["a"]) << "]\ncenter = [" << toml_of_each(problem["c"]) << "]\n"
        << "init = [" << toml_of_each(problem["tensors"]) << "]\ntensors = [";
    for (const nlohmann::json& tensor : problem["tensors"])
        out << (tensor["init"].get<std::string>().size() + 1) / 9 << ", ";
    out << "]\nnoise_table = [\n";
    for (const nlohmann::json& rank : problem["noise"])
        for (const nlohmann::json& row : rank) out << "  [" << toml_words(row) << "],\n";
    out << "]\n[workers]\ncount = " << root["world_size"] << "\n[optimizer]\nkind = \"onebit_adam\"\n"
        << "beta1 = " << options["betas"][0] << "\nbeta2 = " << options["betas"][1] << "\n";
    for (const char* key : {"lr", "eps", "weight_decay", "freeze_step"})
        if (options.contains(key)) out << key << " = " << options[key] << "\n";
    if (root.contains("lr_values")) out << "lr_values = " << root["lr_values"] << "\n";
    for (const nlohmann::json& group : root["param_groups"])
        out << "[[optimizer.group]]\ntensors = " << group["tensors"] << "\n";
    out << "[precision]\npreset = \"" << preset << "\"\nactivation = \"fp32\"\n[engine]\nkind = \"deepspeed\"\n";
    const bool wrapped = root.contains("wrapper_config");
    out << "gradient_clipping = "
        << (wrapped ? root["wrapper_config"]["clip_grad"] : root.value("gradient_clipping", nlohmann::json(0))) << "\n";
    if (preset == "fp16") {
        const nlohmann::json& config = root["wrapper_config"];
        REQUIRE(config["loss_scale"] == 0);
        out << "[loss_scale]\nkind = \"deepspeed\"\ninitial_scale_power = " << config["initial_scale_power"]
            << "\nwindow = " << config["loss_scale_window"] << "\nmin_scale = " << config["min_loss_scale"] << "\n";
    }
    out << "[run]\nsteps = " << root["steps"] << "\nseeds = [0]\nevaluate_every = 1\n";
    if (root.contains("inject"))
        for (const nlohmann::json& i : root["inject"])
            out << "[[inject]]\nstep = " << i["step"] << "\nworker = " << i["rank"] << "\nindex = " << i["flat_index"]
                << "\nvalue = " << i["value"] << "\n";
    return out.str();
}

}  // namespace halfstep::test
