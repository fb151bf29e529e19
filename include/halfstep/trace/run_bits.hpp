// What identifies a run's bits: the digest of everything recorded, and short digests of its parts, which
// say where two runs that differ begin to do so.
//
//   specification   of the RunSpec, without its names and what is only observed
//   digest          RunSummary::digest
//   series, states  each series over all recorded steps, each named state after the last step
//   until           all series up to a recorded step, and all states after it: at records 1, 2, 4, 8, ...
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "halfstep/spec/run_spec.hpp"
#include "halfstep/trace/digest.hpp"
#include "halfstep/trace/record.hpp"

namespace halfstep {

// The parts' digests are 8 hexadecimal digits: they name a place, and decide nothing.
struct BitsOfParts {
    std::vector<std::pair<std::string, std::string>> series, states;
    std::vector<std::pair<std::int64_t, std::string>> until;  // step, digest
    bool operator==(const BitsOfParts&) const = default;
};

struct RunBits {
    std::string run;
    std::uint64_t seed = 0;
    std::string specification;
    std::string digest;
    BitsOfParts parts;  // empty where they are not known
    bool operator==(const RunBits&) const = default;
};

// Of what decides a run's bits, together with the seed: names, watched formulas, the reference run and
// the cadence of tensor statistics do not.
std::string specification_digest(const RunSpec& spec);

// Passes a run on and takes the digests of its parts meanwhile.
class BitsSink final : public Sink {
public:
    BitsSink(Sink& next, const RunSpec& spec);
    void step(const StepRecord& record, const Snapshot& snapshot) override;
    void tensors(std::int64_t step, std::span<const TensorStats> tensors) override;
    BitsOfParts parts() const;  // so far

private:
    Sink& next_;
    const RunSpec& spec_;
    std::int64_t records_ = 0;
    std::vector<std::string> order_;  // of the series, as they first came
    std::map<std::string, Digest, std::less<>> series_;
    Digest all_;
    BitsOfParts parts_;
};

// What comparing a run with its reference says. A run of another specification has no reference, unless
// its bits are the same all the same.
enum class Reproduction { same_bits, different, no_reference };

struct BitsVerdict {
    Reproduction outcome = Reproduction::no_reference;
    std::string detail;  // where it differs, or why there is nothing to compare with; may be empty
};

// `reference`: nullptr where there is none for this run and seed.
BitsVerdict compare(const RunBits& run, const RunBits* reference);

}  // namespace halfstep
