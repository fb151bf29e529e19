// A recorded training run beside our own: every recorded field is compared with the state of our run
// after the same iteration.
#include <cmath>

#include "differences.hpp"
#include "halfstep/format/round.hpp"
#include "halfstep/run/simulate.hpp"
#include "recording.hpp"
#include "replay_kinds.hpp"

namespace halfstep {
namespace {

using nlohmann::json;

bool has(const Snapshot& s, std::string_view name) {
    for (const std::string& n : s.names())
        if (n == name) return true;
    return false;
}

std::vector<double> copy(const Snapshot& s, const std::string& name, int w) {
    return s.state(name, s.workers(name) == 1 ? 0 : w);
}

// A counter or coefficient of the optimizer: the name it is recorded under, which is also that of
// our state, and the state that says whether there is one at the moment (empty: always).
struct Scalar {
    const char* name;
    const char* presence;
    bool of_each_tensor;
};
constexpr Scalar scalars_in_recordings[] = {
    {"step", "", true},
    {"adam_freeze_key", "", false},
    {"freeze_key", "", false},
    {"var_interval", "", true},
    {"var_counter", "", true},
    {"local_step_interval", "", true},
    {"local_step_counter", "", true},
    {"lrs", "", true},
    {"lamb_coeff_freeze", "", true},
    {"last_factor", "", true},
    {"scaling_coeff", "has_scaling_coeff", true},
    {"lamb_coeffs", "has_lamb_coeffs", true},
};

class Comparison final : public Sink {
public:
    Comparison(const Recording& recording, const RunSpec& spec, ReplayResult& result)
        : recording_(recording), read_(recording.read()), spec_(spec), differences_(result) {
        const bool fused = wrapper().ends_with("_fused");
        for (const ParameterGroup& g : spec.groups) logical_ += fused ? 1 : int(g.tensors.size());
    }

    void step(const StepRecord& record, const Snapshot& snapshot) override {
        differences_.at("step " + std::to_string(record.step));
        if (std::size_t(record.step) >= recording_.trajectory().size()) {
            differences_.words("end of the run", "an error", "another step");
            return;
        }
        read_ = recording_.read().inside("trajectory[" + std::to_string(record.step) + "]");
        const json& r = recording_.trajectory()[std::size_t(record.step)];
        const std::int64_t before = differences_.compared();
        numbers_of_the_step(r, record, snapshot);
        vectors(r, "params", [&](int w) { return parameters(snapshot, w); });
        for (const char* field : {"exp_avg", "exp_avg_sq", "exp_avg_sq_fresh"})
            vectors(r, field, [&](int w) { return joined(snapshot, field, w); });
        vectors(r, "exp_avg_flat_tail", [&](int w) { return copy_if_any(snapshot, "exp_avg_flat_tail", w); });
        momentum_accumulator(r, snapshot);
        vectors(r, "worker_error", [&](int w) { return worker_error(snapshot, w); });
        vectors(r, "server_error", [&](int w) { return server_error(snapshot, w); });
        half_words(r, snapshot);
        scalars(r, snapshot);
        if (const json* coefficients = read_.find(r, "lamb_coeffs"))
            scalar(scalars_in_recordings[std::size(scalars_in_recordings) - 1], *coefficients, "lamb_coeffs", snapshot);
        gradient_norms(r, snapshot);
        if (differences_.compared() == before) read_.fail("has no field that could be compared");
    }

    // The run is over, with `error` where our side raised one.
    void end(std::int64_t steps, const std::string& error) {
        if (error.empty()) return;  // a further step than recorded was reported as it came
        differences_.at("step " + std::to_string(steps));
        differences_.words("end of the run", recording_.raises_at() == steps ? "an error" : "a step", "an error");
    }

private:
    const std::string& wrapper() const { return spec_.engine.text("wrapper"); }
    bool has_masters() const { return wrapper() != "none"; }

    void number(const json& r, const char* field, double here) {
        if (const json* recorded = read_.find(r, field))
            differences_.number(field, read_.number(*recorded, field), here);
    }

    void numbers_of_the_step(const json& r, const StepRecord& record, const Snapshot& snapshot) {
        auto series = [&](const char* name, double absent) {
            for (const auto& [key, value] : record.series)
                if (key == name) return value;
            return absent;
        };
        number(r, "step", double(record.step));
        number(r, "lr", series("lr", 0));
        number(r, "loss", series("eval_loss", 0));
        if (const json* loss = read_.find(r, "loss_hex64"))
            differences_.number("loss_hex64", binary64(*loss, "loss_hex64"), series("eval_loss", 0));
        number(r, "loss_scale", series("loss_scale", 1));
        number(r, "loss_scale_next", has(snapshot, "loss_scale") ? snapshot.state("loss_scale", 0)[0] : 1.0);
        number(r, "skipped", record.skipped ? 1 : 0);
        number(r, "grads_allreduced", series("grads_averaged", 1));
    }

