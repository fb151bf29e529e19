// A recording in which one bit is different: the replay says where, exactly.
#include <bit>
#include <cstdint>

#include "recordings.hpp"

using namespace halfstep;
using namespace halfstep::test;
using nlohmann::json;

namespace {

// The entry in the middle of those that have the field with something in it.
std::size_t entry_with(const json& root, const std::string& field) {
    std::vector<std::size_t> found;
    for (std::size_t t = 1; t < root["trajectory"].size(); ++t) {
        const json& entry = root["trajectory"][t];
        if (entry.contains(field) && !entry[field].is_null()) found.push_back(t);
    }
    REQUIRE_FALSE(found.empty());
    return found[found.size() / 2];
}

// Flips the last bit of one word of `digits` hexadecimal digits.
void flip_word(json& words, std::size_t word, std::size_t digits) {
    std::string text = words.get<std::string>();
    const std::size_t at = word * (digits + 1) + digits - 1;
    REQUIRE(at < text.size());
    const int digit = std::stoi(text.substr(at, 1), nullptr, 16) ^ 1;
    text[at] = "0123456789abcdef"[digit];
    words = text;
}

void flip_number(json& number) {
    if (number.is_boolean()) {
        number = !number.get<bool>();
    } else {
        number = std::bit_cast<double>(std::bit_cast<std::uint64_t>(number.get<double>()) ^ 1u);
    }
}

// What the replay of the changed recording reports.
void check_reported(const json& root, std::size_t t, const std::string& field, int worker, std::size_t element) {
    const ReplayResult result = replay_json(root);
    CHECK_FALSE(result.same());
    CHECK(result.max_ulps > 0);
    const std::string place = "step " + std::to_string(t) + ", " + field + ", worker " + std::to_string(worker) +
                              ", element " + std::to_string(element) + ": recorded ";
    CHECK(result.first_difference.substr(0, place.size()) == place);
}

const char* const some_recordings[] = {"o06_adam_fp16_w2_n24_dynamic",
                                       "o18_adam_fp32_w2_reload_2tensors",
                                       "o04_adam_fp32_w2_linreg_2tensors",
                                       "o13_adam_bf16_w2",
                                       "o35_adam_fp16_w3_n26",
                                       "o33_zo_fp16_w2_reload",
                                       "o27_zo_fp32_w2_bare_reload",
                                       "o11_lamb_fp16_w4_linreg",
                                       "o23_lamb_bf16_w2_unfused"};

// One bit of element 3 of the entry's vector, for the last worker where each has its own.
void check_flipped(json root, const std::string& field) {
    const std::size_t t = entry_with(root, field);
    json& vector = root["trajectory"][t][field];
    // A vector that all workers share is compared with each of them, worker 0 first.
    const bool shared = vector.contains("all_ranks");
    const int worker = shared ? 0 : int(vector["per_rank"].size()) - 1;
    flip_word((shared ? vector["all_ranks"] : vector["per_rank"].back())["hex"], 3, 8);
    check_reported(root, t, field, worker, 3);
    CHECK(replay_json(root).max_ulps == 1);
}

}  // namespace

TEST_CASE("one different bit in a recorded vector is reported at its step, field, worker and element") {
    for (const std::string name : some_recordings)
        for (const std::string field : {"params", "exp_avg", "exp_avg_sq", "worker_error", "server_error"}) {
            INFO(name << ", " << field);
            check_flipped(recording_json(name), field);
        }
}

TEST_CASE("one different bit in a vector that only some optimizers have is reported") {
    for (const std::string name : {"o08_zo_fp32_w2_n16", "o09_zo_fp16_w4_n20"})
        check_flipped(recording_json(name), "momentum_accumulator");
    for (const std::string name : {"o10_lamb_fp32_w2_3tensors", "o28_lamb_fp32_w1_2tensors"})
        for (const std::string field : {"exp_avg_sq_fresh", "exp_avg_flat_tail"})
            check_flipped(recording_json(name), field);
    for (const std::string name : {"r_o01_fusedadam_adamw", "r_o03_fusedlamb"})
        for (const std::string field : {"params", "exp_avg", "exp_avg_sq"}) check_flipped(recording_json(name), field);
}

