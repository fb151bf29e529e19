// Programs nobody would write: random operations over random shapes, in-place stores, aliasing
// views, casts that change nothing, skipped regions, values of one worker and of all. A function of
// the seed (and of the order in which the compiler evaluates operands).
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "halfstep/program/builder.hpp"

namespace random_program {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
    bool chance(int percent) { return below(100) < percent; }
    double number();  // often a small one, sometimes a huge, tiny or special one
    template <class T>
    const T& among(const std::vector<T>& choices) {
        return choices[below(static_cast<int>(choices.size()))];
    }

private:
    std::mt19937_64 engine_;
};

struct Attachments {
    std::vector<std::unique_ptr<halfstep::Attachment>> owned;
};

// `statements` at the outermost level; regions add their own.
halfstep::Program make(std::uint64_t seed, int workers, int statements, Attachments& attachments);
// Few formats, so that many casts change nothing; half of the time one format everywhere.
halfstep::Precision precision(std::uint64_t seed);

}  // namespace random_program
