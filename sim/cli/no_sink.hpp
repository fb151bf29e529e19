// Receives a run of which only the summary is wanted.
#pragma once

#include "halfstep/trace/record.hpp"

namespace halfstep {

class NoSink final : public Sink {
public:
    void step(const StepRecord&, const Snapshot&) override {}
};

}  // namespace halfstep
