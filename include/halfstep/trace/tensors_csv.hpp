// tensors.csv and exponents.csv: the statistics of tensors and roles at traced steps
// (tensor_stats.hpp has the columns). Runs that trace nothing have no rows; a folder in which
// no run does has neither file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "halfstep/trace/output_file.hpp"
#include "halfstep/trace/tensor_stats.hpp"

namespace halfstep {

inline constexpr std::string_view tensors_header =
    "run,seed,step,role,tensor,count,zeros,subnormals,infinities,nans,overflows,underflows,"
    "unchanged,min_abs,max_abs,rms\n";
inline constexpr std::string_view exponents_header = "run,seed,step,role,tensor,exponent,count\n";

class TensorRows;

// Streams the statistics of one run into both files; memory does not grow with steps.
class TensorsWriter {
public:
    TensorsWriter(const std::filesystem::path& tensors, const std::filesystem::path& exponents, std::string_view run,
                  std::uint64_t seed);
    ~TensorsWriter();
    void row(std::int64_t step, const TensorStats& stats);
    void close();  // throws ResultError when anything was not written

private:
    OutputFile tensors_, exponents_;
    std::unique_ptr<TensorRows> rows_;
};

struct TensorRow {
    std::string_view run;
    std::uint64_t seed = 0;
    std::int64_t step = 0;
    const TensorStats& stats;  // without exponents, which stand in the other file
};

struct ExponentRow {
    std::string_view run;
    std::uint64_t seed = 0;
    std::int64_t step = 0;
    std::string_view role, tensor;
    int exponent = 0;
    std::int64_t count = 0;
};

// Call `take` for every row in file order. ResultError with file:line for anything the writer does
// not write: negative counts, more zeros than values, a role without a name.
void read_tensors(const std::filesystem::path& path, const std::function<void(const TensorRow&)>& take);
void read_exponents(const std::filesystem::path& path, const std::function<void(const ExponentRow&)>& take);

}  // namespace halfstep
