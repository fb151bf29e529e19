#!/usr/bin/env bash
# Feeds mutated scenarios to the program (libFuzzer, with address and undefined-behaviour
# sanitizers), beginning with the shipped ones. What it finds is left in build/fuzz/found, and the
# exit status is 1.
#
#   scripts/fuzz.sh [SECONDS]    120 by default
#   scripts/fuzz.sh FILE...      runs these inputs once, for example what was found
set -euo pipefail
given=()
for file in "$@"; do
    case $file in
        *[!0-9]*) given+=("$(realpath "$file")") ;;
        *) seconds=$file ;;
    esac
done
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh clang libclang-rt-14-dev
build fuzz fuzz_scenario fuzz_dictionary
export UBSAN_OPTIONS=print_stacktrace=1
fuzz=build/fuzz/fuzz/fuzz_scenario
# An allocation above 1 GiB, more than 2 GiB in all, and an input that takes 20 s are findings.
limits=(-malloc_limit_mb=1024 -rss_limit_mb=2048 -timeout=20)
if [ ${#given[@]} -gt 0 ]; then exec "$fuzz" "${limits[@]}" "${given[@]}"; fi

mkdir -p build/fuzz/corpus build/fuzz/found
build/fuzz/fuzz/fuzz_dictionary >build/fuzz/scenario.dict
say "fuzzing scenarios for ${seconds:-120} s"
"$fuzz" "${limits[@]}" -dict=build/fuzz/scenario.dict -artifact_prefix=build/fuzz/found/ -max_len=16384 \
    -max_total_time="${seconds:-120}" -print_final_stats=1 -verbosity=0 build/fuzz/corpus scenarios fuzz/seeds
say "fuzzing: nothing found"
