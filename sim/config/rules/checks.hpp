// One function a place where DeepSpeed looks at something, grouped by topic as the rows are. Each
// says which rules fire there; which of them come first is in check_order.cpp.
#pragma once

#include <string>
#include <vector>

#include "../start_up.hpp"
#include "halfstep/config/rule.hpp"

namespace halfstep {

// A rule that fired, and how the fault could be repaired so that the next start gets further.
struct Hit {
    const Rule* rule;
    std::string key;
    std::string found;
    std::vector<ConfigRepair> repairs = {};
    std::string beside = {};  // where to point when the key is not written
};
using Hits = std::vector<Hit>;

const Rule& rule(const char* id);  // of an id that exists

inline ConfigRepair removed(std::string path) {
    return {std::move(path), {}, true};
}
template <class T>
ConfigRepair changed(std::string path, T value) {
    return {std::move(path), {std::move(value), {}}};
}
inline ConfigRepair without_zero() {
    return changed("zero_optimization.stage", std::int64_t{0});
}
// The faults of a typed section as hits.
void add_faults(const std::vector<SectionFault>& faults, Hits& hits);

// The rows.
std::span<const Rule> file_rules();
std::span<const Rule> batch_rules();
std::span<const Rule> precision_rules();
std::span<const Rule> amp_rules();
std::span<const Rule> loss_scale_rules();
std::span<const Rule> zero_rules();
std::span<const Rule> optimizer_rules();
std::span<const Rule> gradient_rules();
std::span<const Rule> scheduler_rules();

// Parsing.
void check_communication_type(const StartUp&, Hits&);
void check_allreduce_op(const StartUp&, Hits&);
void check_zero_section(const StartUp&, Hits&);
void check_comms_logger(const StartUp&, Hits&);
void check_monitors(const StartUp&, Hits&);
void check_fp16_section(const StartUp&, Hits&);
void check_bf16_section(const StartUp&, Hits&);
void check_one_low_precision(const StartUp&, Hits&);
void check_amp_section(const StartUp&, Hits&);
void check_optimizer_shape(const StartUp&, Hits&);
void check_hybrid_engine(const StartUp&, Hits&);
void check_data_types(const StartUp&, Hits&);
void check_last_sections(const StartUp&, Hits&);

// Batch numbers.
void check_batch_types(const StartUp&, Hits&);
void check_batch_given(const StartUp&, Hits&);
void check_batch_positive(const StartUp&, Hits&);
void check_batch_product(const StartUp&, Hits&);

// The configuration as a whole.
void check_allreduce_sum(const StartUp&, Hits&);
void check_low_precision_masters(const StartUp&, Hits&);
void check_vocabulary(const StartUp&, Hits&);
void check_max_grad_norm(const StartUp&, Hits&);

// The engine.
void check_param_dtype(const StartUp&, Hits&);
void check_optimizer_name(const StartUp&, Hits&);
void check_lamb_scale(const StartUp&, Hits&);
void check_client_scheduler(const StartUp&, Hits&);
void check_managed_accumulation(const StartUp&, Hits&);

// Building the optimizer.
void check_max_grad_norm_parameter(const StartUp&, Hits&);
void check_one_bit_stage(const StartUp&, Hits&);
void check_constructor(const StartUp&, Hits&);
void check_amsgrad(const StartUp&, Hits&);
void check_one_bit_precision(const StartUp&, Hits&);

// What stands around it.
void check_accumulation_name(const StartUp&, Hits&);
void check_amp_with_zero(const StartUp&, Hits&);
void check_zero_tested(const StartUp&, Hits&);
void check_amp(const StartUp&, Hits&);
void check_accumulation_dtype(const StartUp&, Hits&);
void check_zero_optimizer_given(const StartUp&, Hits&);
void check_master_offload(const StartUp&, Hits&);
void check_predivide(const StartUp&, Hits&);
void check_prescale(const StartUp&, Hits&);
void check_scheduler(const StartUp&, Hits&);

// What DeepSpeed accepts in silence.
void note_unknown_keys(const StartUp&, Hits&);
void note_ignored_alias(const StartUp&, Hits&);
void note_default_clipping(const StartUp&, Hits&);
void note_hysteresis(const StartUp&, Hits&);
void note_initial_scale(const StartUp&, Hits&);
void note_auto_values(const StartUp&, Hits&);
void note_client_optimizer(const StartUp&, Hits&);

}  // namespace halfstep
