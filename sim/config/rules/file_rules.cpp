// What is wrong with the text or with a key, whatever the key is about.
#include <algorithm>

#include "checks.hpp"
#include "halfstep/spec/wording.hpp"

namespace halfstep {
namespace {

constexpr Rule rows[] = {
    {"duplicate-key", Severity::error, "(the key)", "a key stands twice in one object, at any depth",
     "stops with a ValueError while it reads the file",
     "refused; a Python dict cannot show it and keeps the last value"},
    {"section-value-wrong-type", Severity::error, "(the key)",
     "a value of a typed section cannot be read as its type (numeric text and whole floats can; true counts as 1)",
     "stops with a ValidationError in parsing", "refused"},
    {"unknown-section-key", Severity::error, "(the key)", "a typed section has a key that it does not know",
     "stops with a ValidationError in parsing", "refused"},
    {"unguarded-value", Severity::error, "(the key)",
     "a value outside the typed sections has a type that DeepSpeed computes with unchecked",
     "stops with Python's own TypeError, AttributeError or KeyError (read, not observed)", "refused"},
    {"unknown-top-level-key", Severity::silent, "(the key)", "no section reads this top-level key", "says nothing",
     "what is meant has no effect: with a misspelt section fp16 stays off, clipping has its default, ..."},
    {"auto-value-means-default", Severity::silent, "(the key)", "the text \"auto\" in a typed section",
     "drops the key before it validates", "the default holds instead of an intended number; enabled \"auto\" is off"},
};

// Every top-level key that some section or function reads.
const std::vector<std::string>& known_keys() {
    static const std::vector<std::string> keys = {"activation_checkpointing",
                                                  "aio",
                                                  "allgather_size",
                                                  "amp",
                                                  "autotuning",
                                                  "bf16",
                                                  "bfloat16",
                                                  "checkpoint",
                                                  "comet",
                                                  "comms_logger",
                                                  "communication_data_type",
                                                  "compile",
                                                  "compression_training",
                                                  "csv_monitor",
                                                  "curriculum_learning",
                                                  "data_efficiency",
                                                  "data_parallel_size",
                                                  "data_types",
                                                  "dataloader_drop_last",
                                                  "datastates_ckpt",
                                                  "disable_allgather",
                                                  "dump_state",
                                                  "elasticity",
                                                  "expert_parallel",
                                                  "flops_profiler",
                                                  "fp16",
                                                  "gradient_accumulation_steps",
                                                  "gradient_allreduce_op",
                                                  "gradient_clipping",
                                                  "gradient_predivide_factor",
                                                  "graph_harvesting",
                                                  "hybrid_engine",
                                                  "log_level",
                                                  "managed_gradient_accumulation",
                                                  "memory_breakdown",
                                                  "nebula",
                                                  "optimizer",
                                                  "pipeline",
                                                  "prescale_gradients",
                                                  "progressive_layer_drop",
                                                  "quantize_training",
                                                  "scheduler",
                                                  "seq_parallel_communication_data_type",
                                                  "sequence_parallel_size",
                                                  "sparse_attention",
                                                  "sparse_gradients",
                                                  "steps_per_print",
                                                  "tensor_parallel",
                                                  "tensorboard",
                                                  "timers",
                                                  "torch_autocast",
                                                  "train_batch_size",
                                                  "train_micro_batch_size_per_gpu",
                                                  "use_data_before_expert_parallelism",
                                                  "vocabulary_size",
                                                  "wall_clock_breakdown",
                                                  "wandb",
                                                  "weight_quantization",
                                                  "zero_allow_untested_optimizer",
                                                  "zero_force_ds_cpu_optimizer",
                                                  "zero_optimization"};
    return keys;
}

// A key that must hold an object where it is written.
void want_object(const StartUp& start, const char* path, Hits& hits) {
    const ConfigNode* node = start.written(path);
    if (node && !node->object())
        hits.push_back(
            {&rule("unguarded-value"), path, "found " + describe(*node) + "; accepted: an object", {removed(path)}});
}

void want_text(const StartUp& start, const char* path, Hits& hits) {
    const ConfigNode* node = start.written(path);
    if (node && !node->text() && !node->null())
        hits.push_back(
            {&rule("unguarded-value"), path, "found " + describe(*node) + "; accepted: a text", {removed(path)}});
}

void add_section_faults(const StartUp& start, const Section& section, Hits& hits) {
    if (const ConfigNode* node = start.written(section.path))
        add_faults(section_faults(*node, section, section.path), hits);
}

}  // namespace

std::span<const Rule> file_rules() {
    return rows;
}

void add_faults(const std::vector<SectionFault>& faults, Hits& hits) {
    for (const SectionFault& fault : faults)
        hits.push_back({&rule(fault.rule.c_str()), fault.path, fault.found, {removed(fault.path)}});
}

void check_comms_logger(const StartUp& start, Hits& hits) {
    add_section_faults(start, comms_logger_section(), hits);
}

// One validation for all four, so one start shows the faults of all.
void check_monitors(const StartUp& start, Hits& hits) {
    for (const Section& section : monitor_sections()) add_section_faults(start, section, hits);
}

void check_optimizer_shape(const StartUp& start, Hits& hits) {
    for (const char* section : {"optimizer", "scheduler"}) want_object(start, section, hits);
    for (const char* name : {"optimizer.type", "scheduler.type"}) want_text(start, name, hits);
}

void check_hybrid_engine(const StartUp& start, Hits& hits) {
    add_section_faults(start, hybrid_engine_section(), hits);
}

void check_data_types(const StartUp& start, Hits& hits) {
    want_object(start, "data_types", hits);
}

void check_last_sections(const StartUp& start, Hits& hits) {
    for (const Section& section : last_sections()) {
        add_section_faults(start, section, hits);
        if (!hits.empty()) return;  // one validation each
    }
}

void note_unknown_keys(const StartUp& start, Hits& hits) {
    const std::vector<std::string>& known = known_keys();
    for (const ConfigMember& member : *start.root.object()) {
        if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
        std::string found = "found the key " + in_quotes(member.key);
        if (hits.size() < 100)  // suggestions cost more than everything else here
            if (const auto nearest = nearest_name(member.key, known))
                found += "; did you mean " + in_quotes(*nearest) + "?";
        hits.push_back({&rule("unknown-top-level-key"), member.key, found});
    }
}

void note_auto_values(const StartUp& start, Hits& hits) {
    const auto note = [&](const char* path, const Section& section) {
        if (const ConfigNode* node = start.written(path))
            for (std::string& key : auto_keys(*node, section, path))
                hits.push_back({&rule("auto-value-means-default"), std::move(key), "found \"auto\""});
    };
    note("zero_optimization", zero_section());
    note("comms_logger", comms_logger_section());
    for (const Section& section : monitor_sections()) note(section.path, section);
    note("fp16", fp16_section());
    note(start.bf16_path, bf16_section());
    note("hybrid_engine", hybrid_engine_section());
    for (const Section& section : last_sections()) note(section.path, section);
}

}  // namespace halfstep
