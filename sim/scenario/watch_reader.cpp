// The formulas of run.watch and program.watch. Whether they mean anything is found out when a run is
// built; here they get their names.
#include <algorithm>
#include <set>

#include "halfstep/spec/experiment.hpp"
#include "halfstep/spec/wording.hpp"
#include "run_reader.hpp"

namespace halfstep {

// A watch is called what it is, so that an expectation can name it.
std::vector<Watch> read_watches(const SectionReader& reader, const Tree* list, const std::vector<std::string>& texts,
                                const std::string& path) {
    constexpr std::size_t longest = 1000;
    std::vector<Watch> watches;
    std::set<std::string> taken(series_names().begin(), series_names().end());
    for (const MetricDoc& metric : metric_docs()) taken.insert(metric.name);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string& text = texts[i];
        const auto refuse = [&](const std::string& message) {
            reader.fail((*list->list())[i].place, path + "[" + std::to_string(i) + "]", message);
        };
        if (text.find_first_not_of(' ') == std::string::npos) refuse("found an empty text; accepted: a formula");
        if (text.size() > longest)
            refuse("found " + std::to_string(text.size()) + " bytes; accepted: at most " + std::to_string(longest));
        if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
            refuse("found " + in_quotes(text) + "; accepted: a formula on one line");
        if (i >= most_watches) refuse("accepted: at most " + std::to_string(most_watches) + " formulas");
        watches.push_back({text, text});
        for (const std::string& name : watch_metric_names(watches.back()))
            if (!taken.insert(name).second)
                refuse("found " + in_quotes(text) + "; there is a series or metric " + in_quotes(name) + " already");
    }
    return watches;
}

}  // namespace halfstep
