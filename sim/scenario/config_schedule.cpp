// The scheduler section of a DeepSpeed configuration as optimizer.lr_values.
//
// WarmupLR: the k-th applied step, k = 0, uses min_lr; k >= 1 with i = k - 1
//   lr = min + (max - min) * gamma,  gamma = ln(i + 1) / ln(N) or i / N while i < N, else 1,
// with N = max(2, warmup_num_steps). So the first two applied steps run with min_lr, 0 by default.
#include <algorithm>
#include <cmath>

#include "config_tables.hpp"
#include "halfstep/format/elementary.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr double most_warmup_steps = 100'000;

std::string path_of(const char* parameter) {
    return std::string("scheduler.params.") + parameter;
}

double number(const ConfigTables& t, const char* parameter, double otherwise) {
    const ConfigNode* node = t.written(path_of(parameter));
    if (!node) return otherwise;
    double x = std::nan("");
    if (const auto* i = std::get_if<std::int64_t>(&node->data)) x = static_cast<double>(*i);
    if (const auto* d = std::get_if<double>(&node->data)) x = *d;
    if (!std::isfinite(x) || x < 0)
        t.fail(path_of(parameter), "found " + describe(*node) + "; accepted for a run: a number, at least 0");
    return x;
}

}  // namespace

void translate_schedule(ConfigTables& t) {
    const ConfigNode* type = t.written("scheduler.type");
    if (!type || !type->text()) return;
    if (*type->text() != "WarmupLR") {
        t.note("scheduler.type",
               *type->text() + " is not simulated: the learning rate is constant; accepted: WarmupLR");
        return;
    }
    const double lowest = number(t, "warmup_min_lr", 0.0), highest = number(t, "warmup_max_lr", 0.001);
    const double steps = std::fmax(2.0, number(t, "warmup_num_steps", 1000.0));
    if (steps > most_warmup_steps)
        t.fail(path_of("warmup_num_steps"),
               "found " + number_text(steps) + "; accepted for a run: at most " + number_text(most_warmup_steps));
    const ConfigNode* shape = t.written(path_of("warmup_type"));
    const bool linear = shape && shape->text() && *shape->text() == "linear";
    std::vector<Tree> values;
    const auto add = [&](double lr) {
        Tree& value = values.emplace_back();
        value.place = t.place("scheduler");
        value.data = lr;
    };
    add(lowest);
    for (double i = 0; i < steps; ++i)
        add(lowest + (highest - lowest) * (linear ? i / steps : log_to_odd(i + 1) / log_to_odd(steps)));
    add(highest);
    t.put_tree("optimizer.lr_values", {t.place("scheduler"), std::move(values)});
}

}  // namespace halfstep
