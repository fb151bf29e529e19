#include "shard_choice.hpp"

#include <cstdlib>

#include "halfstep/spec/wording.hpp"
#include "halfstep/trace/number.hpp"
#include "input.hpp"

namespace halfstep {
namespace {

constexpr std::int64_t most_shards = 1'000'000;

// A scheduler's variables: which of the tasks, counted from `first`, and how many there are.
struct Scheduler {
    const char* task;
    const char* first;  // nullptr: 0
    const char* count;
    const char* only_with;  // another variable that has to be set; nullptr: none
};
// A batch script of Slurm, too, has SLURM_PROCID; only what srun starts has a step.
constexpr Scheduler schedulers[] = {{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT", nullptr},
                                    {"OMPI_COMM_WORLD_RANK", nullptr, "OMPI_COMM_WORLD_SIZE", nullptr},
                                    {"PMI_RANK", nullptr, "PMI_SIZE", nullptr},
                                    {"SLURM_PROCID", nullptr, "SLURM_NTASKS", "SLURM_STEP_ID"}};

std::optional<std::int64_t> variable(const char* name) {
    const char* text = name ? std::getenv(name) : nullptr;
    if (!text) return std::nullopt;
    const auto number = parse_integer(text);
    if (!number) throw InputError(std::string(name) + ": found " + in_quotes(text) + "; accepted: a whole number");
    return number;
}

std::optional<ShardChoice> from_environment() {
    for (const Scheduler& scheduler : schedulers) {
        if (scheduler.only_with && !std::getenv(scheduler.only_with)) continue;
        const auto task = variable(scheduler.task), count = variable(scheduler.count);
        if (!task || !count || *count == 1) continue;
        const std::int64_t index = *task - variable(scheduler.first).value_or(0);
        if (*count < 1 || *count > most_shards || index < 0 || index >= *count)
            throw InputError(std::string(scheduler.task) + " = " + std::to_string(*task) + " is not one of the " +
                             std::to_string(*count) + " tasks of " + scheduler.count +
                             "; number array tasks without gaps, or give --shard");
        return ShardChoice{{index, *count}, scheduler.task};
    }
    return std::nullopt;
}

}  // namespace

ShardChoice choose_shard(const std::string& written) {
    if (written.empty() || written == "auto") {
        if (const auto choice = from_environment()) return *choice;
        if (written.empty()) return {};
        throw InputError(
            "--shard auto: neither SLURM_ARRAY_TASK_ID with SLURM_ARRAY_TASK_COUNT nor an MPI launcher's "
            "rank is set");
    }
    const std::size_t slash = written.find('/');
    const auto index = parse_integer(std::string_view(written).substr(0, slash));
    const auto count =
        slash == std::string::npos ? std::nullopt : parse_integer(std::string_view(written).substr(slash + 1));
    if (!index || !count || *count < 1 || *count > most_shards || *index < 1 || *index > *count)
        throw InputError("--shard: found " + in_quotes(written) +
                         "; accepted: i/n with 1 <= i <= n, as in 3/16, or auto");
    return {{*index - 1, *count}, "--shard"};
}

std::string shard_folder(const std::string& name, const Shard& shard) {
    if (shard.whole()) return name;
    return name + ".shard-" + std::to_string(shard.index + 1) + "-of-" + std::to_string(shard.count);
}

}  // namespace halfstep
