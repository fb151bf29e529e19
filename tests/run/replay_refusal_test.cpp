// What is no recording, or one of a kind that is not replayed, is refused with the file and the field.
#include <bit>

#include "message_of.hpp"
#include "recordings.hpp"

using namespace halfstep;
using namespace halfstep::test;
using nlohmann::json;

namespace {

const std::string quadratic = "o06_adam_fp16_w2_n24_dynamic", regression = "o04_adam_fp32_w2_linreg_2tensors";

// The message when the value at `path` is replaced.
std::string refusal(const std::string& name, const std::string& path, const json& value) {
    json root = shortened(name, 3);
    root[json::json_pointer(path)] = value;
    std::string message = "replayed";
    try {
        replay_json(root);
    } catch (const ReplayError& e) {
        message = e.what();
        CHECK(message.substr(0, 13) == "changed.json:");
    }
    return message;
}

void check_refused(const std::string& name, const std::string& path, const std::vector<json>& values,
                   const std::string& named) {
    for (const json& value : values) {
        const std::string message = refusal(name, path, value);
        INFO(path << " = " << value << ": " << message);
        CHECK(holds(message, named));
    }
}

const std::vector<json> no_counts = {1e9, 1e300, -1, 2.5, "two", "nan", nullptr, json::array(), json::object()};

}  // namespace

TEST_CASE("what is no JSON or no recording is refused") {
    for (const char* text : {"", " ", "{", "[]", "null", "1", "\"text\"", "{}", "\xff\xfe", "{\"format_version\":1}",
                             "{\"format_version\":2,\"kind\":\"trajectory\",\"trajectory\":[]}"}) {
        INFO(text);
        CHECK_THROWS_AS(replay(text, "x.json"), ReplayError);
        CHECK_THROWS_AS(recording_to_spec(text, "x.json"), ReplayError);
    }
    CHECK(holds(message_of([] { replay("{", "x.json"); }), "x.json: no JSON: "));
}

TEST_CASE("nesting that would exhaust the stack is refused") {
    const std::size_t depth = 2'000'000;
    CHECK_THROWS_AS(replay(std::string(depth, '['), "x.json"), ReplayError);
    const std::string nested = std::string(depth, '[') + std::string(depth, ']');
    CHECK_THROWS_AS(replay(nested, "x.json"), ReplayError);
    CHECK_THROWS_AS(replay("{\"format_version\":1,\"kind\":\"trajectory\",\"optimizer\":" + nested + "}", "x.json"),
                    ReplayError);
}

TEST_CASE("a number of workers that is absurd or not that of the recording is refused") {
    check_refused(quadratic, "/world_size", no_counts, "\"world_size\"");
    check_refused(quadratic, "/world_size", {1, 3, 1024}, "\"noise\" has 2 entries");
    check_refused(regression, "/world_size", {1, 3}, "\"X\" has 2 entries");
}

TEST_CASE("workers whose padding no memory would hold are refused") {
    json root = shortened("o03_adam_fp32_w1_n8", 2);
    root["world_size"] = 1024;
    json& problem = root["problem"];
    problem["noise"] = json(1024, problem["noise"][0]);
    CHECK(holds(message_of([&] { replay_json(root); }), "workers.count"));
}

