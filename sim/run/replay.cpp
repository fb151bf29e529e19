#include "halfstep/run/replay.hpp"

#include <cinttypes>
#include <cmath>
#include <cstdio>

#include "halfstep/format/round.hpp"
#include "halfstep/run/simulate.hpp"
#include "recording.hpp"

namespace halfstep {
namespace {

using nlohmann::json;

// Distance in representable values, -0 and +0 one apart; NaNs are equal to each other only.
template <class T>
std::uint64_t ulps_between(T a, T b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? 0 : UINT64_MAX;
    using B = BitsOf<T>;
    auto place = [](T x) {
        const auto magnitude = static_cast<std::int64_t>(to_bits(x) & B::magnitude_mask);
        return std::signbit(x) ? -magnitude - 1 : magnitude;
    };
    const std::int64_t pa = place(a), pb = place(b);
    return pa > pb ? std::uint64_t(pa) - std::uint64_t(pb) : std::uint64_t(pb) - std::uint64_t(pa);
}

std::string text(double x, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, x);
    return buffer;
}

// Lays every recorded field beside the state of our run at that step.
class Comparison final : public Sink {
public:
    Comparison(const Recording& recording, const RunSpec& spec, ReplayResult& result)
        : recording_(recording), read_(recording.read()), spec_(spec), result_(result) {
        for (const ParameterGroup& g : spec.groups) logical_ += fused() ? 1 : int(g.tensors.size());
    }

    void step(const StepRecord& record, const Snapshot& snapshot) override {
        step_ = record.step;
        read_ = recording_.read().inside("trajectory[" + std::to_string(step_) + "]");
        const json& r = recording_.trajectory()[std::size_t(record.step)];
        auto series = [&](const char* name, double absent) {
            for (const auto& [key, value] : record.series)
                if (key == name) return value;
            return absent;
        };
        const std::int64_t before = result_.compared;
        number(r, "step", double(step_));
        number(r, "lr", series("lr", 0));
        number(r, "loss", series("eval_loss", 0));
        if (const json* loss = read_.find(r, "loss_hex64")) {
            const auto bits = read_.hexadecimal(*loss, 16, "loss_hex64");
            if (bits.size() != 1) read_.fail("\"loss_hex64\" is not one number");
            compare_double("loss_hex64", from_bits<double>(bits[0]), series("eval_loss", 0));
        }
        number(r, "loss_scale", series("loss_scale", 1));
        number(r, "loss_scale_next", has(snapshot, "loss_scale") ? snapshot.state("loss_scale", 0)[0] : 1.0);
        number(r, "skipped", record.skipped ? 1 : 0);
        number(r, "grads_allreduced", series("grads_averaged", 1));
        vectors(r, "params", [&](int w) { return parameters(snapshot, w); });
        vectors(r, "exp_avg", [&](int w) { return joined(snapshot, "exp_avg", w, false); });
        vectors(r, "exp_avg_sq", [&](int w) { return joined(snapshot, "exp_avg_sq", w, false); });
        vectors(r, "worker_error", [&](int w) { return joined(snapshot, "worker_error", w, true); });
        vectors(r, "server_error", [&](int w) { return server_error(snapshot, w); });
        half_words(r, snapshot);
        scalars(r, snapshot);
        gradient_norms(r, snapshot);
        if (result_.compared == before) read_.fail("has no field that could be compared");
    }

private:
    bool fused() const { return spec_.engine.text("wrapper") != "none"; }
    static bool has(const Snapshot& s, std::string_view name) {
        for (const std::string& n : s.names())
            if (n == name) return true;
        return false;
    }
    static std::vector<double> copy(const Snapshot& s, const std::string& name, int w) {
        return s.state(name, s.workers(name) == 1 ? 0 : w);
    }

