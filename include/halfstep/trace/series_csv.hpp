// series.csv: one row a recorded value, `run,seed,step,metric,value`. Series that a run does not
// have are absent; `nan`, `inf` and `-inf` are values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "halfstep/trace/output_file.hpp"

namespace halfstep {

inline constexpr std::string_view series_header = "run,seed,step,metric,value\n";

// Streams the series of one run; memory does not grow with steps.
class SeriesWriter {
public:
    SeriesWriter(const std::filesystem::path& path, std::string_view run, std::uint64_t seed);
    void row(std::int64_t step, std::string_view metric, double value);
    void close();  // throws ResultError when anything was not written
    const std::filesystem::path& path() const { return file_.path(); }
    OutputFile& file() { return file_; }  // for what stands behind the series

private:
    OutputFile file_;
    std::string prefix_;  // "run,seed,"
    std::string row_;
};

struct SeriesRow {
    std::string_view run;
    std::uint64_t seed = 0;
    std::int64_t step = 0;
    std::string_view metric;
    double value = 0;
};

// Calls `take` for every row in file order. ResultError with file:line for anything else.
void read_series(const std::filesystem::path& path, const std::function<void(const SeriesRow&)>& take);

}  // namespace halfstep