    double binary64(const json& word, const char* what) const {
        const auto bits = read_.hexadecimal(word, 16, what);
        if (bits.size() != 1) read_.fail("\"" + std::string(what) + "\" is not one number");
        return from_bits<double>(bits[0]);
    }

    // {all_ranks: x} or {per_rank: [x, ...]}.
    const json& of_worker(const json& v, int w) const {
        if (const json* all = read_.find(v, "all_ranks")) return *all;
        return read_.list(read_.at(v, "per_rank"), "per_rank", std::size_t(spec_.workers))[std::size_t(w)];
    }
    // x = {hex}; null: nobody has such a vector.
    template <class Ours>
    void vectors(const json& r, const char* field, Ours ours) {
        const json* v = read_.find(r, field);
        for (int w = 0; v && w < spec_.workers; ++w) {
            std::vector<double> recorded;
            if (!v->is_null())
                if (const json& x = of_worker(*v, w); !x.is_null()) recorded = read_.words(read_.at(x, "hex"), field);
            differences_.vector(field, w, recorded, ours(w));
        }
    }

    // The optimizer's vectors in group order.
    std::vector<double> joined(const Snapshot& s, const std::string& name, int w) const {
        std::vector<double> all;
        for (int j = 0; j < logical_; ++j)
            for (double x : copy_if_any(s, name + "[" + std::to_string(j) + "]", w)) all.push_back(x);
        return all;
    }
    static std::vector<double> copy_if_any(const Snapshot& s, const std::string& name, int w) {
        return has(s, name) ? copy(s, name, w) : std::vector<double>();
    }

    // What each vector that has error buffers at the moment is called after: "[0]", or nothing
    // where all tensors share one.
    static std::vector<std::string> with_errors(const Snapshot& s) {
        const std::string flag = "has_errors";
        std::vector<std::string> suffixes;
        for (const std::string& name : s.names())
            if (name.starts_with(flag) && s.state(name, 0)[0] != 0.0) suffixes.push_back(name.substr(flag.size()));
        return suffixes;
    }
    static std::vector<double> worker_error(const Snapshot& s, int w) {
        std::vector<double> all;
        for (const std::string& suffix : with_errors(s))
            for (double x : copy(s, "worker_error" + suffix, w)) all.push_back(x);
        return all;
    }
    std::vector<double> server_error(const Snapshot& s, int w) const {
        std::vector<double> all;
        for (const std::string& suffix : with_errors(s)) {
            const auto whole = s.state("server_error" + suffix, 0);
            const auto chunk = std::ptrdiff_t(whole.size()) / spec_.workers;
            all.insert(all.end(), whole.begin() + w * chunk, whole.begin() + (w + 1) * chunk);
        }
        return all;
    }

    // Recorded wherever the moments are, unless it was dropped.
    void momentum_accumulator(const json& r, const Snapshot& s) {
        if (!has(s, "has_momentum_accumulator") || !read_.find(r, "exp_avg")) return;
        const bool dropped = s.state("has_momentum_accumulator", 0)[0] == 0.0;
        const auto ours = [&](int w) { return dropped ? std::vector<double>() : joined(s, "momentum_accumulator", w); };
        if (read_.find(r, "momentum_accumulator"))
            vectors(r, "momentum_accumulator", ours);
        else
            for (int w = 0; w < spec_.workers; ++w) differences_.vector("momentum_accumulator", w, {}, ours(w));
    }

    std::vector<double> parameters(const Snapshot& s, int w) const {
        if (has_masters()) return joined(s, "master", w);
        const auto flat = copy(s, "weight", w);
        std::vector<std::size_t> offsets = {0};
        for (std::int64_t size : tensor_sizes()) offsets.push_back(offsets.back() + std::size_t(size));
        std::vector<double> all;
        for (const ParameterGroup& g : spec_.groups)
            for (int k : g.tensors)
                all.insert(all.end(), flat.begin() + std::ptrdiff_t(offsets[std::size_t(k)]),
                           flat.begin() + std::ptrdiff_t(offsets[std::size_t(k) + 1]));
        return all;
    }
    std::vector<std::int64_t> tensor_sizes() const {
        if (spec_.model.kind == "quadratic") return spec_.model.integers("tensors");
        return {std::int64_t(spec_.model.numbers("init").size()),
                std::int64_t(spec_.model.numbers("init_bias").size())};
    }

