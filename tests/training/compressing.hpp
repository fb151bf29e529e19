// A compressor on its own vectors: a program whose step compresses one vector a worker, and averages what was
// sent with or without error feedback.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "halfstep/comm/compressed_average.hpp"
#include "halfstep/program/machine.hpp"
#include "halfstep/program/recorder.hpp"

namespace halfstep::test {

inline Configured a_compressor(const std::string& kind, std::vector<NamedValue> given = {}) {
    return configure(find_compressor(kind).schema, std::move(given));
}

inline Configured signs_by(const std::string& scale) {
    return a_compressor("sign", {{"scale", {scale}}});
}

// Configurations of a registered compressor; one that is not listed here fails the tests.
inline std::vector<Configured> compressor_examples(const std::string& kind) {
    if (kind == "identity") return {a_compressor(kind)};
    if (kind == "sign") return {a_compressor(kind), signs_by("rms")};
    const auto with_k = [&](std::int64_t k) { return a_compressor(kind, {{"k", {k}}}); };
    if (kind == "top_k") return {with_k(1), with_k(5), with_k(1000)};
    if (kind == "random_k")
        return {with_k(1), with_k(5), with_k(1000),
                a_compressor(kind, {{"k", {std::int64_t{5}}}, {"unbiased", {true}}})};
    return {};
}

class Compressing {
public:
    struct Options {
        int workers = 1, n = 1;
        bool feedback = false;
        std::string preset = "fp32";
        std::optional<Precision> precision = {};
        std::uint64_t seed = 1;
        std::string stream = "[0]";
        int first_step = 0;
        bool binary64 = false, recording = false;
    };

    Compressing(const Configured& config, const Options& o)
        : compressor_(make_compressor(config)), workers_(o.workers) {
        Builder b(o.workers);
        const Host step = b.host_state("step", o.first_step);
        x_ = b.state("x", {1, o.n}, Role::update, {0.0}, true);
        message_ = b.state("message", {1, o.n}, Role::update, {0.0}, true);
        mean_ = b.state("mean", {1, o.n}, Role::update, {0.0});
        if (o.feedback) error_ = declare_worker_error(b, o.n, "");
        const RandomSource random{o.seed, step, &attachments_};
        const Expr x = b.let(Role::update, cast(x_));
        const Expr given = o.feedback ? b.let(Role::update, x + Expr(*error_)) : x;
        b.store(message_, Role::update, compressor_->compress(b, given, random, o.stream));
        const State* error = o.feedback ? &*error_ : nullptr;
        b.store(mean_, Role::update, compressed_average(b, x, *compressor_, error, random, o.stream));
        b.store(step, b.apply([](double t) { return t + 1.0; }, step));
        const Precision precision = o.precision ? *o.precision : find_preset(o.preset)->make();
        if (o.binary64)
            machine_ = make_binary64(b.program());
        else if (o.recording)
            machine_ = make_recording(b.program(), precision);
        else
            machine_ = make_emulated(b.program(), precision);
    }

    // One vector a worker -> what each of them sends.
    std::vector<std::vector<double>> send(const std::vector<std::vector<double>>& x) {
        for (std::size_t r = 0; r < x.size(); ++r) machine_->write(x_.id(), int(r), x[r]);
        machine_->step();
        std::vector<std::vector<double>> sent;
        for (int r = 0; r < workers_; ++r) sent.push_back(machine_->value(message_.id(), r));
        return sent;
    }
    std::vector<double> mean() const { return machine_->value(mean_.id()); }
    std::vector<double> error(int worker) const { return machine_->value(error_->id(), worker); }

private:
    std::unique_ptr<Compressor> compressor_;
    int workers_;
    std::vector<std::unique_ptr<Attachment>> attachments_;
    State x_, message_, mean_;
    std::optional<State> error_;
    std::unique_ptr<Machine> machine_;
};

}  // namespace halfstep::test
