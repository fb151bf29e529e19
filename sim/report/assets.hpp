// The files of web/ that every page carries, embedded by cmake/embed.cmake. uPlot's are empty when it was
// not installed when CMake configured the build.
#pragma once

#include <string_view>

namespace halfstep::assets {

extern const std::string_view uplot_js;
extern const std::string_view uplot_css;
extern const std::string_view uplot_license;
extern const std::string_view report_css;
extern const std::string_view charts_js;
extern const std::string_view page_js;

}  // namespace halfstep::assets
