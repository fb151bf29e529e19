// The digest of a run, its metrics and its events included: what is observed has to be the same everywhere as well.
#pragma once

#include "halfstep/run/simulate.hpp"
#include "halfstep/trace/digest.hpp"

namespace halfstep::digests {

inline std::string digest_of_run(const RunSpec& spec, std::uint64_t seed) {
    class Ignored final : public Sink {
        void step(const StepRecord&, const Snapshot&) override {}
    } sink;
    const RunSummary summary = simulate(spec, seed, sink);
    Digest digest;
    digest.add(summary.digest);
    for (const auto& [name, value] : summary.metrics) {
        digest.add(name);
        digest.add(value);
    }
    for (const Event& event : summary.events) digest.add(event.sentence);
    return digest.hex();
}

}  // namespace halfstep::digests
