// What a replay finds: how many values were compared, the largest distance, and the first value
// that differs, in words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "halfstep/run/replay.hpp"

namespace halfstep {

class Differences {
public:
    explicit Differences(ReplayResult& result) : result_(result) {}

    // What the values that follow belong to: "step 31".
    void at(const std::string& moment) { moment_ = moment; }
    std::int64_t compared() const { return result_.compared; }

    void number(const std::string& field, double recorded, double here, int worker = 0, std::size_t element = 0);
    // Binary32 numbers. Another length is a difference.
    void vector(const std::string& field, int worker, const std::vector<double>& recorded,
                const std::vector<double>& here);
    // A difference that is no number: both sides in words.
    void words(const std::string& field, const std::string& recorded, const std::string& here);

private:
    void differ(const std::string& field, int worker, std::size_t element, double recorded, double here,
                std::uint64_t ulps, int digits);
    ReplayResult& result_;
    std::string moment_;
};

}  // namespace halfstep
