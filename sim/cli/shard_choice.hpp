// Which share of a sweep's runs this process makes: --shard, or what a scheduler says in the environment.
#pragma once

#include <optional>
#include <string>

#include "halfstep/trace/sweep_journal.hpp"

namespace halfstep {

struct ShardChoice {
    Shard shard;
    std::string origin;  // "--shard", "SLURM_ARRAY_TASK_ID"; empty: the whole
};

// `written` is "3/16", which counts from 1, "auto" for the environment alone, or empty. Of the environment:
// SLURM_ARRAY_TASK_ID with _MIN and _COUNT, then the ranks of Open MPI, MPICH (PMI) and srun (SLURM_PROCID with
// SLURM_NTASKS). InputError for anything else, and for "auto" where none is set.
ShardChoice choose_shard(const std::string& written);

// "NAME" of the whole, "NAME.shard-3-of-16" of a share.
std::string shard_folder(const std::string& name, const Shard& shard);

}  // namespace halfstep
