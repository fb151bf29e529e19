#include "run_index.hpp"

namespace halfstep {

RunIndex::RunIndex(std::filesystem::path path, const Results& results) : path_(std::move(path)) {
    std::map<std::string, std::size_t> variants;
    for (std::size_t i = 0; i < results.experiment.runs.size(); ++i)
        variants.emplace(results.experiment.runs[i].run, i);
    for (std::size_t i = 0; i < results.summaries.size(); ++i) {
        const auto variant = variants.find(results.summaries[i].run);
        if (variant != variants.end())
            places_.emplace(std::make_pair(results.summaries[i].run, results.summaries[i].seed),
                            Place{i, variant->second});
    }
}

const RunIndex::Place& RunIndex::find(std::string_view run, std::uint64_t seed) {
    if (place_ && run == run_ && seed == seed_) return *place_;
    run_ = run;
    seed_ = seed;
    const auto found = places_.find({run_, seed_});
    if (found == places_.end())
        throw ResultError(path_, "holds the run '" + run_ + "', seed " + std::to_string(seed_) +
                                     ", which manifest.json does not know");
    place_ = &found->second;
    return *place_;
}

}  // namespace halfstep
