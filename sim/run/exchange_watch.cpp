#include "exchange_watch.hpp"

#include <algorithm>
#include <cmath>

namespace halfstep {

ExchangeWatch::ExchangeWatch(const Program& program, const Machine& machine)
    : program_(program), worker_errors_(machine, "worker_error"), server_errors_(machine, "server_error") {
    for (const Exchange& exchange : program.exchanges) {
        const auto size = static_cast<std::size_t>(exchange.size);
        find_writers(exchange.sent, {watched_.size(), true, 0});
        find_writers(exchange.delivered, {watched_.size(), false, 0});
        watched_.push_back({exchange, std::vector<double>(size * static_cast<std::size_t>(program.workers)),
                            std::vector<double>(size), false});
    }
}

void ExchangeWatch::find_writers(ValueId value, const Writer& writer) {
    const auto info = [&](ValueId v) -> const ValueInfo& { return program_.values[static_cast<std::size_t>(v)]; };
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
        const Instruction& I = program_.instructions[i];
        if (I.out == no_value || info(I.out).root != info(value).root) continue;
        Writer here = writer;
        here.offset += info(I.out).offset;
        writers_.emplace(static_cast<std::int32_t>(i), here);
        if (I.op != Op::cast || info(I.in[0]).lifetime != Lifetime::temporary || info(I.in[0]).root != I.in[0])
            continue;
        find_writers(I.in[0], here);
    }
}

void ExchangeWatch::begin() {
    for (Watched& w : watched_) {
        w.happened = false;
        std::fill(w.sent.begin(), w.sent.end(), 0.0);
    }
}

bool ExchangeWatch::concerns(const RoundedInstruction& instruction) const {
    return writers_.contains(instruction.index);
}

void ExchangeWatch::take(const RoundingBatch& batch) {
    if (batch.part != RoundingPart::result) return;
    const auto [first, last] = writers_.equal_range(batch.of.index);
    for (auto it = first; it != last; ++it) {
        const Writer& writer = it->second;
        Watched& w = watched_[writer.exchange];
        w.happened = true;
        double* to = writer.sends ? w.sent.data() + batch.worker * w.exchange.size : w.delivered.data();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::int64_t element = writer.offset + batch.element(i);
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
