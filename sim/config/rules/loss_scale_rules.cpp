// The loss scale. At ZeRO stage 0 the dynamic scale has no hysteresis; ZeRO's has.
#include <cmath>

#include "../python_value.hpp"
#include "checks.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr const char* window_key = "fp16.loss_scale_window";
constexpr const char* floor_key = "fp16.min_loss_scale";
constexpr const char* power_key = "fp16.initial_scale_power";
constexpr double huge_power = 32;  // fp16 overflows above 2^16

constexpr Rule rows[] = {
    {"loss-scale-invalid", Severity::error, "fp16.loss_scale",
     "a boolean, null, text that is no number, an infinity, NaN or a negative number; fp16 need not be on",
     "stops with a ValidationError in parsing", "refused; numeric text such as \"128\" is accepted"},
    {"loss-scale-window-wrong-type", Severity::error, window_key,
     "a boolean, text that is no integer, a fraction or an infinity; fp16 need not be on, the scale may be static",
     "stops with a ValidationError in parsing", "refused; a whole float such as 100.0 passes"},
    {"min-loss-scale-wrong-type", Severity::error, floor_key,
     "a boolean, text that is no integer, a fraction or an infinity; fp16 need not be on, the scale may be static",
     "stops with a ValidationError in parsing", "refused; a floor below 1 such as 0.25 cannot be configured"},
    {"loss-scale-window-not-positive", Severity::error, window_key, "fp16 on, dynamic scale, window 0 or less",
     "stops with a ValidationError in parsing", "refused; the scaler would divide by zero"},
    {"min-loss-scale-not-positive", Severity::error, floor_key, "fp16 on, dynamic scale, floor 0 or less",
     "stops with a ValidationError in parsing",
     "refused; the scale could reach 0, and the division by it gives infinities"},
    {"lamb-static-loss-scale", Severity::error, "fp16.loss_scale",
     "Lamb or OneBitLamb built from the file and fp16.loss_scale is not 0; fp16 may be off",
     "stops with an AssertionError before the model is placed",
     "refused; also where fp16 is off and the scale was left behind"},
    {"hysteresis-ignored-stage0", Severity::silent, "fp16.hysteresis",
     "hysteresis or consecutive_hysteresis is written, fp16 on, dynamic scale, ZeRO stage 0",
     "parses the key; the scaler of stage 0 has no such state", "every overflow halves the scale at once"},
    {"hysteresis-not-positive", Severity::silent, "fp16.hysteresis",
     "hysteresis 0 or less, fp16 on, dynamic scale, ZeRO stage 1 or above", "accepts it",
     "the counter never meets 1: no overflow ever lowers the scale, and every such step is skipped"},
    {"initial-scale-power-unchecked", Severity::silent, power_key,
     "fp16 on, dynamic scale, and the power is negative, above 32, or below that of the floor",
     "takes 2^power as it is",
     "a start below the floor, where the first overflow raises the scale, or many skipped steps at the start"},
};

bool scales(const StartUp& start) {
    return start.fp16_on && start.dynamic_scale();
}

}  // namespace

std::span<const Rule> loss_scale_rules() {
    return rows;
}

void check_fp16_section(const StartUp& start, Hits& hits) {
    const ConfigNode* node = start.written("fp16");
    if (!node) return;
    add_faults(section_faults(*node, fp16_section(), "fp16"), hits);
    // The whole is validated only after every value was.
    if (!hits.empty() || !scales(start)) return;
    const double window = start.fp16.integer("loss_scale_window", 1000),
                 floor = start.fp16.integer("min_loss_scale", 1);
    if (window <= 0)
        hits.push_back({&rule("loss-scale-window-not-positive"),
                        window_key,
                        "found " + number_text(window) + " with fp16 on and a dynamic scale",
                        {changed(window_key, std::int64_t{500})}});
    else if (floor <= 0)
        hits.push_back({&rule("min-loss-scale-not-positive"),
                        floor_key,
                        "found " + number_text(floor) + " with fp16 on and a dynamic scale",
                        {changed(floor_key, std::int64_t{1})}});
}

void check_lamb_scale(const StartUp& start, Hits& hits) {
    const std::string name = start.config_optimizer();
    if (!start.builds_optimizer() || (name != "lamb" && name != "onebitlamb") || start.dynamic_scale()) return;
    hits.push_back(
        {&rule("lamb-static-loss-scale"),
         "fp16.loss_scale",
         "found " + describe(*start.written("fp16.loss_scale")) + " with " + *start.written("optimizer.type")->text(),
         {changed("fp16.loss_scale", std::int64_t{0})}});
}

void note_hysteresis(const StartUp& start, Hits& hits) {
    if (!scales(start)) return;
    if (start.stage == 0) {
        for (const char* name : {"hysteresis", "consecutive_hysteresis"})
            if (const ConfigNode* node = start.fp16.written(name))
                hits.push_back(
                    {&rule("hysteresis-ignored-stage0"), std::string("fp16.") + name, "found " + describe(*node)});
    } else if (start.fp16.integer("hysteresis", 2) <= 0) {
        hits.push_back({&rule("hysteresis-not-positive"), "fp16.hysteresis",
                        "found " + number_text(start.fp16.integer("hysteresis", 2))});
    }
}

void note_initial_scale(const StartUp& start, Hits& hits) {
    if (!scales(start)) return;
    const double power = start.fp16.integer("initial_scale_power", 16), floor = start.fp16.integer("min_loss_scale", 1);
    if (power >= 0 && power <= huge_power && floor <= std::exp2(power)) return;
    hits.push_back({&rule("initial-scale-power-unchecked"),
                    power_key,
                    "found a start of 2^" + number_text(power) + " and a floor of " + number_text(floor),
                    {},
                    floor_key});
}

}  // namespace halfstep
