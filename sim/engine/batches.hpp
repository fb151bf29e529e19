// Which rows of a data set a worker sees on a step.
#pragma once

#include <memory>
#include <vector>

#include "halfstep/model/model.hpp"
#include "halfstep/spec/run_spec.hpp"

namespace halfstep {

// Records a worker's inputs (role activation) and targets (role fused). batch = 0: worker r always
// has the r-th of W equal, contiguous shares of the data. Otherwise every epoch visits the data in
// a new random order, W * batch rows a step, what does not fill a step left out.
// Throws SpecError where the data do not divide.
Batch record_batch(Builder& b, const Dataset& data, const RunSpec& spec, std::uint64_t seed, Host iteration,
                   std::vector<std::unique_ptr<Attachment>>& attachments);

}  // namespace halfstep
