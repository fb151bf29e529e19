#include "loss_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "braille.hpp"
#include "halfstep/trace/number.hpp"
#include "loss_columns.hpp"
#include "text_layout.hpp"

namespace halfstep {
namespace {

constexpr int widest = 80, narrowest = 24, indent = 2;
constexpr int shared_height = 6, own_height = 3;                       // lines of the drawing all share, of a run's own
constexpr std::size_t most_shared = 8, most_own = 6, most_seeds = 16;  // runs, and seeds of each
constexpr Color palette[most_shared] = {Color::cyan, Color::yellow, Color::magenta,     Color::green,
                                        Color::blue, Color::red,    Color::bright_blue, Color::bright_red};

// From a loss to its height, 0 (lowest shown) to 1.
class Axis {
public:
    explicit Axis(const std::vector<LossTrace>& traces) {
        for (const LossTrace& trace : traces) {
            if (!trace.facts.smallest) continue;
            lowest_ = std::min(lowest_, trace.facts.smallest->value);
            highest_ = std::max(highest_, trace.facts.largest->value);
            for (const auto& column : trace.columns)
                for (const double x : column ? std::vector{column->smallest, column->largest} : std::vector<double>())
                    if (x > 0) lowest_positive_ = std::min(lowest_positive_, x);
        }
        logarithmic_ = lowest_ >= 0 && highest_ > 0;
        if (logarithmic_) lowest_ = lowest_positive_;
    }
    bool empty() const { return lowest_ > highest_; }
    bool logarithmic() const { return logarithmic_; }
    double lowest() const { return lowest_; }
    double highest() const { return highest_; }
    double height(double loss) const {
        if (lowest_ == highest_) return 0.5;
        // Halves: the distance of the largest numbers is itself no number.
        const double share = logarithmic_ ? (std::log(std::max(loss, lowest_)) - std::log(lowest_)) /
                                                (std::log(highest_) - std::log(lowest_))
                                          : (loss / 2 - lowest_ / 2) / (highest_ / 2 - lowest_ / 2);
        return std::clamp(share, 0.0, 1.0);
    }

private:
    double lowest_ = std::numeric_limits<double>::infinity(), highest_ = -lowest_, lowest_positive_ = lowest_;
    bool logarithmic_ = false;
};

void draw(Braille& picture, const LossTrace& trace, const Axis& axis, std::int64_t last_step, Color color) {
    const auto y = [&](double loss) {
        return static_cast<int>(std::lround((1 - axis.height(loss)) * (picture.dot_rows() - 1)));
    };
    int before = -1;  // the last column with something in it
    double last = 0;
    for (int x = 0; x < static_cast<int>(trace.columns.size()); ++x) {
        const auto& column = trace.columns[static_cast<std::size_t>(x)];
        if (!column) continue;
        if (before >= 0 && !column->broken) picture.line(before, y(last), x, y(column->first), color);
        picture.line(x, y(column->smallest), x, y(column->largest), color);
        before = x;
        last = column->last;
    }
    if (!trace.facts.ends_not_finite) return;
    const int end = column_of(trace.facts.not_finite_since, last_step, picture.dot_columns());
    picture.cross(end, before >= 0 ? y(last) : picture.dot_rows() - 1, color);
}

std::string end_words(const LossTrace& trace, bool name_seed, const Terminal& terminal) {
    std::string words = terminal.unicode ? " × " : " x ";
    if (name_seed) words += "seed " + std::to_string(trace.seed) + ": ";
    words += std::isnan(trace.facts.last->value) ? "NaN" : "infinite";
    return words + " from step " + std::to_string(trace.facts.not_finite_since);
}

class Drawing {
public:
    Drawing(const std::filesystem::path& folder, const Results& results, const Terminal& terminal)
        : results_(results), terminal_(terminal), last_step_(last_step_of(results.experiment)) {
        width_ = std::min(terminal.columns, widest);
        // Nine columns hold any label of three digits; narrower ones would need the losses first.
        cells_ = width_ - indent - label_width - 2;
        if (width_ < narrowest) return;
        const std::size_t runs = results.experiment.runs.size();
        shared_ = terminal.color || runs == 1;
        drawn_runs_ = std::min(runs, shared_ ? most_shared : most_own);
        traces_ = read_losses(folder, results, 2 * cells_, drawn_runs_, most_seeds);
    }

