// The maps of exponents as JSON: {"ids":[[role, tensor], ...], "limits":{run: {role: ...}}, "maps":[...]}.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "halfstep/spec/wording.hpp"
#include "json_text.hpp"
#include "packed.hpp"
#include "plot_data.hpp"

namespace halfstep {
namespace {

using Name = std::pair<std::string, std::string>;  // role, tensor

// Where a format ends, as powers of two and as numbers: beyond `over` values overflow, below `normal`
// they are subnormal, below `under` there is nothing but zero.
void append_limits(std::string& out, const Rounding& rounding) {
    const Format& format = limits_of(rounding.format);
    const bool flushed = rounding.subnormals == Subnormals::flush;
    out +=
        "{\"format\":" + json_quoted(rounding.format.name) + ",\"over\":" + number_text(std::log2(format.max_finite));
    out += ",\"max\":" + number_text(format.max_finite) + ",\"normal\":" + std::to_string(format.emin);
    out += ",\"under\":" + std::to_string(flushed ? format.emin : format.emin - format.precision + 1);
    if (flushed) out += ",\"flushed\":true";
    if (rounding.overflow_result() == Overflow::saturate) out += ",\"saturates\":true";
    out += '}';
}

// Of every role of a run that has a map. A run without rounding has no limits within reach.
void append_run_limits(std::string& out, const RunSpec& run, const std::set<std::string>& roles) {
    out += '{';
    bool first = true;
    for (const std::string& name : roles) {
        const auto role = find_role(name);
        if (!role || run.arithmetic != Arithmetic::emulated || !run.precision[*role]) continue;
        if (!std::exchange(first, false)) out += ',';
        out += json_quoted(name) + ':';
        append_limits(out, *run.precision[*role]);
    }
    out += '}';
}

void append_map(std::string& out, const ExponentMap& map, std::size_t name) {
    out += "\n{\"v\":" + std::to_string(map.id.variant) + ",\"s\":\"" + std::to_string(map.seed) +
           "\",\"id\":" + std::to_string(name);
    out += ",\"low\":" + std::to_string(map.lowest) + ",\"rows\":" + std::to_string(map.rows);
    out += ",\"columns\":" + std::to_string(map.columns()) + ",\"x\":\"" + packed_steps(map.steps) +
           "\",\"last\":" + std::to_string(map.last_step);
    if (map.one_step_each) out += ",\"single\":true";
    out += ",\"cells\":\"" + packed_shares(map.shares) + "\",\"zeros\":\"" + packed_shares(map.zeros);
    out += "\",\"infinities\":\"" + packed_shares(map.infinities) + "\",\"nans\":\"" + packed_shares(map.nans) + "\"}";
}

// What a map shows of a loss: not the updates that change nothing.
double visible_loss(const TensorLoss& loss) {
    return loss.share(Loss::nan) + loss.share(Loss::infinite) + loss.share(Loss::overflow) +
           loss.share(Loss::underflow) + 0.1 * loss.share(Loss::subnormal);
}

// Where the page looks to begin with; nullptr where no tensor has a map.
const TensorLoss* worst_on_a_map(const TensorTrace& trace) {
    const TensorLoss* worst = nullptr;
    for (const TensorLoss& loss : trace.losses) {
        const bool has_map = std::any_of(trace.maps.begin(), trace.maps.end(),
                                         [&](const ExponentMap& map) { return map.id == loss.id; });
        if (has_map && (!worst || visible_loss(loss) > visible_loss(*worst))) worst = &loss;
    }
    return worst;
}

}  // namespace

std::string map_data_json(const Experiment& experiment, const TensorTrace& trace) {
    std::vector<Name> names;
    std::map<Name, std::size_t> index;
    std::size_t runs = 0;
    std::set<std::string> roles;
    for (const ExponentMap& map : trace.maps) {
        const Name name(map.id.role, map.id.tensor);
        if (index.emplace(name, names.size()).second) names.push_back(name);
        roles.insert(map.id.role);
        runs = std::max(runs, map.id.variant + 1);
    }
    std::string out = "{\"ids\":";
    append_list(out, names,
                [&](const Name& name) { out += '[' + json_quoted(name.first) + ',' + json_quoted(name.second) + ']'; });
    out += ",\"limits\":";
    append_list(out, std::span(experiment.runs.data(), runs),
                [&](const RunSpec& run) { append_run_limits(out, run, roles); });
    if (const TensorLoss* worst = worst_on_a_map(trace))
        out += ",\"worst\":[" + std::to_string(worst->id.variant) + "," +
               std::to_string(index.at({worst->id.role, worst->id.tensor})) + "]";
    out += ",\"maps\":";
    append_list(out, trace.maps, [&](const ExponentMap& map) {
        append_map(out, map, index.at({map.id.role, map.id.tensor}));
    });
    return out + "}";
}

}  // namespace halfstep
