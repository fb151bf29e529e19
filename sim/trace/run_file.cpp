#include "halfstep/trace/run_file.hpp"

#include "files.hpp"

namespace halfstep {

namespace fs = std::filesystem;

RunFile::RunFile(fs::path stem, RunId id)
    : stem_(std::move(stem)), id_(std::move(id)), series_(temporary(streamed_tables.back()), id_.run, id_.seed) {}

RunFile::~RunFile() {
    if (committed_) return;
    for (const RunTable& table : streamed_tables)
        if (!table.optional || traced()) remove_quietly(temporary(table));
}

fs::path RunFile::file(const RunTable& table) const {
    fs::path path = stem_;
    return path += table.extension;
}

fs::path RunFile::temporary(const RunTable& table) const {
    return temporary_of(file(table));
}

void RunFile::step(const StepRecord& record, const Snapshot&) {
    for (const auto* values : {&record.series, &record.observations})
        for (const auto& [metric, value] : *values) series_.row(record.step, metric, value);
}

void RunFile::tensors(std::int64_t step, std::span<const TensorStats> tensors) {
    if (!traced())
        tensors_ = std::make_unique<TensorsWriter>(temporary(streamed_tables[0]), temporary(streamed_tables[1]),
                                                   id_.run, id_.seed);
    for (const TensorStats& stats : tensors) tensors_->row(step, stats);
}

void RunFile::close_and_rename() {
    series_.close();
    if (traced()) tensors_->close();
    for (const RunTable& table : streamed_tables)
        if (!table.optional || traced()) rename_file(temporary(table), file(table));
    committed_ = true;
}

}  // namespace halfstep