TEST_CASE("a momentum accumulator that was dropped or was not is reported") {
    json root = recording_json("o33_zo_fp16_w2_reload");
    const std::size_t t = entry_with(root, "momentum_accumulator");
    root["trajectory"][t].erase("momentum_accumulator");
    check_reported(root, t, "momentum_accumulator (number of values)", 0, 0);
}

TEST_CASE("one different bit in the 16-bit weights is reported") {
    for (const std::string name : {"o06_adam_fp16_w2_n24_dynamic", "o13_adam_bf16_w2"}) {
        INFO(name);
        json root = recording_json(name);
        const std::size_t t = entry_with(root, "model_params_16bit");
        json& words = root["trajectory"][t]["model_params_16bit"];
        flip_word(words.contains("all_ranks") ? words["all_ranks"] : words["per_rank"][0], 5, 4);
        check_reported(root, t, "model_params_16bit", 0, 5);
    }
}

TEST_CASE("one different bit in a recorded number is reported") {
    for (const std::string name : some_recordings)
        for (const std::string field :
             {"step", "lr", "loss", "loss_scale", "loss_scale_next", "skipped", "grads_allreduced"}) {
            INFO(name << ", " << field);
            json root = recording_json(name);
            const std::size_t t = entry_with(root, field);
            flip_number(root["trajectory"][t][field]);
            check_reported(root, t, field, 0, 0);
        }
}

TEST_CASE("one different bit in the loss of 64 bits is reported") {
    for (const std::string name : some_recordings) {
        json root = recording_json(name);
        const std::size_t t = entry_with(root, "loss_hex64");
        flip_word(root["trajectory"][t]["loss_hex64"], 0, 16);
        check_reported(root, t, "loss_hex64", 0, 0);
        CHECK(replay_json(root).max_ulps == 1);
    }
}

TEST_CASE("different counters of the optimizer are reported") {
    json root = recording_json("o18_adam_fp32_w2_reload_2tensors");
    const std::size_t t = entry_with(root, "scalars");
    json changed = root;
    changed["trajectory"][t]["scalars"]["step"][1] = root["trajectory"][t]["scalars"]["step"][1].get<int>() + 1;
    check_reported(changed, t, "scalars.step", 0, 1);
    changed = root;
    flip_number(changed["trajectory"][t]["scalars"]["adam_freeze_key"]);
    check_reported(changed, t, "scalars.adam_freeze_key", 0, 0);
}

TEST_CASE("one different bit in an optimizer's scalar is reported, in decimal and in hexadecimal") {
    const std::vector<std::pair<std::string, std::vector<const char*>>> recordings = {
        {"o33_zo_fp16_w2_reload", {"var_interval", "var_counter", "local_step_interval", "local_step_counter", "lrs"}},
        {"o10_lamb_fp32_w2_3tensors", {"lamb_coeff_freeze", "last_factor", "scaling_coeff", "lamb_coeffs"}}};
    for (const auto& [name, keys] : recordings)
        for (const std::string key : keys) {
            INFO(name << ", " << key);
            const json root = recording_json(name);
            const std::size_t t = root["trajectory"].size() - 1;
            json changed = root;
            json& decimal = changed["trajectory"][t]["scalars"][key].back();
            decimal = decimal.get<double>() + 1.0;
            const int last = int(changed["trajectory"][t]["scalars"][key].size()) - 1;
            check_reported(changed, t, "scalars." + key, 0, std::size_t(last));
            if (!root["trajectory"][t]["scalars_hex64"].contains(key)) continue;
            changed = root;
            flip_word(changed["trajectory"][t]["scalars_hex64"][key].back(), 0, 16);
            check_reported(changed, t, "scalars_hex64." + key, 0, std::size_t(last));
        }
    json frozen = recording_json("o33_zo_fp16_w2_reload");
    flip_number(frozen["trajectory"].back()["scalars"]["freeze_key"]);
    CHECK_FALSE(replay_json(frozen).same());
    json reference = recording_json("r_o03_fusedlamb");
    flip_number(reference["trajectory"][20]["lamb_coeffs"][1]);
    check_reported(reference, 20, "lamb_coeffs", 0, 1);
}