    void differ(const std::string& field, int worker, std::size_t element, double recorded, double here,
                std::uint64_t ulps, int digits) {
        ++result_.compared;
        if (ulps == 0) return;
        if (ulps > result_.max_ulps) result_.max_ulps = ulps;
        if (result_.first_difference.empty())
            result_.first_difference = "step " + std::to_string(step_) + ", " + field + ", worker " +
                                       std::to_string(worker) + ", element " + std::to_string(element) + ": recorded " +
                                       text(recorded, digits) + ", here " + text(here, digits);
    }
    void compare_double(const std::string& field, double recorded, double here, int worker = 0,
                        std::size_t element = 0) {
        differ(field, worker, element, recorded, here, ulps_between(recorded, here), 17);
    }
    void number(const json& r, const char* field, double here) {
        if (const json* recorded = read_.find(r, field)) compare_double(field, read_.number(*recorded, field), here);
    }
    void compare(const std::string& field, int worker, const std::vector<double>& recorded,
                 const std::vector<double>& here) {
        if (recorded.size() != here.size()) {
            differ(field + " (number of values)", worker, 0, double(recorded.size()), double(here.size()), UINT64_MAX,
                   9);
            return;
        }
        for (std::size_t i = 0; i < here.size(); ++i)
            differ(field, worker, i, recorded[i], here[i], ulps_between(float(recorded[i]), float(here[i])), 9);
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
            compare(field, w, recorded, ours(w));
        }
    }

    // The optimizer's vectors in group order; error buffers only where the recording has them.
    std::vector<double> joined(const Snapshot& s, const std::string& name, int w, bool errors) const {
        std::vector<double> all;
        for (int j = 0; j < logical_; ++j) {
            const std::string suffix = "[" + std::to_string(j) + "]";
            if (errors && s.state("has_errors" + suffix, 0)[0] == 0.0) continue;
            const auto part = copy(s, name + suffix, w);
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }
    std::vector<double> server_error(const Snapshot& s, int w) const {
        std::vector<double> all;
        for (int j = 0; j < logical_; ++j) {
            const std::string suffix = "[" + std::to_string(j) + "]";
            if (s.state("has_errors" + suffix, 0)[0] == 0.0) continue;
            const auto whole = s.state("server_error" + suffix, 0);
            const auto chunk = std::ptrdiff_t(whole.size()) / spec_.workers;
            all.insert(all.end(), whole.begin() + w * chunk, whole.begin() + (w + 1) * chunk);
        }
        return all;
    }
    std::vector<double> parameters(const Snapshot& s, int w) const {
        if (fused()) return joined(s, "master", w, false);
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
        if (v && !fused()) read_.fail("\"model_params_16bit\" without a wrapper");
        for (int w = 0; v && w < spec_.workers; ++w) {
            std::vector<double> recorded;
            for (std::uint64_t bits : read_.hexadecimal(of_worker(*v, w), 4, "model_params_16bit"))
                recorded.push_back(widen(std::uint32_t(bits)));
            compare("model_params_16bit", w, recorded, copy(s, "weight", w));
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
        const json* recorded = read_.find(r, "scalars");
        if (!recorded) return;
        if (const json* steps = read_.find(*recorded, "step")) {
            read_.list(*steps, "scalars.step", std::size_t(logical_));
            for (std::size_t j = 0; j < steps->size(); ++j)
                compare_double("scalars.step", read_.number((*steps)[j], "scalars.step"), s.state("step", 0)[0], 0, j);
        }
        if (const json* key = read_.find(*recorded, "adam_freeze_key"))
            compare_double("scalars.adam_freeze_key", read_.number(*key, "adam_freeze_key"),
                           s.state("adam_freeze_key", 0)[0]);
    }

    void gradient_norms(const json& r, const Snapshot& s) {
        const json* norms = read_.find(r, "global_grad_norm_per_rank");
        if (!norms) return;
        if (!fused()) read_.fail("\"global_grad_norm_per_rank\" without a wrapper");
        read_.list(*norms, "global_grad_norm_per_rank", std::size_t(spec_.workers));
        for (int w = 0; w < spec_.workers; ++w)
            compare_double("global_grad_norm_per_rank", read_.number((*norms)[std::size_t(w)], "global_grad_norm"),
                           copy(s, "global_grad_norm", w)[0], w);
    }

    const Recording& recording_;
    FieldReader read_;  // with the present entry's place
    const RunSpec& spec_;
    ReplayResult& result_;
    int logical_ = 0;
    std::int64_t step_ = 0;
};

}  // namespace

ReplayResult replay(const std::string& text, const std::string& file) {
    const Recording recording(text, file);
    const RunSpec spec = recording.spec();
    ReplayResult result;
    result.name = recording.name();
    Comparison comparison(recording, spec, result);
    try {
        result.digest = simulate(spec, 0, comparison).digest;
    } catch (const SpecError& e) {
        recording.read().fail(std::string("cannot be run: ") + e.key() + ": " + e.what());
    }
    return result;
}

}  // namespace halfstep
