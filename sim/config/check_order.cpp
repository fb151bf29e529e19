#include "check_order.hpp"

namespace halfstep {
namespace {

constexpr Check checks[] = {
    // Parsing.
    {check_communication_type, false},
    {check_allreduce_op, false},
    {check_zero_section, false},
    {check_comms_logger, false},
    {check_monitors, false},
    {check_fp16_section, false},
    {check_bf16_section, false},
    {check_one_low_precision, false},
    {check_amp_section, false},
    {check_optimizer_shape, false},
    {check_hybrid_engine, false},
    {check_data_types, false},
    {check_last_sections, false},
    // Batch numbers.
    {check_batch_given, false},
    {check_batch_types, false},
    {check_batch_positive, false},
    {check_batch_product, false},
    // Configuration errors, then warnings.
    {check_allreduce_sum, false},
    {check_low_precision_masters, false},
    {check_vocabulary, false},
    {check_max_grad_norm, false},
    // The engine.
    {check_param_dtype, true},
    {check_optimizer_name, true},
    {check_lamb_scale, true},
    {check_client_scheduler, true},
    {check_managed_accumulation, true},
    // Building the optimizer.
    {check_max_grad_norm_parameter, true},
    {check_one_bit_stage, true},
    {check_constructor, true},
    {check_amsgrad, true},
    {check_one_bit_precision, true},
    // What stands around it.
    {check_accumulation_name, true},
    {check_amp_with_zero, true},
    {check_zero_tested, true},
    {check_amp, true},
    {check_accumulation_dtype, true},
    // The ZeRO optimizer, then the schedule.
    {check_zero_optimizer_given, true},
    {check_master_offload, true},
    {check_predivide, true},
    {check_prescale, true},
    {check_scheduler, true},
};

constexpr Note notes[] = {note_unknown_keys, note_ignored_alias, note_auto_values,     note_default_clipping,
                          note_hysteresis,   note_initial_scale, note_client_optimizer};

}  // namespace

std::span<const Check> checks_in_order() {
    return checks;
}

std::span<const Note> silent_notes() {
    return notes;
}

}  // namespace halfstep