TEST_CASE("a scalar that is there on one side only is reported") {
    json root = recording_json("o10_lamb_fp32_w2_3tensors");
    root["trajectory"].back()["scalars"]["scaling_coeff"][1] = nullptr;
    CHECK(replay_json(root).first_difference.find("recorded none, here a number") != std::string::npos);
    root = recording_json("o10_lamb_fp32_w2_3tensors");
    root["trajectory"][1]["scalars"]["scaling_coeff"] = {1.0, 1.0, 1.0};
    CHECK(replay_json(root).first_difference.find("recorded a number, here none") != std::string::npos);
}

TEST_CASE("a recorded error is looked for in exactly its step") {
    const json root = recording_json("o29_lamb_fp32_w2_zero_momentum_raises");
    REQUIRE(root["raises_at"] == 15);
    const ReplayResult same = replay_json(root);
    CHECK(same.same());
    CHECK_FALSE(same.error.empty());

    json early = root;
    early["raises_at"] = 14;
    early["trajectory"].erase(14);
    CHECK(replay_json(early).first_difference == "step 14, end of the run: recorded an error, here another step");

    json none = root;
    none.erase("raises_at");
    none["trajectory"].push_back(root["trajectory"][14]);
    none["trajectory"][15]["step"] = 15;
    none["steps"] = 16;
    CHECK(replay_json(none).first_difference == "step 15, end of the run: recorded a step, here an error");
}

TEST_CASE("one different bit in a worker's gradient norm is reported") {
    json root = recording_json("o06_adam_fp16_w2_n24_dynamic");
    const std::size_t t = entry_with(root, "global_grad_norm_per_rank");
    flip_number(root["trajectory"][t]["global_grad_norm_per_rank"][1]);
    check_reported(root, t, "global_grad_norm_per_rank", 1, 0);
}

TEST_CASE("the first of several differences is the one that is named") {
    json root = recording_json("o01_adam_fp32_w2_n16");
    json& all = root["trajectory"];
    for (std::size_t t : {50u, 20u, 30u}) flip_word(all[t]["params"]["all_ranks"]["hex"], 2, 8);
    check_reported(root, 20, "params", 0, 2);
}

TEST_CASE("a vector of another length is a difference") {
    json root = recording_json("o01_adam_fp32_w2_n16");
    json& hex = root["trajectory"][7]["params"]["all_ranks"]["hex"];
    hex = hex.get<std::string>() + " 00000000";
    check_reported(root, 7, "params (number of values)", 0, 0);
}

TEST_CASE("buffers that the recording has and we have not are a difference, and the other way round") {
    json root = recording_json("o01_adam_fp32_w2_n16");
    const std::size_t t = entry_with(root, "worker_error");
    json without = root;
    without["trajectory"][t]["worker_error"] = nullptr;
    check_reported(without, t, "worker_error (number of values)", 0, 0);
    root["trajectory"][1]["worker_error"] = root["trajectory"][t]["worker_error"];
    check_reported(root, 1, "worker_error (number of values)", 0, 0);
}

TEST_CASE("zeros are compared with their sign and any NaN equals any NaN") {
    json root = recording_json("o36_adam_bf16_w2_nan");
    std::size_t t = 0;
    const auto hex = [&]() -> json& {
        json& params = root["trajectory"][t]["params"];
        return (params.contains("all_ranks") ? params["all_ranks"] : params["per_rank"][0])["hex"];
    };
    while (hex().get<std::string>().find("7fc00000") == std::string::npos) REQUIRE(++t < root["trajectory"].size());
    std::string words = hex().get<std::string>();
    words.replace(words.find("7fc00000"), 8, "ffc12345");
    hex() = words;
    CHECK(replay_json(root).same());

    // Before the first compressed step the momentum of a swallowed batch is +0.
    json zeros = recording_json("o01_adam_fp32_w2_n16");
    json& momentum = zeros["trajectory"][0]["exp_avg"]["all_ranks"]["hex"];
    words = momentum.get<std::string>();
    REQUIRE(words.substr(0, 8) == "00000000");
    momentum = words.replace(0, 8, "80000000");
    check_reported(zeros, 0, "exp_avg", 0, 0);
    CHECK(replay_json(zeros).max_ulps == 1);
}
