#!/usr/bin/env bash
# The scripts of scripts/cluster, each tried for real: a sweep in shards by GNU parallel, by Snakemake and by a
# one-node Slurm started here has to end with the bytes of the sweep in one piece. Exit status 77: the scheduler is
# not installed, or cannot be started by this user.
#
#   tests/cluster/schedulers_test.sh parallel|snakemake|slurm HALFSTEP
set -euo pipefail
scheduler=$1 HALFSTEP=$(realpath "$2")
export HALFSTEP
scripts=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../scripts/cluster")
folder=$(mktemp -d)
started=()
finish() {
    local pid
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT

need() { # PROGRAM...
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            echo "skipped: no $program (Debian: slurm-wlm, parallel, snakemake)"
            exit 77
        }
    done
}

cat >"$folder/grid.toml" <<'TOML'
title = "A small sweep"
[model]
kind = "quadratic"
dimension = 4
[optimizer]
kind = "momentum"
lr = 0.1
[run]
steps = 50
[sweep]
"optimizer.lr" = { log = [1e-2, 10], points = 9 }
"optimizer.momentum" = [0.0, 0.5, 0.9]
[boundary]
axis = "optimizer.lr"
TOML
cd "$folder"
"$HALFSTEP" run grid.toml --out whole --shard 1/1 --quiet --progress none --no-report

start_slurm() {
    need sbatch slurmctld slurmd munged
    local user
    user=$(id -un)
    [ "$user" = root ] || {
        echo "skipped: slurmd is started as root only"
        exit 77
    }
    mkdir -p state spool munge
    chmod 711 . && chmod 700 munge
    dd if=/dev/urandom of=munge/key bs=32 count=32 status=none
    chmod 400 munge/key
    munged --foreground --force --key-file="$PWD/munge/key" --socket="$PWD/munge/socket" --pid-file="$PWD/munge/pid" \
        --log-file="$PWD/munge/log" --seed-file="$PWD/munge/seed" >munge.log 2>&1 &
    started+=($!)
    cat >slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$user
AuthType=auth/munge
AuthInfo=socket=$PWD/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.pid
SlurmctldLogFile=$PWD/slurmctld.log
SlurmdLogFile=$PWD/slurmd.log
SlurmctldParameters=enable_configless
ReturnToService=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF=$PWD/slurm.conf
    slurmctld -D -c >slurmctld.out 2>&1 &
    started+=($!)
    slurmd -D -c >slurmd.out 2>&1 &
    started+=($!)
    for _ in $(seq 60); do
        if sinfo -h -o %T 2>/dev/null | grep -qE 'idle|mixed'; then return; fi
        sleep 0.5
    done
    echo "skipped: the one-node Slurm does not come up here:"
    tail -5 slurmctld.log slurmd.log slurmctld.out slurmd.out 2>/dev/null || true
    exit 77
}

case $scheduler in
parallel)
    need parallel
    "$scripts/parallel.sh" grid.toml 4 shards
    ;;
snakemake)
    need snakemake
    snakemake -s "$scripts/Snakefile" --cores 2 --quiet --config scenario=grid.toml shards=4 out=shards "halfstep=$HALFSTEP"
    ;;
slurm)
    start_slurm
    "$scripts/sweep.sbatch" submit grid.toml 4 shards
    for _ in $(seq 240); do
        if [ -z "$(squeue -h)" ]; then break; fi
        sleep 0.5
    done
    cat shards/slurm-*.log
    ;;
*)
    echo "unknown scheduler $scheduler" >&2
    exit 2
    ;;
esac
diff -r whole/grid/sweep shards/grid/sweep
for table in runs.csv series.csv manifest.json; do cmp "whole/grid/$table" "shards/grid/$table"; done
echo "the same bytes as in one piece"
