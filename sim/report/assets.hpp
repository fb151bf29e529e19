// The files of web/ that every page carries, embedded by cmake/embed.cmake. uPlot's are empty when it was
// not installed when CMake configured the build.
#pragma once

#include <string_view>

namespace halfstep::assets {

extern const std::string_view uplot_js;
extern const std::string_view uplot_css;
extern const std::string_view uplot_license;
extern const std::string_view report_css;
extern const std::string_view common_js;  // in every page, the index too
extern const std::string_view plots_js;   // pages with plots, after uPlot and the data

}  // namespace halfstep::assets
