// The file of one run while it goes, RUN-seedN.csv: the run's tables one after the other, each with its
// first line. First every recorded value (series_csv.hpp); then, when the run traces any, statistics of
// tensors and roles, and their exponents (tensors_csv.hpp). It is written as NAME.tmp and renamed when
// the run is complete.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "halfstep/trace/record.hpp"
#include "halfstep/trace/results.hpp"
#include "halfstep/trace/series_csv.hpp"
#include "halfstep/trace/tensors_csv.hpp"

namespace halfstep {

// A table that runs stream: the composed file of all runs, and its first line.
struct StreamedTable {
    std::string_view composed, header;
};
inline constexpr std::array<StreamedTable, 3> streamed_tables = {{
    {"series.csv", series_header},
    {"tensors.csv", tensors_header},
    {"exponents.csv", exponents_header},
}};
// Of each table in a run's file, its first line included; 0: the run has no such table.
using TableSizes = std::array<std::int64_t, streamed_tables.size()>;

// Receives one run. Destroyed before Store::commit, it leaves nothing behind.
class RunFile : public Sink {
public:
    RunFile(std::filesystem::path final_path, RunId id);
    ~RunFile() override;
    void step(const StepRecord& record, const Snapshot& snapshot) override;
    void tensors(std::int64_t step, std::span<const TensorStats> tensors) override;
    const RunId& id() const { return id_; }
    void keep() { close_and_rename(); }  // of a run whose series stay as they are

private:
    friend class Store;
    struct Traced;
    TableSizes close_and_rename();
    std::filesystem::path final_path_;
    RunId id_;
    SeriesWriter series_;
    std::unique_ptr<Traced> traced_;  // from the first traced step on
    bool committed_ = false;
};

}  // namespace halfstep
