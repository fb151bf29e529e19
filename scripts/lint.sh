#!/usr/bin/env bash
# clang-tidy over sim/ (or the files given), with the checks of .clang-tidy. Exit status 1 for findings.
#
#   scripts/lint.sh [FILE...]
set -euo pipefail
given=()
for file in "$@"; do given+=("$(realpath "$file")"); done
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh clang clang-tidy
cmake --preset clang --log-level=WARNING >/dev/null # only for its compile_commands.json
if [ ${#given[@]} = 0 ]; then mapfile -t given < <(find sim -name '*.cpp' | sort); fi
printf '%s\0' "${given[@]}" | xargs -0 -P "$jobs" -n 4 clang-tidy --quiet -p build/clang
say "lint: fine"
