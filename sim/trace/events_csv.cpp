#include "halfstep/trace/events_csv.hpp"

#include "halfstep/trace/csv.hpp"
#include "halfstep/trace/number.hpp"
#include "row_key.hpp"

namespace halfstep {

std::string events_csv_text(std::span<const RunSummary> summaries) {
    std::string text(events_header);
    for (const RunSummary& summary : summaries)
        for (const Event& e : summary.events) {
            text += run_prefix(summary.run, summary.seed);
            append_csv_field(text, e.kind);
            (text += ',') += std::to_string(e.step);
            (text += ',') += std::to_string(e.worker);
            append_csv_field(text += ',', e.piece);
            append_csv_field(text += ',', e.role);
            append_csv_field(text += ',', e.tensor);
            (text += ',') += std::to_string(e.index);
            append_csv_field(text += ',', e.operation);
            append_number(text += ',', e.exact);
            append_number(text += ',', e.rounded);
            append_csv_field(text += ',', e.format);
            append_number(text += ',', e.limit);
            append_csv_field(text += ',', e.sentence);
            text += '\n';
        }
    return text;
}

}  // namespace halfstep
