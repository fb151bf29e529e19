#!/usr/bin/env bash
# Checks the C++ sources with clang-format (Debian 12's version 14 is the reference).
#
#   scripts/format.sh          says what differs; exit status 1 when anything does
#   scripts/format.sh --fix    rewrites the files
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh clang-format
mode=(--dry-run --Werror)
if [ "${1:-}" = --fix ]; then mode=(-i); fi
# find and not git: an unpacked source archive is checked too.
find include sim tests bench fuzz docs -name '*.[ch]pp' -print0 | xargs -0 -P "$jobs" -n 40 clang-format "${mode[@]}"
say "formatting is fine"
