#include "general.hpp"

#include <algorithm>

#include "instruction_recorder.hpp"
#include "summation.hpp"

namespace halfstep {

GeneralRounding::GeneralRounding(const Rounding& rounding, std::uint64_t seed, const std::string& stream)
    : input(rounding) {
    if (rounding.mode == RoundingMode::stochastic) {
        bits.emplace(seed, stream);
        stochastic.emplace(rounding);
    }
    if (rounding.format.block > 0) block.emplace(rounding);
}

// Elements before the first whole block of the format, and after the last, are blocks of their own.
void PlacedRounder::with_neighbours(const double* exact, double* rounded, int n, const Place& place) const {
    const GeneralRounding& g = *general_;
    const auto at = [&](int i) {
        const std::int64_t term = (place.term + std::int64_t(i) * place.term_step) * most_parts + place.part;
        return RandomPlace{step_, worker_, static_cast<std::uint32_t>(term)};
    };
    const auto element = [&](int i) {
        return static_cast<std::uint32_t>(place.element + std::int64_t(i) * place.element_step);
    };
    if (place.element_step != 1 || place.term_step != 0) {
        for (int i = 0; i < n; ++i)
            rounded[i] = g.stochastic ? (*g.stochastic)(exact[i], g.bits->word(at(i), element(i)))
                                      : static_cast<double>(plain_.from_wide(exact[i]));
        return;
    }
    if (!g.block) return (*g.stochastic)(*g.bits, at(0), element(0), exact, rounded, n);
    const int size = g.block->size();
    for (int start = 0; start < n;) {
        const int count = std::min(n - start, size - static_cast<int>((place.element + start) % size));
        if (g.stochastic)
            (*g.block)(*g.bits, at(0), element(start), exact + start, rounded + start, count);
        else
            (*g.block)(exact + start, rounded + start, count);
        start += count;
    }
}

PlacedRounder result_rounder(const Bound<float>& b, int worker) {
    return {b.result_way, b.result, b.general ? &b.general->result : nullptr, b.general ? b.general->step : nullptr,
            worker};
}

void run_general(const Bound<float>& b, int worker) {
    const General& g = *b.general;
    RoundedInstruction of = g.of;
    of.per_worker = b.out_stride != 0;
    for (int w = worker; w < worker + copies_at_once(of, b.workers); ++w)
        InstructionRecorder(b, of, g.roundings, w, nullptr).record(Interest::results);
}

}  // namespace halfstep
