#!/usr/bin/env bash
# COMPILER INCLUDE: every public header of the library compiles alone, and none does under -ffast-math.
set -euo pipefail
for header in "$2"/halfstep/format/*.hpp; do
    name=halfstep/format/$(basename "$header")
    echo "#include \"$name\"" | "$1" -std=c++20 -ffp-contract=off -I"$2" -x c++ -fsyntax-only -Wall -Wextra -
    for flag in -ffast-math -ffinite-math-only; do
        if echo "#include \"$name\"" | "$1" -std=c++20 $flag -I"$2" -x c++ -fsyntax-only - 2>/tmp/$$.log; then
            echo "$name compiles with $flag" >&2
            exit 1
        fi
        grep -q "halfstep rounds exactly" /tmp/$$.log
        rm -f /tmp/$$.log
    done
done
