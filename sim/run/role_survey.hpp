// What was rounded in every role by every piece of a step: magnitudes of the results, and how many
// roundings overflowed or underflowed. Fed by the recording interpreter.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "halfstep/program/recorder.hpp"
#include "halfstep/trace/tensor_stats.hpp"
#include "magnitudes.hpp"

namespace halfstep {

// The smallest magnitude that rounding to nearest takes beyond the format's largest value.
double overflow_threshold(const Format& format);

class RoleSurvey {
public:
    RoleSurvey(const Program& program, const Precision& precision);

    // Nothing of copies, which round nothing, and of what is not rounded again. Of matrix products, the
    // terms of some results: all of them would cost more than the step twenty times over.
    Interest interest(const RoundedInstruction& instruction) const;
    void take(const RoundingBatch& batch);
    // One row a piece and role that rounded anything, in the order of the list; then starts anew.
    void finish(std::vector<TensorStats>& out);

    std::size_t size() const { return buckets_.size(); }

private:
    struct Bucket {
        std::string piece;
        Role role;
        double overflow_at;
        Magnitudes<float> magnitudes;
        std::int64_t overflows = 0, underflows = 0;
        // Results on their way to `magnitudes`: many batches are short. Of emulated formats: binary32 holds them.
        std::size_t waiting = 0;
        std::array<float, std::size_t(4)* largest_batch> values = {};
        void flush();
    };
    static constexpr int none = -1;
    int bucket_of(const std::string& piece, std::optional<Role> role, const Precision& precision);

    std::vector<Bucket> buckets_;
    struct Places {
        bool copies = true;                              // nothing is rounded
        std::array<int, 3> bucket = {none, none, none};  // by RoundingPart
    };
    std::vector<Places> places_;  // by instruction of the program
};

}  // namespace halfstep
