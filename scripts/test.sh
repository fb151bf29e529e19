#!/usr/bin/env bash
# Sets up, builds and runs the tests. Arguments go to ctest:
#
#   scripts/test.sh -R optim           tests whose names match
#   scripts/test.sh -LE exhaustive     without those over all 2^32 inputs (about a minute)
#   HALFSTEP_PRESET=sanitize scripts/test.sh
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh
build "$preset"
say "testing"
ctest --preset "$preset" --parallel "$jobs" --no-label-summary "$@"
