// The bits of one scenario's runs, for `halfstep run --verify` and `--record-reference`.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "halfstep/run/simulate.hpp"
#include "halfstep/trace/reference_file.hpp"
#include "halfstep/trace/results.hpp"

namespace halfstep {

struct CheckedRun {
    std::string run;
    std::uint64_t seed = 0;
    BitsVerdict verdict;
};

// `  same bits  base, seeds 1-3`: a line a run and outcome, and one that counts. With `quiet` only the runs
// whose bits are not the same.
std::vector<std::string> check_lines(const std::vector<CheckedRun>& runs, bool quiet, const Terminal& terminal);

bool all_same(const std::vector<CheckedRun>& runs);

class BitsCheck {
public:
    // Reads the reference when it is asked for; ResultError for a damaged one. Keeps both references.
    BitsCheck(const Experiment& experiment, const RunOptions& options);

    // As halfstep::simulate, and takes the digests of the run's parts where something asks for them. May be
    // called from several threads.
    RunSummary simulate(const RunSpec& spec, std::uint64_t seed, Sink& sink, const std::atomic<bool>* stop,
                        std::atomic<std::int64_t>* steps_done);

    // What --verify says of every finished run; nothing without it.
    std::vector<CheckedRun> verify(const Results& results) const;

    // --record-reference: the file that was written, or nothing, as where runs are missing.
    std::string record(const Results& results) const;

private:
    std::vector<RunBits> bits_of(const Results& results) const;

    const Experiment& experiment_;
    const RunOptions& options_;
    std::string folder_;  // of the reference
    std::optional<ReferenceBits> reference_;
    std::map<std::pair<std::string, std::uint64_t>, BitsOfParts> parts_;
    std::mutex mutex_;
};

}  // namespace halfstep
