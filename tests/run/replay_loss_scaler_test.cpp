// Recordings of loss scalers: any other value is a difference, and what cannot be read is refused at its field.
#include "message_of.hpp"
#include "recordings.hpp"

using namespace halfstep;
using namespace halfstep::test;
using nlohmann::json;

namespace {

// Hysteresis, an error at the floor; GradScaler's tracker; apex's skips.
const char* const with_error = "ls_o04";
const char* const torch = "ls_o14";
const char* const apex = "ls_o12";
const char* const wrapper = "ls_o09";

json changed(const char* name, const std::string& path, const json& value) {
    json root = recording_json(name);
    root[json::json_pointer(path)] = value;
    return root;
}

std::string difference(const char* name, const std::string& path, const json& value) {
    return replay_json(changed(name, path, value)).first_difference;
}

std::string refusal(const char* name, const std::string& path, const json& value) {
    return message_of([&] { replay_json(changed(name, path, value)); });
}

}  // namespace

TEST_CASE("one different value of a loss scaler is reported at its update") {
    CHECK(difference(with_error, "/scale_after_rle/0/0", 32768) ==
          "update 0, scale, worker 0, element 0: recorded 32768, here 65536");
    CHECK(difference(with_error, "/hysteresis_after_rle/0/0", 3) ==
          "update 0, hysteresis, worker 0, element 0: recorded 3, here 2");
    CHECK(holds(difference(torch, "/scale_after_rle/80/0", 1.5), ", scale, worker 0, element 0: recorded 1.5, here "));
    CHECK(holds(difference(torch, "/growth_tracker_final", 2), "the end, growth_tracker, worker 0"));
    CHECK(holds(difference(apex, "/skipped_matches_flags", false),
                "the end, skipped_matches_flags: recorded false, here true"));
}

TEST_CASE("an option that changes the rule is noticed") {
    for (const auto& [name, path, value] :
         std::vector<std::tuple<const char*, const char*, json>>{{with_error, "/config/delayed_shift", 2},
                                                                 {with_error, "/config/consecutive_hysteresis", true},
                                                                 {with_error, "/config/min_scale", 2},
                                                                 {with_error, "/config/scale_window", 8},
                                                                 {torch, "/config/growth_factor", 1.75},
                                                                 {torch, "/config/backoff_factor", 0.5},
                                                                 {torch, "/config/growth_interval", 5},
                                                                 {apex, "/config/min_loss_scale", nullptr},
                                                                 {apex, "/config/max_loss_scale", 16384.0},
                                                                 {apex, "/config/scale_window", 5},
                                                                 {wrapper, "/config/args/min_scale", 0.5},
                                                                 {wrapper, "/config/args", nullptr}}) {
        INFO(name << path);
        CHECK_FALSE(difference(name, path, value).empty());
    }
    // Hysteresis counts for nothing at stage 0.
    CHECK(difference(wrapper, "/config/args/delayed_shift", 5).empty());
    // apex ignores its factor.
    CHECK(difference(apex, "/config/scale_factor", 4.0).empty());
}

TEST_CASE("the error at the floor is looked for in exactly its update") {
    CHECK(replay_json(recording_json(with_error)).error ==
          "the loss scale is at its minimum already and cannot be lowered any more");
    CHECK(holds(difference(with_error, "/config/raise_error_at_min_scale", false),
                "update 86, end: recorded an error, here an update"));
    json none = recording_json("ls_o06");
    none["config"]["raise_error_at_min_scale"] = true;
    CHECK(replay_json(none).first_difference == "update 3, end: recorded an update, here an error");
}

TEST_CASE("what is wrong in a recording of a loss scaler is refused at its field") {
    CHECK(refusal(torch, "/scaler", "torch") ==
          "changed.json: unknown scaler \"torch\"; accepted: \"deepspeed_dynamic\", \"deepspeed_wrapper\", \"apex\", "
          "\"torch_gradscaler\"");
    CHECK(holds(refusal(torch, "/overflow_flags", "0102"), "overflow_flags has \"2\" at 3; expected a 0 or 1"));
    CHECK(holds(refusal(torch, "/overflow_flags", 17), "\"overflow_flags\" is no text"));
    CHECK(holds(refusal(torch, "/config/growth_factor", "x"), "changed.json: config: \"growth_factor\""));
    CHECK(holds(refusal(torch, "/config", 3), "config is not an object"));
    CHECK(holds(refusal(wrapper, "/config/profile", "fusd"), "profile is \"fusd\"; accepted: \"fused\", \"unfused\""));
    CHECK(holds(refusal(wrapper, "/config/args", 3), "args is neither null nor an object"));
    CHECK(holds(refusal(with_error, "/raises_at", 1e6), "raises_at"));
    CHECK(holds(refusal(wrapper, "/growth_tracker_final", 0), "of a scaler without one"));
    CHECK(holds(refusal(wrapper, "/hysteresis_after_rle", json::array({{1, 31}})), "of a scaler without hysteresis"));
    for (const json& list : {json::array(), json::array({{1, 30}}), json::array({{1, 30}, {2, 2}})})
        CHECK(holds(refusal(wrapper, "/scale_after_rle", list), "; expected 31, one an update"));
    for (const json& pair : {json::array({1}), json(3), json::array({1, 0}), json::array({1, -2}),
                             json::array({1, 1e18}), json::array({1, 2.5}), json::array({"a", 2})})
        CHECK(holds(refusal(wrapper, "/scale_after_rle/0", pair), "changed.json: scale_after_rle[0]"));
    for (const char* field : {"scaler", "config", "overflow_flags", "scale_after_rle"}) {
        json root = recording_json(wrapper);
        root.erase(field);
        CHECK(holds(message_of([&] { replay_json(root); }), "\"" + std::string(field) + "\" is missing"));
    }
}
