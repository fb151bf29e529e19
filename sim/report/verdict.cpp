#include "halfstep/report/verdict.hpp"

#include <algorithm>
#include <span>

#include "comparisons.hpp"
#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"

namespace halfstep {
namespace {

const RunSummary* find_summary(const std::vector<RunSummary>& summaries, const std::string& run, std::uint64_t seed) {
    for (const RunSummary& summary : summaries)
        if (summary.run == run && summary.seed == seed && !summary.interrupted) return &summary;
    return nullptr;
}

std::optional<double> find_metric(const RunSummary* summary, const std::string& name) {
    if (!summary) return std::nullopt;
    for (const auto& [metric, value] : summary->metrics)
        if (metric == name) return value;
    return std::nullopt;
}

// Six digits, or all of them where equality is asked for or six would make two different numbers look the same.
std::string text_beside(double value, double other, bool equality) {
    const std::string text = equality ? number_text(value) : rounded_text(value);
    return text == rounded_text(other) && !same_bits(value, other) ? number_text(value) : text;
}

class Judge {
public:
    Judge(const Expectation& expectation, const std::vector<RunSummary>& summaries, std::uint64_t seed)
        : expectation_(expectation), summaries_(summaries) {
        verdict_.run = expectation.run;
        verdict_.seed = seed;
        verdict_.metric = expectation.metric;
        verdict_.because = expectation.because;
        verdict_.line = expectation.line;
    }

    Verdict decide() {
        const RunSummary* summary = find_summary(summaries_, verdict_.run, verdict_.seed);
        verdict_.measured = find_metric(summary, verdict_.metric);
        if (!verdict_.measured) lack(verdict_.run, summary, verdict_.metric);
        bool held = true;
        for (const Comparison& comparison : comparisons)
            if (const auto& bound = expectation_.*comparison.bound) held = compare(comparison, *bound) && held;
        if (lacking_.empty()) verdict_.outcome = held ? Outcome::held : Outcome::failed;
        write_sentence();
        return std::move(verdict_);
    }

private:
    void lack(const std::string& run, const RunSummary* summary, const std::string& metric) {
        lacking_ = summary ? run + " has no metric " + metric : "the run " + run + " is not finished";
    }

    static void join(std::string& all, const std::string& piece, const char* between) {
        if (!all.empty() && !piece.empty()) all += between;
        all += piece;
    }

    bool compare(const Comparison& comparison, const Bound& bound) {
        std::optional<double> value = bound.constant;
        std::string text = comparison.words;
        text += ' ';
        if (!bound.run.empty()) {
            const RunSummary* summary = find_summary(summaries_, bound.run, verdict_.seed);
            value = find_metric(summary, bound.metric);
            if (!value) lack(bound.run, summary, bound.metric);
            if (value) *value *= bound.factor;
        }
        const std::string number = !value ? ""
                                   : verdict_.measured
                                       ? text_beside(*value, *verdict_.measured, expectation_.equals.has_value())
                                       : rounded_text(*value);
        std::string origin;
        if (!bound.run.empty()) {
            origin = bound.run + "'s " + bound.metric;
            if (bound.factor != 1) origin = number_text(bound.factor) + " × " + origin;
            join(verdict_.bounds, number, ", ");
        }
        join(verdict_.criterion, text + (origin.empty() ? number : origin), " and ");
        text += number;
        if (!origin.empty()) text += value ? " (" + origin + ")" : origin;
        join(verdict_.expected, text, " and ");
        if (value) last_bound_ = *value;
        return value && verdict_.measured && comparison.holds(*verdict_.measured, *value);
    }

    void write_sentence() {
        std::string& sentence = verdict_.sentence;
        sentence = verdict_.run + ", seed ";
        sentence += std::to_string(verdict_.seed) + ": " + verdict_.metric;
        if (verdict_.measured) {
            verdict_.measured_text = text_beside(*verdict_.measured, last_bound_, expectation_.equals.has_value());
            sentence += " = " + verdict_.measured_text;
        }
        sentence += ", expected " + verdict_.expected;
        if (!lacking_.empty()) sentence += "; not judged, because " + lacking_;
    }

    const Expectation& expectation_;
    const std::vector<RunSummary>& summaries_;
    Verdict verdict_;
    std::string lacking_;    // why it cannot be judged; empty when it can
    double last_bound_ = 0;  // decides how many digits the measured value needs
};

}  // namespace

std::vector<Verdict> judge(const Experiment& experiment, const std::vector<RunSummary>& summaries) {
    std::vector<Verdict> verdicts;
    for (std::size_t i = 0; i < experiment.expectations.size(); ++i) {
        const Expectation& expectation = experiment.expectations[i];
        if (expectation.swept) continue;
        for (const std::uint64_t seed : experiment.seeds) {
            const bool asked =
                expectation.seeds.empty() ||
                std::find(expectation.seeds.begin(), expectation.seeds.end(), seed) != expectation.seeds.end();
            if (!asked) continue;
            verdicts.push_back(Judge(expectation, summaries, seed).decide());
            verdicts.back().expectation = i;
        }
    }
    return verdicts;
}

VerdictCounts count(const std::vector<Verdict>& verdicts) {
    VerdictCounts counts;
    for (const Verdict& verdict : verdicts) {
        if (verdict.outcome == Outcome::held) ++counts.held;
        if (verdict.outcome == Outcome::failed) ++counts.failed;
        if (verdict.outcome == Outcome::not_judged) ++counts.not_judged;
    }
    return counts;
}

bool all_held(const std::vector<Verdict>& verdicts, bool interrupted) {
    const VerdictCounts counts = count(verdicts);
    return counts.failed == 0 && (interrupted || counts.not_judged == 0);
}

std::string describe(const VerdictCounts& counts) {
    if (counts.all() == 0) return "nothing was expected";
    std::string text;
    if (counts.held == counts.all()) {
        text = counts.all() == 1 ? "the check held" : "all " + std::to_string(counts.all()) + " checks held";
    } else {
        text = std::to_string(counts.held) + " of " + std::to_string(counts.all()) +
               (counts.all() == 1 ? " check held" : " checks held");
    }
    if (counts.failed > 0) text += ", " + std::to_string(counts.failed) + " failed";
    if (counts.not_judged > 0) text += ", " + std::to_string(counts.not_judged) + " not judged";
    return text;
}

}  // namespace halfstep
