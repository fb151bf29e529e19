#include "halfstep/trace/run_file.hpp"

#include "files.hpp"
#include "spool.hpp"
#include "tensor_rows.hpp"

namespace halfstep {

namespace fs = std::filesystem;

// What stands behind the series in the end.
struct RunFile::Traced {
    Traced(const fs::path& path, const RunId& id)
        : tensors(path.string() + ".tensors.tmp"), exponents(path.string() + ".exponents.tmp"), rows(id.run, id.seed) {
        tensors.write(tensors_header);
        exponents.write(exponents_header);
    }
    Spool tensors, exponents;
    TensorRows rows;
};

RunFile::RunFile(fs::path final_path, RunId id)
    : final_path_(std::move(final_path)), id_(std::move(id)), series_(temporary_of(final_path_), id_.run, id_.seed) {}

RunFile::~RunFile() {
    if (!committed_) remove_quietly(temporary_of(final_path_));
}

void RunFile::step(const StepRecord& record, const Snapshot&) {
    for (const auto* values : {&record.series, &record.observations})
        for (const auto& [metric, value] : *values) series_.row(record.step, metric, value);
}

void RunFile::tensors(std::int64_t step, std::span<const TensorStats> tensors) {
    if (!traced_) traced_ = std::make_unique<Traced>(final_path_, id_);
    for (const TensorStats& stats : tensors) {
        traced_->rows.describe(step, stats);
        traced_->tensors.write(traced_->rows.tensor());
        traced_->exponents.write(traced_->rows.exponents());
    }
}

TableSizes RunFile::close_and_rename() {
    TableSizes sizes{series_.file().size(), 0, 0};
    if (traced_) {
        sizes[1] = traced_->tensors.size();
        sizes[2] = traced_->exponents.size();
        traced_->tensors.append_to(series_.file());
        traced_->exponents.append_to(series_.file());
    }
    series_.close();
    rename_file(temporary_of(final_path_), final_path_);
    committed_ = true;
    return sizes;
}

}  // namespace halfstep
