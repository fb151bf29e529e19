#include "exchange_watch.hpp"

#include <cmath>

namespace halfstep {

ExchangeWatch::ExchangeWatch(const Program& program, const Machine& machine)
    : program_(program), worker_errors_(machine, "worker_error"), server_errors_(machine, "server_error") {
    for (const Exchange& exchange : program.exchanges) {
        const auto size = static_cast<std::size_t>(exchange.size);
        watched_.push_back({exchange, std::vector<double>(size * static_cast<std::size_t>(program.workers)),
                            std::vector<double>(size), false});
    }
}

void ExchangeWatch::begin() {
    for (Watched& w : watched_) w.happened = false;
}

bool ExchangeWatch::concerns(const RoundedInstruction& instruction) const {
    for (const Watched& w : watched_)
        if (root(instruction.out) == root(w.exchange.sent) || root(instruction.out) == root(w.exchange.delivered))
            return true;
    return false;
}

void ExchangeWatch::take(const RoundingBatch& batch) {
    if (batch.part != RoundingPart::result) return;
    const ValueId out = root(batch.of.out);
    const std::int64_t offset = program_.values[static_cast<std::size_t>(batch.of.out)].offset;
    for (Watched& w : watched_) {
        const bool sent = out == root(w.exchange.sent), delivered = out == root(w.exchange.delivered);
        if (!sent && !delivered) continue;
        w.happened = true;
        double* to = sent ? w.sent.data() + batch.worker * w.exchange.size : w.delivered.data();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::int64_t element = offset + batch.element(i);
            if (element < w.exchange.size) to[element] = batch.rounded[i];
        }
    }
}

void ExchangeWatch::observe(const Machine& machine, std::vector<std::pair<std::string_view, double>>& out) {
    double dot = 0.0, delivered_square = 0.0, mean_square = 0.0, sent_square = 0.0;
    bool happened = false;
    const int workers = program_.workers;
    for (const Watched& w : watched_) {
        if (!w.happened) continue;
        happened = true;
        for (const double x : w.sent) sent_square += x * x;
        for (int i = 0; i < w.exchange.size; ++i) {
            double mean = 0.0;
            for (int r = 0; r < workers; ++r) mean += w.sent[static_cast<std::size_t>(r * w.exchange.size + i)];
            mean /= workers;
            const double d = w.delivered[static_cast<std::size_t>(i)];
            dot += d * mean;
            delivered_square += d * d;
            mean_square += mean * mean;
        }
    }
    if (!happened) return;
    const auto add = [&](std::string_view name, double value, double divisor) {
        if (divisor != 0.0) out.emplace_back(name, value / divisor);
    };
    add("momentum_cosine", dot, std::sqrt(delivered_square) * std::sqrt(mean_square));
    add("worker_error_ratio", worker_errors_.norm(machine, scratch_), std::sqrt(sent_square));
    add("server_error_ratio", server_errors_.norm(machine, scratch_), std::sqrt(mean_square));
}

}  // namespace halfstep
