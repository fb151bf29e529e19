#!/usr/bin/env bash
# A sweep over the machines of an SSH login file, or over this one, by GNU parallel:
#
#   scripts/cluster/parallel.sh SCENARIO.toml [SHARDS] [OUT] [OPTIONS OF PARALLEL...]
#
# for example `scripts/cluster/parallel.sh sweep.toml 64 results --sshloginfile hosts` where all machines see OUT.
# Called again after an interruption it repeats no finished run. HALFSTEP names the program.
set -euo pipefail

if [ $# -lt 1 ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
halfstep=${HALFSTEP:-halfstep}
scenario=$1 shards=${2:-8} out=${3:-results}
shift $(($# < 3 ? $# : 3))
seq "$shards" | parallel --will-cite "$@" \
    "$halfstep" run "$scenario" --out "$out" --jobs 1 --shard "{}/$shards" --resume --progress none --quiet
"$halfstep" merge "$out/$(basename "$scenario" .toml)".shard-*-of-"$shards" --out "$out"
