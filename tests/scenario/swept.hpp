// A small sweep of the sample catalogue, for one thing at a time.
#pragma once

#include <string>
#include <vector>

#include "halfstep/spec/json.hpp"
#include "sample_catalogue.hpp"

namespace halfstep::test {

// Seven lines of a base run and two variants; what is swept begins on line eight.
inline std::string swept_text(const std::string& more) {
    return R"(title = "t"
claim = "c"
model = { kind = "mlp", layers = [2, 3] }
optimizer = { kind = "onebit_adam", lr = 1, freeze_step = 3 }
run = { steps = 10, seeds = [1, 2] }
variant = [{ name = "sgd", optimizer.kind = "sgd" }, { name = "bowl", model.kind = "quadratic" }]

)" + more;
}

inline Scenario swept(const std::string& more, const std::vector<std::string>& set = {}) {
    return load_scenario(swept_text(more), "demo.toml", sample_catalogue(), {set, {}});
}

inline std::string swept_error(const std::string& more, const std::vector<std::string>& set = {}) {
    return error_of(swept_text(more), {set, {}});
}

// The only key of the only axis.
inline SweepKey one_axis(const std::string& more, const std::vector<std::string>& set = {}) {
    const Sweep sweep = swept(more, set).experiment.sweep.value();
    return sweep.axes.at(0).keys.at(0);
}

inline std::vector<std::string> texts_of(const SweepKey& key) {
    std::vector<std::string> texts;
    for (const SweepValue& value : key.values) texts.push_back(value.text);
    return texts;
}

inline std::vector<double> positions_of(const SweepKey& key) {
    std::vector<double> positions;
    for (const SweepValue& value : key.values) positions.push_back(value.position);
    return positions;
}

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

}  // namespace halfstep::test
