// The files of one run while it goes:
//
//   RUN-seedN.csv             every recorded value (series_csv.hpp)
//   RUN-seedN.tensors.csv     statistics of tensors and roles, when the run traces any (tensors_csv.hpp)
//   RUN-seedN.exponents.csv   their exponents
//
// Each is written as NAME.tmp and renamed when the run is complete, the series last.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "halfstep/trace/record.hpp"
#include "halfstep/trace/results.hpp"
#include "halfstep/trace/series_csv.hpp"
#include "halfstep/trace/tensors_csv.hpp"

namespace halfstep {

// A table that runs stream: how a run's file ends, the composed file, and its first line.
struct RunTable {
    std::string_view extension, composed, header;
    bool optional = false;  // only of runs that trace tensors
};
inline constexpr std::array<RunTable, 3> streamed_tables = {{
    {".tensors.csv", "tensors.csv", tensors_header, true},
    {".exponents.csv", "exponents.csv", exponents_header, true},
    {".csv", "series.csv", series_header},
}};

// Receives one run. Destroyed before Store::commit, it leaves nothing behind.
class RunFile : public Sink {
public:
    // `stem`: the path without an extension.
    RunFile(std::filesystem::path stem, RunId id);
    ~RunFile() override;
    void step(const StepRecord& record, const Snapshot& snapshot) override;
    void tensors(std::int64_t step, std::span<const TensorStats> tensors) override;
    const RunId& id() const { return id_; }
    bool traced() const { return tensors_ != nullptr; }

private:
    friend class Store;
    void close_and_rename();
    std::filesystem::path file(const RunTable& table) const;
    std::filesystem::path temporary(const RunTable& table) const;
    std::filesystem::path stem_;
    RunId id_;
    SeriesWriter series_;
    std::unique_ptr<TensorsWriter> tensors_;  // from the first traced step on
    bool committed_ = false;
};

}  // namespace halfstep
