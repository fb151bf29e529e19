#include "phase_words.hpp"

#include <algorithm>

#include "halfstep/trace/number.hpp"
#include "html_text.hpp"

namespace halfstep {
namespace {

// "trains" or "train", "is stuck" or "are stuck"; a word of the file's own is quoted.
std::string came_out(const std::string& verdict, std::int64_t count) {
    const bool one = count == 1;
    if (verdict == "trains") return one ? "trains" : "train";
    if (verdict == "diverged") return one ? "diverges" : "diverge";
    if (verdict == "stuck") return one ? "is stuck" : "are stuck";
    if (verdict == "scale_floor")
        return one ? "falls to the floor of its loss scale" : "fall to the floor of the loss scale";
    if (verdict == "raised") return one ? "raises an error" : "raise an error";
    if (verdict == "invalid") return "cannot be run";
    return std::string(one ? "is" : "are") + " “" + verdict + "”";
}

std::string join_words(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

// "all 5 train"; otherwise "3 train, 1 is stuck and 1 diverges", the first of them "3 of 5" where `of` says so.
std::string counts_text(const Phase& phase, const std::map<std::string, std::int64_t>& counts, std::int64_t all,
                        bool of) {
    std::vector<std::string> parts;
    for (const std::string& verdict : phase.verdicts) {
        const auto found = counts.find(verdict);
        if (found == counts.end() || found->second == 0) continue;
        const std::int64_t count = found->second;
        if (count == all) return (all == 1 ? "the one run " : "all " + grouped(all) + " ") + came_out(verdict, all);
        parts.push_back(grouped(count) + (of && parts.empty() ? " of " + grouped(all) + " " : " ") +
                        came_out(verdict, count));
    }
    return join_words(parts);
}

std::string of_runs(const Phase& phase) {
    const std::int64_t all = phase.runs();
    for (const auto& [verdict, count] : phase.results.verdicts)
        if (count == all)
            return (all == 1 ? "The one run " : "All " + grouped(all) + " runs ") + came_out(verdict, all) + ".";
    return "Of " + grouped(all) + " runs " + counts_text(phase, phase.results.verdicts, all, false) + ".";
}

std::string of_variants(const Phase& phase) {
    constexpr std::size_t most = 6;
    if (phase.variants.size() < 2 || phase.variants.size() > most || phase.verdicts.size() < 2) return "";
    std::string text;
    for (const PhaseVariant& variant : phase.variants) {
        std::int64_t all = 0;
        for (const auto& [verdict, count] : variant.counts) all += count;
        if (all == 0) continue;
        const std::string name = phase.results.experiment.runs[variant.run].run;
        text += (text.empty() ? "" : "; ") + name + ": ";
        text += counts_text(phase, variant.counts, all, true);
    }
    return text.empty() ? "" : text + ".";
}

}  // namespace

std::string verdict_doc(const Sweep& sweep, const std::string& verdict) {
    for (const VerdictRule& rule : sweep.verdicts)
        if (rule.name == verdict) return rule.when.describe();
    for (const VerdictDoc& builtin : builtin_verdicts())
        if (verdict == builtin.name) return builtin.doc;
    return "";
}

std::string axis_name(const SweepAxis& axis) {
    return axis.keys.front().key;
}

std::string point_text(const Sweep& sweep, const std::vector<std::string>& at) {
    std::string text;
    std::size_t key = 0;
    for (const SweepAxis& axis : sweep.axes)
        for (const SweepKey& one : axis.keys) {
            const std::string& value = at.at(key++);
            if (!value.empty()) text += (text.empty() ? "" : ", ") + one.key + " = " + value;
        }
    return text;
}

std::vector<std::string> phase_sentences(const Phase& phase) {
    std::vector<std::string> sentences;
    const auto add = [&](std::string sentence) {
        if (!sentence.empty()) sentences.push_back(std::move(sentence));
    };
    if (phase.runs() > 0) {
        add(of_runs(phase));
        add(of_variants(phase));
    }
    for (std::string& sentence : boundary_sentences(phase)) add(std::move(sentence));
    return sentences;
}

}  // namespace halfstep