    void half_words(const json& r, const Snapshot& s) {
        const json* v = read_.find(r, "model_params_16bit");
        if (v && !has_masters()) read_.fail("\"model_params_16bit\" without a wrapper");
        for (int w = 0; v && w < spec_.workers; ++w) {
            std::vector<double> recorded;
            for (std::uint64_t bits : read_.hexadecimal(of_worker(*v, w), 4, "model_params_16bit"))
                recorded.push_back(widen(std::uint32_t(bits)));
            differences_.vector("model_params_16bit", w, recorded, copy(s, "weight", w));
        }
    }
    double widen(std::uint32_t bits) const {
        if (spec_.preset == "bf16") return double(from_bits<float>(bits << 16));
        const int exponent = int(bits >> 10 & 31);
        const double significand = double(bits & 1023) + (exponent > 0 ? 1024.0 : 0.0);
        double x = std::ldexp(significand, (exponent > 0 ? exponent : 1) - 25);
        if (exponent == 31) x = (bits & 1023) ? std::nan("") : HUGE_VAL;
        return bits >> 15 ? -x : x;
    }

    void scalars(const json& r, const Snapshot& s) {
        const json* decimal = read_.find(r, "scalars");
        const json* hexadecimal = read_.find(r, "scalars_hex64");
        for (const Scalar& known : scalars_in_recordings) {
            if (const json* v = decimal ? read_.find(*decimal, known.name) : nullptr)
                scalar(known, *v, "scalars." + std::string(known.name), s);
            if (const json* v = hexadecimal ? read_.find(*hexadecimal, known.name) : nullptr)
                scalar(known, *v, "scalars_hex64." + std::string(known.name), s);
        }
    }
    // Numbers, or binary64 words; null, or an empty list, where there is none at the moment.
    void scalar(const Scalar& known, const json& v, const std::string& field, const Snapshot& s) {
        const std::string presence = known.presence;
        const bool present = presence.empty() || !has(s, presence) || s.state(presence, 0)[0] != 0.0;
        const auto compare = [&](const json& recorded, const std::string& ours, std::size_t j) {
            if (recorded.is_null() || !present) {
                if (recorded.is_null() != !present)
                    differences_.words(field, recorded.is_null() ? "none" : "a number", present ? "a number" : "none");
                return;
            }
            if (!has(s, ours)) read_.fail("\"" + field + "\" is not known to the optimizer");
            const bool hexadecimal = field.starts_with("scalars_hex64");
            differences_.number(field,
                                hexadecimal ? binary64(recorded, known.name) : read_.number(recorded, known.name),
                                s.state(ours, 0)[0], 0, j);
        };
        if (!known.of_each_tensor) return compare(v, known.name, 0);
        if (v.is_array() && v.empty() && !presence.empty()) return compare(nullptr, known.name, 0);
        read_.list(v, known.name, std::size_t(logical_));
        for (std::size_t j = 0; j < v.size(); ++j) {
            const std::string own = known.name + ("[" + std::to_string(j) + "]");
            compare(v[j], has(s, own) ? own : known.name, j);
        }
    }

    void gradient_norms(const json& r, const Snapshot& s) {
        const json* norms = read_.find(r, "global_grad_norm_per_rank");
        if (!norms) return;
        if (!has_masters()) read_.fail("\"global_grad_norm_per_rank\" without a wrapper");
        read_.list(*norms, "global_grad_norm_per_rank", std::size_t(spec_.workers));
        for (int w = 0; w < spec_.workers; ++w)
            differences_.number("global_grad_norm_per_rank", read_.number((*norms)[std::size_t(w)], "global_grad_norm"),
                                copy(s, "global_grad_norm", w)[0], w);
    }

    const Recording& recording_;
    FieldReader read_;  // with the present entry's place
    const RunSpec& spec_;
    Differences differences_;
    int logical_ = 0;
};

}  // namespace

ReplayResult replay_trajectory(const RecordingFile& file) {
    const Recording recording(file);
    const RunSpec spec = recording.spec();
    ReplayResult result;
    result.name = recording.name();
    Comparison comparison(recording, spec, result);
    try {
        const RunSummary summary = simulate(spec, 0, comparison);
        comparison.end(summary.steps, summary.error);
        result.digest = summary.digest;
        result.error = summary.error;
    } catch (const SpecError& e) {
        recording.read().fail(std::string("cannot be run: ") + e.key() + ": " + e.what());
    }
    return result;
}

}  // namespace halfstep
