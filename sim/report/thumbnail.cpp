#include "thumbnail.hpp"

#include <algorithm>
#include <cmath>

#include "halfstep/trace/number.hpp"
#include "html_text.hpp"
#include "series_words.hpp"

namespace halfstep {
namespace {

constexpr double width = 240, height = 72, margin = 4;
constexpr std::size_t most_curves = 24;

// Curves of the loss, fewer points than on a page.
std::vector<Point> coarse(const Curve& curve, std::int64_t last_step) {
    Decimator decimator(last_step, {120, 1});
    for (const Point& point : curve.points) decimator.add(point);
    return decimator.points();
}

class Picture {
public:
    Picture(const Panel& panel, std::int64_t last_step) : last_step_(static_cast<double>(last_step)) {
        for (const Curve& curve : panel.curves) {
            for (const Point& point : curve.points) {
                if (!drawable(point)) continue;
                lowest_ = std::min(lowest_, std::log(point.value));
                highest_ = std::max(highest_, std::log(point.value));
            }
        }
        if (highest_ - lowest_ < 1e-3) highest_ = lowest_ + 1;
    }

    // A path with a break wherever the loss has no logarithm, and a dot where a curve ends early.
    std::string draw(const Curve& curve, const std::vector<Point>& points) const {
        const std::string variant = "v" + std::to_string(curve.variant % 8);
        std::string path;
        bool pen_down = false;
        const Point* last = nullptr;
        for (const Point& point : points) {
            if (drawable(point)) {
                path += (pen_down ? "L" : "M") + position(point, " ");
                last = &point;
            }
            pen_down = drawable(point);
        }
        if (!last) return "";
        std::string svg = "<path class=\"" + variant + "\" d=\"" + path + "\"/>";
        if (curve.facts.ends_not_finite) {
            svg += "<circle class=\"" + variant + "\" r=\"3\" cx=\"" + rounded_text(x(last->step), 4);
            svg += "\" cy=\"" + rounded_text(y(last->value), 4) + "\"/>";
        }
        return svg;
    }

private:
    static bool drawable(const Point& point) { return std::isfinite(point.value) && point.value > 0; }
    double x(std::int64_t step) const {
        return margin + (width - 2 * margin) * static_cast<double>(step) / std::max(last_step_, 1.0);
    }
    double y(double value) const {
        return margin + (height - 2 * margin) * (highest_ - std::log(value)) / (highest_ - lowest_);
    }
    std::string position(const Point& point, const char* between) const {
        return rounded_text(x(point.step), 4) + between + rounded_text(y(point.value), 4);
    }

    double last_step_;
    double lowest_ = INFINITY, highest_ = -INFINITY;
};

}  // namespace

std::string thumbnail_svg(const Experiment& experiment, const Plots& plots) {
    const Panel* loss = plots.find("loss");
    std::string label = "Loss of ";
    for (std::size_t i = 0; i < experiment.runs.size(); ++i) label += (i > 0 ? ", " : "") + experiment.runs[i].run;
    std::string svg =
        "<svg class=\"thumbnail\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 240 72\" role=\"img\" "
        "preserveAspectRatio=\"none\" fill=\"none\" stroke=\"currentColor\" aria-label=\"" +
        escape_html(label) + "\">";
    if (loss) {
        const Picture picture(*loss, plots.last_step);
        for (std::size_t i = 0; i < loss->curves.size() && i < most_curves; ++i)
            svg += picture.draw(loss->curves[i], coarse(loss->curves[i], plots.last_step));
    }
    return svg + "</svg>\n";
}

}  // namespace halfstep
