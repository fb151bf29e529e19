#!/usr/bin/env bash
# Builds the benchmarks, runs them and prints the table of docs/performance.md. Arguments go to
# halfstep_bench: --benchmark_filter=mlp measures a part, --benchmark_out=FILE keeps every number.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh libbenchmark-dev
build bench halfstep_bench
say "measuring (about a minute; the best of five counts)"
build/bench/bench/halfstep_bench --benchmark_repetitions=5 --benchmark_min_time=0.2 "$@"