TEST_CASE("counts and indices outside the recording are refused") {
    for (const char* key : {"m", "d", "k"}) {
        INFO(key);
        check_refused(regression, std::string("/problem/") + key, no_counts, std::string("\"") + key + "\"");
        CHECK(refusal(regression, std::string("/problem/") + key, 999'999) != "replayed");
    }
    check_refused(quadratic, "/steps", {0, 2, 4, 1e9, -3, "x"}, "");
    check_refused(quadratic, "/reload_at", {{3}, {-1}, {1e18}, {"x"}, 1, {{1}}}, "\"reload_at\"");
    check_refused(quadratic, "/param_groups/0/tensors", {{2}, {0, 2}}, "tensor 2 does not exist");
    check_refused(quadratic, "/param_groups/0/tensors", {{-1}, {1e18}, {0.5}, "x", {"x"}}, "\"tensors of a group\"");
    check_refused(quadratic, "/param_groups/0/tensors", {{0}, json::array()}, "optimizer.group");
    const auto planted = [](const json& step, const json& rank, const json& index, const json& value) {
        return json::array({{{"step", step}, {"rank", rank}, {"flat_index", index}, {"value", value}}});
    };
    CHECK(refusal(quadratic, "/inject", planted(1, 0, 0, "inf")) == "replayed");
    check_refused(quadratic, "/inject", {planted(3, 0, 0, 1), planted(-1, 0, 0, 1), planted("x", 0, 0, 1)}, "\"step\"");
    check_refused(quadratic, "/inject", {planted(1, 2, 0, 1), planted(1, -1, 0, 1), planted(1, 1e9, 0, 1)}, "\"rank\"");
    check_refused(quadratic, "/inject", {planted(1, 0, -1, 1), planted(1, 0, 1e12, 1)}, "\"flat_index\"");
    check_refused(quadratic, "/inject", {planted(1, 0, 24, 1)}, "index 24 is outside");
    check_refused(quadratic, "/inject", {planted(1, 0, 0, "x"), planted(1, 0, 0, ""), planted(1, 0, 0, "1 ")},
                  "\"value\"");
}

TEST_CASE("parts of a problem that do not fit together are refused") {
    check_refused(quadratic, "/problem/a/0", {"", "3f800000"}, "\"a\" of tensor 0");
    check_refused(quadratic, "/problem/c", {json::array(), json::array({"", ""}), 1, nullptr}, "\"c\"");
    check_refused(quadratic, "/problem/noise/1", {json::array(), json::array({"3f800000"}), "x", nullptr}, "noise");
    check_refused(quadratic, "/problem/tensors", {json::array(), 3, json::array({1})}, "");
    check_refused(quadratic, "/problem/tensors/0/init", {"3f80000", "3f800000  3f800000", "3f800000 ", "zzzzzzzz", 1},
                  "\"init\"");
    check_refused(regression, "/problem/X/0", {"", "3f800000"}, "\"X\" has the wrong number of words");
    check_refused(regression, "/problem/type", {"cubic"}, "accepted: quadratic, linear_regression");
    check_refused(regression, "/problem", {nullptr, 1, json::array()}, "");
}

TEST_CASE("options outside their range are refused") {
    check_refused(quadratic, "/hyperparameters/lr", {-1, "nan", "inf", "x", nullptr}, "\"lr\"");
    check_refused(quadratic, "/hyperparameters/freeze_step", {-1, 1e30, 0.5, "nan"}, "\"freeze_step\"");
    check_refused(quadratic, "/hyperparameters/betas", {{0.9}, {0.9, "x"}, 0.9, nullptr}, "\"betas\"");
    check_refused(quadratic, "/hyperparameters/betas", {{2, 0.9}, {-1, 0.9}}, "\"beta1\"");
    check_refused(quadratic, "/hyperparameters/warmup", {1}, "unknown hyperparameter \"warmup\"");
    check_refused(quadratic, "/hyperparameters", {1, json::array(), nullptr}, "\"hyperparameters\"");
    check_refused(quadratic, "/wrapper", {"zero"},
                  "accepted: none, fp16_fused, bf16_fused, fp16_unfused, bf16_unfused");
    check_refused(quadratic, "/wrapper_config/initial_scale_power", {1e9, -500, 0.5}, "initial_scale_power");
    check_refused(quadratic, "/wrapper_config/loss_scale_window", {0, -1, 1e300}, "window");
    check_refused(quadratic, "/wrapper_config/scale_backward", {1, "true"}, "\"scale_backward\"");
    check_refused(quadratic, "/wrapper_config/loss_scale", {-1, "x"}, "scale");
    check_refused(quadratic, "/wrapper_config", {nullptr, 1}, "");
    check_refused(quadratic, "/optimizer", {"Lion"},
                  "accepted: OnebitAdam, ZeroOneAdam, OnebitLamb, FusedAdam, FusedLamb");
    check_refused(quadratic, "/hyperparameters/var_freeze_step", {3}, "unknown hyperparameter \"var_freeze_step\"");
    check_refused(quadratic, "/raises_at", {7, 3, 0, -1, 0.5, "x"}, "\"raises_at\"");
    check_refused(quadratic, "/raises_at", {1, 2}, "\"trajectory\" has 3 entries");
    check_refused(quadratic, "/lr_values", {{"nan"}, {"x"}, 1, {nullptr}}, "\"lr_values\"");
}

TEST_CASE("entries of a trajectory that cannot be compared are refused at their place") {
    check_refused(quadratic, "/trajectory", {json::array(), json::object(), 1, nullptr}, "\"trajectory\"");
    check_refused(quadratic, "/trajectory/1", {1, nullptr, json::array(), json::object(), {{"note", "none"}}},
                  "trajectory[1]: ");
    check_refused(quadratic, "/trajectory/1/params", {1, "x", json::array(), json::object()}, "trajectory[1]: ");
    check_refused(quadratic, "/trajectory/1/params", {{{"per_rank", {1}}}, {{"all_ranks", "3f800000"}}},
                  "trajectory[1]: ");
    check_refused(quadratic, "/trajectory/1/loss_hex64", {"", "12", "zz", 1, "0x3ff0000000000", "-ff0000000000000"},
                  "\"loss_hex64\"");
    check_refused(quadratic, "/trajectory/1/scalars",
                  {1, {{"step", 2}}, {{"step", {1, 2, 3}}}, {{"adam_freeze_key", {1}}}, {{"lrs", {0}}}},
                  "trajectory[1]: ");
    check_refused(quadratic, "/trajectory/1/scalars_hex64", {1, {{"step", {"12"}}}, {{"step", {1}}}},
                  "trajectory[1]: ");
    check_refused(quadratic, "/trajectory/1/model_params_16bit", {1, {{"all_ranks", "3c0"}}, {{"all_ranks", 1}}},
                  "trajectory[1]: ");
    check_refused(quadratic, "/trajectory/1/global_grad_norm_per_rank", {1, {1.0}, {1.0, 2.0, 3.0}},
                  "\"global_grad_norm_per_rank\"");
    check_refused(regression, "/trajectory/1/global_grad_norm_per_rank", {{1.0, 2.0}}, "without a wrapper");
    check_refused(regression, "/trajectory/1/model_params_16bit", {{{"all_ranks", "3c00"}}}, "without a wrapper");
}
