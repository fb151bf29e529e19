#!/usr/bin/env bash
# COMPILER INCLUDE: every public header of the library compiles alone, without a warning, and none does under
# -ffast-math or what the compiler tells of its parts.
set -euo pipefail
compiler=$1 include=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

compiles() { # HEADER OPTION...
    echo "#include \"halfstep/format/$1\"" |
        "$compiler" -std=c++20 -I"$include" "${@:2}" -x c++ -fsyntax-only - 2>"$log"
}

refuses() { # HEADER OPTION
    if compiles "$1" "$2"; then
        echo "$1 compiles with $2" >&2
        exit 1
    fi
    grep -q "halfstep rounds exactly" "$log" || { cat "$log"; exit 1; }
}

for path in "$include"/halfstep/format/*.hpp; do
    header=$(basename "$path")
    compiles "$header" -ffp-contract=off -Wall -Wextra -Wpedantic -Werror || { cat "$log"; exit 1; }
    refuses "$header" -ffast-math
done

parts=(-Ofast -ffinite-math-only)
# clang defines no macro for these, and warns of 387 instructions that it does not have.
if ! "$compiler" -dM -E -x c++ /dev/null | grep -q __clang__; then
    parts+=(-funsafe-math-optimizations -freciprocal-math -fno-signed-zeros)
    if "$compiler" -mfpmath=387 -x c++ -fsyntax-only /dev/null 2>/dev/null; then parts+=(-mfpmath=387); fi
fi
for option in "${parts[@]}"; do refuses exact_math.hpp "$option"; done
