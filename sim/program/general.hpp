// Instructions whose roundings depend on more than the number: on random bits, on neighbours (block formats),
// on how sums are added up, or on operands that are flushed to zero. The instruction recorder, which knows
// the place of every rounding, is their kernel too.
#pragma once

#include <optional>

#include "bound.hpp"
#include "halfstep/format/block.hpp"
#include "halfstep/format/stochastic.hpp"
#include "halfstep/program/recorder.hpp"

namespace halfstep {

// The roundings of one instruction: of its result and, inside sums and matrix products, of each
// product and each partial sum.
struct InstructionRoundings {
    Rounding result, product, accumulator;
};

// What one of the roundings needs beyond RoundMode.
struct GeneralRounding {
    std::optional<RandomBits> bits;
    std::optional<RoundStochastic> stochastic;
    std::optional<RoundBlock> block;
    Inputs input;

    GeneralRounding() = default;
    // Random bits from the stream of that name.
    GeneralRounding(const Rounding& rounding, std::uint64_t seed, const std::string& stream);
};

struct General {
    RoundedInstruction of;  // for the recorder; only the instruction is known
    InstructionRoundings roundings;
    GeneralRounding result, product, accumulator;
    Summation summation;
    const std::uint64_t* step = nullptr;
};

// Rounds batches of exact results, or results rounded to odd, whose places are known.
class PlacedRounder {
public:
    struct Place {
        std::int64_t element = 0, term = 0;
        int element_step = 1, term_step = 0;
        int part = 0;  // of the roundings of one term, below most_parts
    };
    PlacedRounder(Way way, const RoundingData<float>& data, const GeneralRounding* general, const std::uint64_t* step,
                  int worker)
        : plain_(way, data), general_(general), step_(step ? *step : 0), worker_(static_cast<std::uint32_t>(worker)) {}

    void operator()(const double* exact, double* rounded, int n, const Place& place) const {
        if (general_ && (general_->stochastic || general_->block)) return with_neighbours(exact, rounded, n, place);
        for (int i = 0; i < n; ++i) rounded[i] = static_cast<double>(plain_.from_wide(exact[i]));
    }
    double one(double exact, const Place& place) const {
        double rounded = 0.0;
        (*this)(&exact, &rounded, 1, place);
        return rounded;
    }
    double input(double x) const { return general_ ? general_->input(x) : x; }
    double sum_to_odd(double a, double b) const {
        return plain_.sign_of_zero(add_to_odd(input(a), input(b)), input(a), input(b));
    }
    const std::optional<RoundMode>& mode() const { return plain_.mode; }
    bool is_block() const { return general_ && general_->block; }

private:
    void with_neighbours(const double* exact, double* rounded, int n, const Place& place) const;

    AnyRounder<float> plain_;
    const GeneralRounding* general_;
    std::uint64_t step_;
    std::uint32_t worker_;
};

PlacedRounder result_rounder(const Bound<float>& bound, int worker);

// The kernel.
void run_general(const Bound<float>& bound, int worker);

}  // namespace halfstep
