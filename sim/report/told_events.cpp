#include "halfstep/report/told_events.hpp"

#include <algorithm>
#include <tuple>

#include "halfstep/report/curves.hpp"
#include "html_text.hpp"

namespace halfstep {
namespace {

auto place_of(const Event& event) {
    return std::tie(event.kind, event.piece, event.role, event.tensor, event.operation);
}

// "seed 2", "seeds 2 and 3", "seeds 2, 3 and 5"
std::string seeds_in_words(const std::vector<std::uint64_t>& seeds) {
    std::string text = seeds.size() == 1 ? "seed " : "seeds ";
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (i > 0) text += i + 1 == seeds.size() ? " and " : ", ";
        text += std::to_string(seeds[i]);
    }
    return text;
}

}  // namespace

std::string ToldEvent::sentence() const {
    std::string told = event().sentence;
    if (told.starts_with("step ")) told[0] = 'S';
    const std::string step = std::to_string(event().step);
    const bool names_step =
        told.find("tep " + step) != std::string::npos || told.find("tep " + grouped(event().step)) != std::string::npos;
    return names_step ? told : "Step " + grouped(event().step) + ": " + (told.empty() ? event().kind : told);
}

std::string ToldEvent::other_seeds(std::size_t seeds_of_experiment) const {
    if (seeds_of_experiment < 2) return "";
    const std::uint64_t first = occurrences.front().seed;
    if (occurrences.size() == 1) return "Only with seed " + std::to_string(first) + ".";
    std::vector<std::uint64_t> same;
    std::string likewise;
    for (std::size_t i = 1; i < occurrences.size(); ++i) {
        const auto& [seed, other] = occurrences[i];
        if (other.step == event().step && other.sentence == event().sentence)
            same.push_back(seed);
        else
            likewise += (likewise.empty() ? "" : ", ") + std::string("seed ") + std::to_string(seed) + " at step " +
                        grouped(other.step);
    }
    if (same.size() + 1 == seeds_of_experiment) return "The same with every seed.";
    std::string text = "With seed " + std::to_string(first);
    if (!same.empty()) text += "; the same with " + seeds_in_words(same);
    if (!likewise.empty()) text += "; likewise with " + likewise;
    return text + ".";
}

std::vector<ToldEvent> tell_events(const Results& results) {
    std::vector<ToldEvent> told;
    const std::vector<RunSpec>& runs = results.experiment.runs;
    const std::size_t drawn = std::min(most_drawn_runs, results.summaries.size());
    for (std::size_t variant = 0; variant < runs.size(); ++variant) {
        const std::size_t begin = told.size();
        for (std::size_t i = 0; i < drawn; ++i) {
            const RunSummary& summary = results.summaries[i];
            if (summary.run != runs[variant].run) continue;
            for (const Event& event : summary.events) {
                const auto same = std::find_if(told.begin() + static_cast<std::ptrdiff_t>(begin), told.end(),
                                               [&](const ToldEvent& other) {
                                                   return place_of(other.event()) == place_of(event) &&
                                                          other.occurrences.back().seed != summary.seed;
                                               });
                if (same != told.end())
                    same->occurrences.push_back({summary.seed, event});
                else
                    told.push_back({variant, {{summary.seed, event}}});
            }
        }
        std::stable_sort(told.begin() + static_cast<std::ptrdiff_t>(begin), told.end(),
                         [](const ToldEvent& a, const ToldEvent& b) { return a.event().step < b.event().step; });
    }
    return told;
}

std::vector<std::int64_t> event_steps(const RunSummary& summary) {
    std::vector<std::int64_t> steps;
    for (const Event& event : summary.events) steps.push_back(event.step);
    return steps;
}

}  // namespace halfstep
