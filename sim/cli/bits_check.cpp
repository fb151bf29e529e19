#include "bits_check.hpp"

#include <algorithm>

#include "halfstep/spec/wording.hpp"
#include "shipped.hpp"
#include "text_layout.hpp"

namespace halfstep {
namespace {

struct Mark {
    const char* word;
    Color color;
};

Mark mark_of(Reproduction outcome) {
    switch (outcome) {
        case Reproduction::same_bits:
            return {"same bits", Color::green};
        case Reproduction::different:
            return {"different", Color::red};
        default:
            return {"no reference", Color::yellow};
    }
}

// "seed 1", "seeds 1-3, 7": as --seeds takes them.
std::string seeds_text(const std::vector<std::uint64_t>& seeds) {
    std::string text = seeds.size() == 1 ? "seed " : "seeds ";
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        std::size_t last = i;
        while (last + 1 < seeds.size() && seeds[last + 1] == seeds[last] + 1) ++last;
        text += (i > 0 ? ", " : "") + std::to_string(seeds[i]);
        if (last > i) text += "-" + std::to_string(seeds[last]);
        i = last;
    }
    return text;
}

bool same_line(const CheckedRun& a, const CheckedRun& b) {
    return a.run == b.run && a.verdict.outcome == b.verdict.outcome && a.verdict.detail == b.verdict.detail;
}

}  // namespace

bool all_same(const std::vector<CheckedRun>& runs) {
    return std::all_of(runs.begin(), runs.end(),
                       [](const CheckedRun& r) { return r.verdict.outcome == Reproduction::same_bits; });
}

std::vector<std::string> check_lines(const std::vector<CheckedRun>& runs, bool quiet, const Terminal& terminal) {
    std::vector<std::string> lines;
    const std::size_t width = all_same(runs) ? 9 : 12;  // of the longest mark
    for (std::size_t i = 0; i < runs.size();) {
        const CheckedRun& first = runs[i];
        std::vector<std::uint64_t> seeds;
        for (; i < runs.size() && same_line(runs[i], first); ++i) seeds.push_back(runs[i].seed);
        if (quiet && first.verdict.outcome == Reproduction::same_bits) continue;
        const Mark mark = mark_of(first.verdict.outcome);
        const std::string indent(width + 4, ' ');
        std::string text = printable(first.run) + ", " + seeds_text(seeds);
        if (!first.verdict.detail.empty()) text += ": " + printable(first.verdict.detail);
        const int columns = std::max(terminal.columns - static_cast<int>(indent.size()), 20);
        const auto pieces = terminal.interactive ? wrapped(text, columns) : std::vector{text};
        for (std::size_t k = 0; k < pieces.size(); ++k)
            lines.push_back(
                (k == 0 ? "  " + painted(terminal, mark.color, padded(mark.word, static_cast<int>(width))) + "  "
                        : indent) +
                pieces[k]);
    }
    const auto same = static_cast<std::size_t>(std::count_if(
        runs.begin(), runs.end(), [](const CheckedRun& r) { return r.verdict.outcome == Reproduction::same_bits; }));
    if (!runs.empty() && !(quiet && same == runs.size()))
        lines.push_back("  " + std::to_string(same) + " of " + std::to_string(runs.size()) +
                        (runs.size() == 1 ? " run has" : " runs have") + " the bits of the reference");
    return lines;
}

BitsCheck::BitsCheck(const Experiment& experiment, const RunOptions& options)
    : experiment_(experiment), options_(options) {
    if (!options.verify) return;
    folder_ = options.reference.empty() ? reference_folder().string() : options.reference;
    reference_ = read_reference(folder_, experiment.name);
}

RunSummary BitsCheck::simulate(const RunSpec& spec, std::uint64_t seed, Sink& sink, const std::atomic<bool>* stop,
                               std::atomic<std::int64_t>* steps_done) {
    if (!options_.verify && options_.record_reference.empty())
        return halfstep::simulate(spec, seed, sink, stop, steps_done);
    BitsSink bits(sink, spec);
    RunSummary summary = halfstep::simulate(spec, seed, bits, stop, steps_done);
    const std::lock_guard lock(mutex_);
    parts_.insert_or_assign({spec.run, seed}, bits.parts());
    return summary;
}

std::vector<RunBits> BitsCheck::bits_of(const Results& results) const {
    std::map<std::string, std::string> specifications;
    for (const RunSpec& spec : experiment_.runs) specifications[spec.run] = specification_digest(spec);
    std::vector<RunBits> all;
    for (const RunSummary& summary : results.summaries) {
        const auto parts = parts_.find({summary.run, summary.seed});
        all.push_back({summary.run, summary.seed, specifications.at(summary.run), summary.digest,
                       parts == parts_.end() ? BitsOfParts() : parts->second});
    }
    return all;
}

std::vector<CheckedRun> BitsCheck::verify(const Results& results) const {
    std::vector<CheckedRun> checked;
    if (!options_.verify) return checked;
    for (const RunBits& bits : bits_of(results)) {
        const RunBits* known = reference_ ? reference_->find(bits.run, bits.seed) : nullptr;
        BitsVerdict verdict = compare(bits, known);
        if (!reference_) verdict.detail = "there is no " + reference_file(folder_, experiment_.name).string();
        checked.push_back({bits.run, bits.seed, std::move(verdict)});
    }
    return checked;
}

std::string BitsCheck::record(const Results& results) const {
    if (options_.record_reference.empty() || !results.complete()) return "";
    write_reference(options_.record_reference, {experiment_.name, bits_of(results)});
    return reference_file(options_.record_reference, experiment_.name).string();
}

}  // namespace halfstep
