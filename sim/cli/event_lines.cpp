#include "event_lines.hpp"

#include <algorithm>
#include <set>

namespace halfstep {

std::vector<std::string> event_lines(std::span<const RunSummary> summaries, const std::filesystem::path& file) {
    constexpr std::size_t most_runs = 8, most_sentences = 3;
    std::vector<std::string> lines;
    std::set<std::string> told;
    std::size_t all = 0, shown = 0;
    for (const RunSummary& summary : summaries) {
        all += summary.events.size();
        if (summary.events.empty() || told.size() == most_runs || !told.insert(summary.run).second) continue;
        const std::size_t count = std::min(summary.events.size(), most_sentences);
        for (std::size_t i = 0; i < count; ++i)
            lines.push_back(summary.run + ", seed " + std::to_string(summary.seed) + ": " + summary.events[i].sentence);
        shown += count;
    }
    if (shown < all)
        lines.push_back(std::to_string(shown) + " of " + std::to_string(all) + " events; all are in " + file.string());
    return lines;
}

}  // namespace halfstep