    std::vector<std::string> lines() {
        const Axis axis(traces_);
        const bool any = std::any_of(traces_.begin(), traces_.end(), [](const auto& t) { return t.facts.count > 0; });
        if (!any) return {};
        if (shared_) {
            put_picture(axis, shared_height, 0, drawn_runs_);
            put_axis(axis);
            put_legend();
        } else {
            for (std::size_t run = 0; run < drawn_runs_; ++run) {
                if (!has_traces(run)) continue;
                put_wrapped(name_of(run) + ends_of(run));
                put_picture(axis, own_height, run, run + 1);
            }
            put_axis(axis);
        }
        if (const std::size_t runs = results_.experiment.runs.size(); runs > drawn_runs_)
            put_wrapped("drawn: the first " + std::to_string(drawn_runs_) + " of " + std::to_string(runs) + " runs");
        if (const std::size_t seeds = results_.experiment.seeds.size(); seeds > most_seeds)
            put_wrapped("drawn: the first " + std::to_string(most_seeds) + " of " + std::to_string(seeds) + " seeds");
        return std::move(lines_);
    }

private:
    static constexpr int label_width = 9;

    Color color_of(std::size_t run) const {
        return results_.experiment.runs.size() == 1 ? Color::cyan : palette[run % most_shared];
    }
    bool has_traces(std::size_t run) const {
        return std::any_of(traces_.begin(), traces_.end(), [&](const auto& t) { return t.variant == run; });
    }
    std::string name_of(std::size_t run) const {
        return shortened(printable(results_.experiment.runs[run].run), std::max(12, width_ / 2), terminal_.unicode);
    }

    std::string ends_of(std::size_t run) const {
        std::string words;
        for (const LossTrace& trace : traces_)
            if (trace.variant == run && trace.facts.ends_not_finite)
                words += (words.empty() ? "" : ",") + end_words(trace, results_.experiment.seeds.size() > 1, terminal_);
        return words;
    }

    void put_picture(const Axis& axis, int height, std::size_t first_run, std::size_t end_run) {
        Braille picture(cells_, height);
        for (const LossTrace& trace : traces_)
            if (trace.variant >= first_run && trace.variant < end_run)
                draw(picture, trace, axis, last_step_, color_of(trace.variant));
        const std::vector<std::string> rows = picture.lines(terminal_);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            std::string label;
            if (!axis.empty() && i == 0) label = rounded_text(axis.highest(), 3);
            if (!axis.empty() && i + 1 == rows.size() && axis.lowest() < axis.highest())
                label = rounded_text(axis.lowest(), 3);
            put_row(label, terminal_.unicode ? "│" : "|", rows[i]);
        }
    }

    void put_row(const std::string& label, const char* edge, const std::string& row) {
        const auto blanks = static_cast<std::size_t>(std::max(0, label_width - display_width(label)));
        lines_.push_back(std::string(indent, ' ') + std::string(blanks, ' ') + label + " " + edge + row);
    }

    // The steps, with what is drawn between them: `└0──── loss, logarithmic ────1999`.
    void put_axis(const Axis& axis) {
        const std::string first = "0", last = std::to_string(last_step_);
        const auto rule = [&](int width) {
            std::string text;
            for (int i = 0; i < width; ++i) text += terminal_.unicode ? "─" : "-";
            return text;
        };
        const int room = std::max(0, cells_ - display_width(first) - display_width(last));
        std::string words;
        for (const char* candidate : {axis.logarithmic() ? " loss, log " : " loss ",
                                      axis.logarithmic() ? " loss, logarithmic, over steps " : " loss over steps "})
            if (room >= display_width(candidate) + 2) words = candidate;
        const int rules = room - display_width(words);
        put_row("", terminal_.unicode ? "└" : "+", first + rule(rules / 2) + words + rule(rules - rules / 2) + last);
    }

    void put_wrapped(const std::string& text) {
        for (const std::string& line : wrapped(text, width_ - indent))
            lines_.push_back(std::string(indent, ' ') + line);
    }

    // One entry a run, as many a line as fit; an entry too long for a line is shortened.
    void put_legend() {
        if (results_.experiment.runs.size() == 1) {
            if (const std::string ends = ends_of(0); !ends.empty()) put_wrapped(name_of(0) + ends);
            return;
        }
        std::string line;
        int used = 0;
        for (std::size_t run = 0; run < drawn_runs_; ++run) {
            if (!has_traces(run)) continue;
            const std::string entry =
                shortened(std::string(terminal_.unicode ? "━ " : "- ") + name_of(run) + ends_of(run), width_ - indent,
                          terminal_.unicode);
            const int width = display_width(entry);
            if (used > 0 && indent + used + 2 + width > width_) {
                lines_.push_back(std::string(indent, ' ') + line);
                line.clear();
                used = 0;
            }
            if (used > 0) line += "  ";
            line += painted(terminal_, color_of(run), entry);
            used += (used > 0 ? 2 : 0) + width;
        }
        lines_.push_back(std::string(indent, ' ') + line);
    }

    const Results& results_;
    const Terminal& terminal_;
    std::int64_t last_step_;
    int width_ = 0, cells_ = 0;
    bool shared_ = true;
    std::size_t drawn_runs_ = 0;
    std::vector<LossTrace> traces_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> loss_curve(const std::filesystem::path& folder, const Results& results,
                                    const Terminal& terminal) {
    return Drawing(folder, results, terminal).lines();
}

}  // namespace halfstep
