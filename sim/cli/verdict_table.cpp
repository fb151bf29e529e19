#include "verdict_table.hpp"

#include <algorithm>

#include "text_layout.hpp"

namespace halfstep {
namespace {

constexpr int mark_width = 6, indent = 2;
constexpr int least_expected = 30;    // columns for "expected ...", below which a table helps nobody
constexpr int widest_alignment = 40;  // longer names stick out of the column rather than push all others away

struct Mark {
    const char* word;
    Color color;
};

Mark mark_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::held:
            return {"held", Color::green};
        case Outcome::failed:
            return {"FAILED", Color::red};
        default:
            return {"open", Color::yellow};
    }
}

// One verdict in the pieces of its sentence: `run, seed 1: metric = value, expected ...`.
struct Row {
    Outcome outcome;
    std::string run, seed, metric, value, expected, sentence;
};

class Table {
public:
    Table(std::span<const Verdict> verdicts, const Terminal& terminal) : terminal_(terminal) {
        limit_ = terminal.interactive ? std::max(terminal.columns, 10) : 0;
        for (const Verdict& v : verdicts) add(v);
    }

    std::vector<std::string> lines() {
        for (const Row& row : rows_) {
            measure(run_, row.run);
            measure(seed_, row.seed);
            measure(metric_, row.metric);
            measure(value_, row.value);
        }
        const int left = indent + mark_width + 2 + run_ + 1 + seed_ + 1 + metric_ + value_ + 1;
        const bool columns_fit = limit_ == 0 || limit_ - left >= least_expected;
        for (const Row& row : rows_) columns_fit ? put_columns(row, left) : put_sentence(row);
        return std::move(lines_);
    }

private:
    std::string shown(std::string_view text) const {
        const std::string clean = printable(text);
        return terminal_.unicode ? clean : in_ascii(clean);
    }

    void add(const Verdict& v) {
        std::string run = shown(v.run);
        if (limit_ > 0) run = shortened(run, std::max(12, limit_ / 4), terminal_.unicode);
        const bool measured = !v.measured_text.empty();
        const auto expected = v.sentence.find(", expected ");
        rows_.push_back({v.outcome, run + ",", "seed " + std::to_string(v.seed) + ":",
                         shown(v.metric) + (measured ? "" : ","), measured ? " = " + v.measured_text + "," : "",
                         shown(v.sentence.substr(expected == std::string::npos ? 0 : expected + 2)),
                         shown(v.sentence)});
    }

    static void measure(int& column, std::string_view text) {
        column = std::max(column, std::min(display_width(text), widest_alignment));
    }

    std::string marked(const Row& row) const {
        const auto [word, color] = mark_of(row.outcome);
        return std::string(indent, ' ') + painted(terminal_, color, word) +
               std::string(static_cast<std::size_t>(mark_width + 2 - display_width(word)), ' ');
    }

    void put_columns(const Row& row, int left) {
        const std::string line = marked(row) + padded(row.run, run_) + " " + padded(row.seed, seed_) + " " +
                                 padded(row.metric, metric_) + padded(row.value, value_) + " ";
        if (limit_ == 0)
            lines_.push_back(line + row.expected);
        else
            put_wrapped(line, row.expected, left);
    }

    void put_sentence(const Row& row) {
        if (limit_ >= 30) return put_wrapped(marked(row), row.sentence, indent + mark_width + 2);
        const auto [word, color] = mark_of(row.outcome);
        lines_.push_back(std::string(indent, ' ') + painted(terminal_, color, word));
        put_wrapped(std::string(2 * indent, ' '), row.sentence, 2 * indent);
    }

    // The text behind `first`, further lines indented to where it begins.
    void put_wrapped(const std::string& first, const std::string& text, int left) {
        bool begun = false;
        for (const std::string& piece : wrapped(text, std::max(1, limit_ - left))) {
            lines_.push_back((begun ? std::string(static_cast<std::size_t>(left), ' ') : first) + piece);
            begun = true;
        }
    }

    const Terminal& terminal_;
    int limit_ = 0;  // columns; 0: any number
    int run_ = 0, seed_ = 0, metric_ = 0, value_ = 0;
    std::vector<Row> rows_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> verdict_lines(std::span<const Verdict> verdicts, const Terminal& terminal) {
    return Table(verdicts, terminal).lines();
}

}  // namespace halfstep
