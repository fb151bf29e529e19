#include "series_words.hpp"

#include <algorithm>
#include <cctype>

namespace halfstep {
namespace {

using enum SeriesGroup;
constexpr bool held = true, plain = false;  // whether a value stands until the next

struct Row {
    std::string_view metric, title, meaning;
    SeriesGroup group = watched;
    bool stepped = false, linear = false;
};
constexpr Row known[] = {
    {"loss", "Loss", "mean over the workers’ batches before the update, as the run’s own precision saw it", training},
    {"loss_scale", "Loss scale", "what the loss is multiplied by before the backward pass", training, held},
    {"eval_loss", "Evaluation loss", "over the full data, in binary64, on the weights after the step", training},
    {"accuracy", "Accuracy", "share of the full data classified correctly", training, plain, true},
    {"lr", "Learning rate", "as the optimizer used it", steps, held},
    {"grad_norm", "Gradient norm", "2-norm over all parameters, before clipping", steps},
    {"update_norm", "Update norm", "2-norm of what the step changed in the weights", steps},
    {"lost_updates", "Lost updates", "share of the nonzero updates that changed no weight", steps},
    {"max_abs_weight", "Largest weight", "largest magnitude of any weight", steps},
    {"momentum_cosine", "Delivered momentum", "its cosine to the workers’ mean; 1: the same direction", compression,
     plain, true},
    {"worker_error_norm", "Worker error", "2-norm of what the workers’ compression left behind", compression},
    {"worker_error_ratio", "Worker error against its signal", "divided by the norm of what the workers sent",
     compression},
    {"server_error_norm", "Server error", "2-norm of what the servers’ compression left behind", compression},
    {"server_error_ratio", "Server error against its signal", "divided by the norm of the workers’ mean", compression},
    {"bytes_sent", "Bytes sent", "by one worker since the start, compressed or not", compression},
    {"grads_averaged", "Gradients averaged", "1: whole gradients, 0: compressed momenta", compression, held, true},
    {"reference_distance", "Distance to the reference", "of the weights, relative, to the run without rounding",
     reference},
    {"reference_loss", "Loss of the reference", "as the loss, of the same run without rounding", reference},
};

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::string_view group_title(SeriesGroup group) {
    switch (group) {
        case training:
            return "Training";
        case steps:
            return "Gradients and steps";
        case compression:
            return "Compression and its error feedback";
        case reference:
            return "Against the run without rounding";
        default:
            return "Watched";
    }
}

SeriesWords series_words(std::string_view metric) {
    SeriesWords words;
    words.order = static_cast<int>(std::size(known));
    for (std::size_t i = 0; i < std::size(known); ++i) {
        if (known[i].metric != metric) continue;
        words = {std::string(known[i].title),
                 std::string(known[i].meaning),
                 known[i].group,
                 static_cast<int>(i),
                 known[i].stepped,
                 known[i].linear,
                 {}};
    }
    if (words.title.empty()) words.title = metric;
    // A watched formula is called what it is.
    const bool is_name =
        std::all_of(metric.begin(), metric.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
    if (!is_name) {
        words.meaning = "watched: of the states after the step, in binary64";
    } else if (words.title == metric) {
        for (char& c : words.title)
            if (c == '_') c = ' ';
        if (!words.title.empty())
            words.title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words.title[0])));
    }
    if (ends_with(metric, "_ratio")) words.guide = Guide{1, "as large as the signal"};
    if (ends_with(metric, "_cosine")) {
        words.linear = true;
        words.guide = Guide{0, "at right angles"};
    }
    return words;
}

std::string curve_name(const Experiment& experiment, const Curve& curve) {
    std::string name = experiment.runs.at(curve.variant).run;
    if (experiment.seeds.size() > 1) name += ", seed " + std::to_string(curve.seed);
    return name;
}

}  // namespace halfstep
