#include "halfstep/spec/sweep.hpp"

#include <algorithm>
#include <charconv>

#include "halfstep/spec/wording.hpp"

namespace halfstep {

bool MetricRange::contains(double x) const {
    return (!equals || x == *equals) && (!below || x < *below) && (!above || x > *above) &&
           (!at_most || x <= *at_most) && (!at_least || x >= *at_least) && x == x;
}

std::string MetricRange::describe() const {
    std::string text;
    const auto add = [&](const char* words, const std::optional<double>& bound) {
        if (bound) text += (text.empty() ? metric + " " : " and ") + words + number_text(*bound);
    };
    add("= ", equals);
    add("above ", above);
    add("at least ", at_least);
    add("below ", below);
    add("at most ", at_most);
    return text;
}

const std::vector<VerdictDoc>& builtin_verdicts() {
    static const std::vector<VerdictDoc> verdicts = {
        {"invalid", "the values of this point cannot be run together"},
        {"raised", "the original would have raised an error, and the run ended"},
        {"diverged", "the metric diverged is 1; of a program: a NaN was made"},
        {"scale_floor", "the loss scale fell to its floor"},
        {"stuck", "the final loss is not below the initial one"},
        {"trains", "none of these; of a program: finished"},
    };
    return verdicts;
}

const std::vector<std::string>& sweep_metrics() {
    static const std::vector<std::string> metrics = {"first_bad_step", "final_loss", "final_loss_scale",
                                                     "min_loss_scale", "bytes_sent"};
    return metrics;
}

double rounded_to_digits(double x) {
    constexpr int kept = 6;
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::general, kept).ptr;
    std::from_chars(text, end, x);
    return x;
}

std::string short_key(std::string_view key, const std::vector<std::string>& keys) {
    for (std::size_t dot = key.rfind('.');; dot = dot == 0 ? std::string_view::npos : key.rfind('.', dot - 1)) {
        const std::string_view tail = dot == std::string_view::npos ? key : key.substr(dot + 1);
        const auto has_it = [&](const std::string& other) {
            return other == tail || (other.size() > tail.size() && other.ends_with(tail) &&
                                     other[other.size() - tail.size() - 1] == '.');
        };
        if (dot == std::string_view::npos || std::count_if(keys.begin(), keys.end(), has_it) <= 1) {
            std::string name(tail);
            std::replace(name.begin(), name.end(), '.', '_');
            return name;
        }
    }
}

}  // namespace halfstep
