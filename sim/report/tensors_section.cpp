#include <cmath>

#include "assets.hpp"
#include "halfstep/trace/number.hpp"
#include "html_text.hpp"
#include "sections.hpp"

namespace halfstep {
namespace {

constexpr std::size_t most_open = 12, most_rows = 300;

struct Column {
    Loss loss;
    const char* title;
    const char* meaning;
};
constexpr Column columns[] = {
    {Loss::overflow, "Overflow", "roundings whose finite result was too large for the format"},
    {Loss::underflow, "Underflow", "roundings that made zero of what is not zero"},
    {Loss::subnormal, "Subnormal", "values below the smallest normal one, which have fewer bits"},
    {Loss::infinite, "Infinite", "values that are infinite"},
    {Loss::nan, "NaN", "values that are not a number"},
    {Loss::unchanged, "Unchanged", "weights that stayed the same under an update that is not zero"},
};

std::string percent(double share) {
    if (share >= 0.9995) return "100 %";
    return share < 1e-6 ? "&lt; 0.0001 %" : rounded_text(100 * share, share < 0.1 ? 2 : 3) + " %";
}

// A colour for every power of ten.
int heat(double share) {
    return std::max(1, 5 + static_cast<int>(std::ceil(std::log10(share) - 1e-9)));
}

std::string loss_cell(const TensorLoss& loss, Loss which) {
    const TensorLoss::Count& count = loss[which];
    if (count.count == 0) return "<td class=\"none\">0</td>";
    const double share = loss.share(which);
    std::string title = grouped(count.count) + " of " + grouped(loss.values);
    if (count.worst_step >= 0)
        title += "; most at step " + grouped(count.worst_step) + ", " + percent(count.worst_share);
    return "<td class=\"heat h" + std::to_string(heat(share)) + "\" title=\"" + title + "\">" + percent(share) +
           "</td>";
}

// "2^-14"
std::string power_of_two(double magnitude) {
    return "2<sup>" + std::to_string(std::ilogb(magnitude)) + "</sup>";
}

std::int64_t worst_step(const TensorLoss& loss) {
    const TensorLoss::Count* worst = nullptr;
    for (const TensorLoss::Count& count : loss.counts)
        if (count.count > 0 && (!worst || count.worst_share > worst->worst_share)) worst = &count;
    return worst ? worst->worst_step : -1;
}

std::string format_name(const RunSpec& run, const std::string& role) {
    const auto known = find_role(role);
    if (run.arithmetic != Arithmetic::emulated) return "not rounded";
    return known && run.precision[*known] ? run.precision[*known]->format.name : "";
}

std::string row(const Experiment& experiment, const TensorLoss& loss) {
    const RunSpec& run = experiment.runs.at(loss.id.variant);
    const std::string format = format_name(run, loss.id.role);
    std::string html = "<tr data-variant=\"" + std::to_string(loss.id.variant) + "\" data-role=\"" +
                       escape_html(loss.id.role) + "\" data-tensor=\"" + escape_html(loss.id.tensor) +
                       "\"><th scope=\"row\"><code>" + escape_html(loss.id.role) + "</code> <bdi>" +
                       escape_html(loss.id.tensor) + "</bdi>";
    if (!format.empty()) html += " <span class=\"seed\">" + escape_html(format) + "</span>";
    html += "</th><td>" + run_label(experiment, loss.id.variant) + "</td>";
    for (const Column& column : columns) html += loss_cell(loss, column.loss);
    const std::int64_t worst = worst_step(loss);
    html += "<td>" + (worst < 0 ? "–" : grouped(worst)) + "</td>";
    html += loss.max_abs > 0 ? "<td>" + power_of_two(loss.min_abs) + " … " + power_of_two(loss.max_abs) + "</td>"
                             : "<td>–</td>";
    return html + "</tr>\n";
}

std::string rows(const Experiment& experiment, const std::vector<TensorLoss>& losses, std::size_t begin,
                 std::size_t end) {
    std::string html =
        "<div class=\"scroll\"><table class=\"numbers losses\"><thead><tr><th scope=\"col\">Role and tensor</th><th "
        "scope=\"col\">Run</th>";
    for (const Column& column : columns)
        html += std::string("<th scope=\"col\" title=\"") + column.meaning + "\">" + column.title + "</th>";
    html += "<th scope=\"col\">Worst step</th><th scope=\"col\">Magnitudes</th></tr></thead><tbody>\n";
    for (std::size_t i = begin; i < end; ++i) html += row(experiment, losses[i]);
    return html + "</tbody></table></div>\n";
}

}  // namespace

std::string loss_table(const Experiment& experiment, const std::vector<TensorLoss>& losses) {
    std::size_t harmed = 0;  // the worst come first
    while (harmed < losses.size() && (losses[harmed].lost() > 0 || losses[harmed].share(Loss::subnormal) > 0)) ++harmed;
    const std::size_t open = std::min(harmed, most_open), all = std::min(losses.size(), most_rows);
    std::string html;
    if (open > 0)
        html += rows(experiment, losses, 0, open);
    else
        html += std::string("<p>No traced tensor lost anything: no value overflowed, became zero, subnormal or NaN") +
                (experiment.runs[0].is_program() ? "" : ", and every update changed its weight") + ".</p>\n";
    if (all > open)
        html += details("in-numbers", "The other " + grouped(static_cast<std::int64_t>(all - open)) + " tensors",
                        rows(experiment, losses, open, all));
    if (all < losses.size())
        html += "<p class=\"quiet\">And " + grouped(static_cast<std::int64_t>(losses.size() - all)) +
                " more in <code>tensors.csv</code>.</p>\n";
    return html;
}

std::string tensors_section(const Experiment& experiment, const TensorTrace& trace) {
    if (trace.empty()) return "";
    std::string html = "<section id=\"tensors\" data-outcome><h2>Where the values lie</h2>\n";
    if (!trace.maps.empty() && !assets::uplot_js.empty()) {
        html +=
            "<p class=\"quiet\">Each column is a traced step, or several, of which the largest share counts; each row "
            "is a power of "
            "two. The colour says which share "
            "of a tensor’s values has it. Lines show where the format ends. Infinities, NaN and zeros, which have no "
            "power of two, stand in strips of their own.</p>\n"
            "<div class=\"choosers\" id=\"choosers\" hidden></div>\n<div class=\"maps\" id=\"maps\"></div>\n"
            "<div id=\"overview\" hidden></div>\n";
        if (trace.maps_left_out > 0)
            html += "<p class=\"quiet\">The maps of " + grouped(static_cast<std::int64_t>(trace.maps_left_out)) +
                    " further tensors, runs and seeds have no room on this page; <code>exponents.csv</code> has "
                    "them.</p>\n";
    }
    html += "<h3 class=\"group\">What was lost, the worst first</h3>\n";
    html += "<p class=\"quiet\">Shares of all values of all traced steps" +
            std::string(experiment.seeds.size() > 1 ? " and seeds" : "") +
            "; the worst step is the one at which the largest share was lost.</p>\n";
    return html + loss_table(experiment, trace.losses) + "</section>\n";
}

}  // namespace halfstep
