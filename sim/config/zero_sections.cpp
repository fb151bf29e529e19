// The section zero_optimization and the sections inside it.
#include <cmath>

#include "python_value.hpp"
#include "section.hpp"

namespace halfstep {
namespace {

const char* refuse_stage(const ConfigNode& node) {
    const auto stage = read_integer(node);
    return stage && *stage >= 0 && *stage <= 3 ? nullptr : "0, 1, 2 or 3";
}

const char* refuse_count(const ConfigNode& node) {
    const auto x = read_integer(node);
    return x && *x >= 0 ? nullptr : "an integer, at least 0";
}

const char* refuse_share(const ConfigNode& node) {
    const auto x = read_number(node);
    return x && *x >= 0 && *x <= 1 ? nullptr : "a number from 0 to 1";
}

const char* refuse_device(const ConfigNode& node) {
    const std::string* text = node.text();
    return text && (*text == "none" || *text == "cpu" || *text == "nvme") ? nullptr : "\"none\", \"cpu\" or \"nvme\"";
}

const char* refuse_strategy(const ConfigNode& node) {
    const std::string* text = node.text();
    return text && (*text == "step" || *text == "epoch") ? nullptr : "\"auto\", \"step\" or \"epoch\"";
}

const char* refuse_interval(const ConfigNode& node) {
    return !node.text() && read_integer(node) ? nullptr : "\"auto\" or an integer";
}

const char* refuse_texts(const ConfigNode& node) {
    bool accepted = node.text() || node.list();
    if (node.list())
        for (const ConfigNode& item : *node.list()) accepted = accepted && item.text();
    return accepted ? nullptr : "a list of texts";
}

constexpr Field offload_param_fields[] = {
    {"device", refuse_device},     {"nvme_path", or_null<refuse_text>}, {"buffer_count", refuse_count},
    {"buffer_size", refuse_count}, {"max_in_cpu", refuse_count},        {"pin_memory", refuse_boolean},
};
constexpr Field offload_optimizer_fields[] = {
    {"device", refuse_device},         {"nvme_path", or_null<refuse_text>},
    {"buffer_count", refuse_count},    {"pin_memory", refuse_boolean},
    {"pipeline_read", refuse_boolean}, {"pipeline_write", refuse_boolean},
    {"fast_init", refuse_boolean},     {"ratio", refuse_share},
    {"super_offload", refuse_boolean}, {"cpuadam_cores_perc", refuse_share},
};
constexpr Field zenflow_fields[] = {
    {"topk_ratio", refuse_share},
    {"select_strategy", refuse_strategy},
    {"select_interval", refuse_interval},
    {"update_interval", refuse_interval},
    {"overlap_step", refuse_boolean},
    {"offload", refuse_boolean},
    {"auto_ratio", refuse_share},
    {"full_warm_up_rounds", refuse_integer},
    {"pt_reserved_cores_perc", refuse_share},
    {"steps_per_epoch", or_null<refuse_integer>},
};
constexpr Field leaf_module_fields[] = {
    {"classes", refuse_texts}, {"names", refuse_texts}, {"name_suffixes", refuse_texts}};

constexpr Section offload_param{"zero_optimization.offload_param", offload_param_fields};
constexpr Section offload_optimizer{"zero_optimization.offload_optimizer", offload_optimizer_fields};
constexpr Section zenflow{"zero_optimization.zenflow", zenflow_fields};
constexpr Section leaf_module{"zero_optimization.leaf_module", leaf_module_fields};

constexpr const char* wrong_type = "section-value-wrong-type";

constexpr Field zero_fields[] = {
    {"stage", refuse_stage, "zero-stage-invalid"},
    {"contiguous_gradients", refuse_boolean},
    {"reduce_scatter", refuse_boolean},
    {"reduce_bucket_size", refuse_count},
    {"use_multi_rank_bucket_allreduce", refuse_boolean},
    {"allgather_partitions", refuse_boolean},
    {"allgather_bucket_size", refuse_count},
    {"overlap_comm", or_null<refuse_boolean>},
    {"load_from_fp32_weights", refuse_boolean},
    {"elastic_checkpoint", refuse_boolean},
    {"offload_param", nullptr, wrong_type, nullptr, &offload_param},
    {"offload_optimizer", nullptr, wrong_type, nullptr, &offload_optimizer},
    {"zenflow", nullptr, wrong_type, nullptr, &zenflow},
    {"sub_group_size", refuse_count},
    {"cpu_offload_param", or_null<refuse_boolean>},
    {"cpu_offload_use_pin_memory", or_null<refuse_boolean>},
    {"cpu_offload", or_null<refuse_boolean>},
    {"prefetch_bucket_size", refuse_count, wrong_type, "stage3_prefetch_bucket_size"},
    {"param_persistence_threshold", refuse_count, wrong_type, "stage3_param_persistence_threshold"},
    {"model_persistence_threshold", refuse_count, wrong_type, "stage3_model_persistence_threshold"},
    {"max_live_parameters", refuse_count, wrong_type, "stage3_max_live_parameters"},
    {"max_reuse_distance", refuse_count, wrong_type, "stage3_max_reuse_distance"},
    {"gather_16bit_weights_on_model_save", refuse_boolean, wrong_type, "stage3_gather_16bit_weights_on_model_save"},
    {"module_granularity_threshold", refuse_integer, wrong_type, "stage3_module_granularity_threshold"},
    {"use_all_reduce_for_fetch_params", refuse_boolean, wrong_type, "stage3_use_all_reduce_for_fetch_params"},
    {"allgather_sequential", refuse_boolean, wrong_type, "stage3_allgather_sequential"},
    {"stage3_gather_fp16_weights_on_model_save", refuse_boolean},
    {"ignore_unused_parameters", refuse_boolean},
    {"legacy_stage1", refuse_boolean},
    {"round_robin_gradients", refuse_boolean},
    {"zero_hpz_partition_size", refuse_count},
    {"zero_quantized_weights", refuse_boolean},
    {"zero_quantized_nontrainable_weights", refuse_boolean},
    {"zero_quantized_gradients", refuse_boolean},
    {"zeropp_loco_param", or_null<refuse_object>},
    {"mics_shard_size", refuse_integer},
    {"mics_hierarchical_params_gather", refuse_boolean},
    {"memory_efficient_linear", refuse_boolean},
    {"pipeline_loading_checkpoint", refuse_boolean},
    {"override_module_apply", refuse_boolean},
    {"log_trace_cache_warnings", refuse_boolean},
    {"enable_sanity_checks", refuse_boolean},
    {"save_muon_momentum_buffer_in_memory", refuse_boolean},
    {"leaf_module", nullptr, wrong_type, nullptr, &leaf_module},
};

}  // namespace

const Section& zero_section() {
    static constexpr Section section{"zero_optimization", zero_fields};
    return section;
}

}  // namespace halfstep
