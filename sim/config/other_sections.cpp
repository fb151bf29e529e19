// The typed sections that say nothing about numbers; a wrong value or key in them stops the start-up
// all the same.
#include "python_value.hpp"
#include "section.hpp"

namespace halfstep {
namespace {

const char* refuse_anything(const ConfigNode&) {
    return "a Python object, which JSON cannot write";
}

const char* accept_anything(const ConfigNode&) {
    return nullptr;
}

const char* refuse_q_type(const ConfigNode& node) {
    const std::string* text = node.text();
    return text && (*text == "symmetric" || *text == "asymmetric") ? nullptr : "\"symmetric\" or \"asymmetric\"";
}

const char* refuse_passes(const ConfigNode& node) {
    bool accepted = node.list();
    if (accepted)
        for (const ConfigNode& item : *node.list()) {
            const std::string* text = item.text();
            accepted = accepted && text && (*text == "z1" || *text == "z3" || *text == "autosp" || *text == "autotp");
        }
    return accepted ? nullptr : "a list of \"z1\", \"z3\", \"autosp\", \"autotp\"";
}

constexpr Field comms_logger_fields[] = {{"enabled", refuse_boolean},
                                         {"prof_all", refuse_boolean},
                                         {"prof_ops", refuse_list},
                                         {"verbose", refuse_boolean},
                                         {"debug", refuse_boolean}};
constexpr Field file_monitor_fields[] = {
    {"enabled", refuse_boolean}, {"output_path", refuse_text}, {"job_name", refuse_text}};
constexpr Field comet_fields[] = {{"enabled", refuse_boolean},
                                  {"samples_log_interval", refuse_integer},
                                  {"project", or_null<refuse_text>},
                                  {"workspace", or_null<refuse_text>},
                                  {"api_key", or_null<refuse_text>},
                                  {"experiment_name", or_null<refuse_text>},
                                  {"experiment_key", or_null<refuse_text>},
                                  {"online", or_null<refuse_boolean>},
                                  {"mode", or_null<refuse_text>}};
constexpr Field wandb_fields[] = {{"enabled", refuse_boolean},
                                  {"group", or_null<refuse_text>},
                                  {"team", or_null<refuse_text>},
                                  {"project", refuse_text}};
constexpr Field hybrid_engine_fields[] = {
    {"enabled", refuse_boolean},           {"max_out_tokens", refuse_integer},
    {"inference_tp_size", refuse_integer}, {"release_inference_cache", refuse_boolean},
    {"pin_parameters", refuse_boolean},    {"tp_gather_partition_size", refuse_integer},
    {"enable_cuda_graph", refuse_boolean}};
constexpr Field weight_quantization_fields[] = {{"enabled", refuse_boolean},
                                                {"num_bits", refuse_integer},
                                                {"q_type", refuse_q_type},
                                                {"q_groups", refuse_integer},
                                                {"quantized_initialization", refuse_object},
                                                {"post_init_quant", refuse_object}};
constexpr Field compile_fields[] = {{"deepcompile", refuse_boolean},
                                    {"free_activation", refuse_boolean},
                                    {"free_activation_threshold", refuse_integer},
                                    {"offload_activation", refuse_boolean},
                                    {"offload_activation_pin_memory", refuse_boolean},
                                    {"offload_opt_states", refuse_boolean},
                                    {"double_buffer", refuse_boolean},
                                    {"symmetric_memory", refuse_boolean},
                                    {"debug_log", refuse_boolean},
                                    {"offload_parameters", refuse_boolean},
                                    {"sync_before_reduce", refuse_boolean},
                                    {"sync_after_reduce", refuse_boolean},
                                    {"sync_before_allgather", refuse_boolean},
                                    {"sync_after_allgather", refuse_boolean},
                                    {"keep_int_input_tensors", refuse_boolean},
                                    {"keep_all_input_tensors", refuse_boolean},
                                    {"passes", or_null<refuse_passes>}};
constexpr Field throughput_fields[] = {{"enabled", refuse_boolean}, {"synchronized", refuse_boolean}};
constexpr Field tp_fields[] = {{"tp_size", refuse_integer},
                               {"tp_grain_size", refuse_integer},
                               {"mpu", accept_anything},
                               {"tp_group", accept_anything}};
constexpr Section tp{"tensor_parallel.tp", tp_fields};
constexpr const char* wrong_type = "section-value-wrong-type";
constexpr Field tensor_parallel_fields[] = {
    {"dtype", refuse_anything},
    {"autotp_size", refuse_integer},
    {"tp_overlap_comm", refuse_boolean},
    {"tensor_parallel", refuse_object, wrong_type, "tp", &tp},
    {"injection_policy_tuple", or_null<refuse_list>},
    {"partition_config", or_null<refuse_object>},
    {"preset_model", or_null<refuse_text>},
    {"keep_module_on_host", refuse_boolean},
    {"replace_with_kernel_inject", refuse_boolean, wrong_type, "kernel_inject"}};

constexpr Section comms_logger{"comms_logger", comms_logger_fields};
constexpr Section monitors[] = {{"tensorboard", file_monitor_fields},
                                {"comet", comet_fields},
                                {"wandb", wandb_fields},
                                {"csv_monitor", file_monitor_fields}};
constexpr Section hybrid_engine{"hybrid_engine", hybrid_engine_fields};
constexpr Section last[] = {{"weight_quantization", weight_quantization_fields},
                            {"compile", compile_fields},
                            {"timers.throughput", throughput_fields},
                            {"tensor_parallel", tensor_parallel_fields}};

}  // namespace

const Section& comms_logger_section() {
    return comms_logger;
}

std::span<const Section> monitor_sections() {
    return monitors;
}

const Section& hybrid_engine_section() {
    return hybrid_engine;
}

std::span<const Section> last_sections() {
    return last;
}

}  // namespace halfstep
