#!/usr/bin/env bash
# Sets up, builds, runs every shipped scenario into results/ and names the page to open.
# Exit status as of `halfstep run --verify`: 1 when an expectation did not hold, or when the bits are not those of
# results/reference.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh
build "$preset" halfstep
say "running the scenarios"
status=0
"build/$preset/halfstep" run scenarios/*.toml --out results --verify || status=$?
if [ $status -le 1 ]; then
    echo
    if [ $status = 1 ]; then echo "Some expectations did not hold (the page says which), or some bits differ (said above)."; fi
    echo "Open this page in a browser: $root/results/index.html"
fi
exit $status
