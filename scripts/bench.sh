#!/usr/bin/env bash
# Builds the benchmarks, runs them, and prints the tables of docs/performance.md.
# Arguments go to halfstep_bench, for example --benchmark_filter=mlp.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh libbenchmark-dev
build bench halfstep halfstep_bench
say "measuring"
build/bench/bench/halfstep_bench "$@"
