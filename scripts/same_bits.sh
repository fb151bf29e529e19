#!/usr/bin/env bash
# The same bits everywhere: builds the digest program (tests/digest) in six configurations that cover g++ and
# clang++, -O0 and -O3, plain x86-64, AVX2 and AVX-512, runs each with one and with two threads, and compares what
# they print. Names the first line that differs, and where. What the machine lacks is skipped, with the reason.
#
#   scripts/same_bits.sh [NAME...]    only these configurations, for example gcc-O3-native clang-O0-avx2
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh clang
folder=$root/build/same_bits
mkdir -p "$folder"

# What the processor has to have for -march=x86-64-v3.
avx2=(avx2 bmi1 bmi2 f16c fma movbe)

has() { # FLAG...
    local flag
    for flag in "$@"; do grep -q "^flags.*\b$flag\b" /proc/cpuinfo 2>/dev/null || return 1; done
}

# NAME COMPILER OPTIMISATION ARCH; ARCH as of HALFSTEP_ARCH, - for the compiler's default. The first is the preset
# `ci`, which continuous integration has built anyway.
configurations='
gcc-O3-native    g++      -O3  native
gcc-O3-avx2      g++      -O3  x86-64-v3
gcc-O3-plain     g++      -O3  -
gcc-O0-plain     g++      -O0  -
clang-O3-native  clang++  -O3  native
clang-O0-avx2    clang++  -O0  x86-64-v3'

why_not() { # COMPILER ARCH: the reason, or nothing
    if ! command -v "$1" >/dev/null; then echo "no $1"; fi
    if [ "$2" = x86-64-v3 ] && ! has "${avx2[@]}"; then echo "the processor has no AVX2"; fi
}

build_digest() { # NAME COMPILER OPTIMISATION ARCH: sets `program`
    local build=$folder/$1 flags=$3 how=(--preset ci)
    if [ "$1" = gcc-O3-native ]; then
        build=$root/build/ci
    else
        # Two types of one name in two files: without optimisation the linker keeps one of their constructors for both.
        if [ "$2 $3" = 'g++ -O0' ]; then flags+=' -flto=auto -Werror=odr'; fi
        # Compilers prefer half of what AVX-512 offers.
        if [ "$4" = native ] && has avx512f; then flags+=' -mprefer-vector-width=512'; fi
        how=(-B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="$flags" -DHALFSTEP_ARCH="${4#-}"
            -DHALFSTEP_TESTS=OFF -DHALFSTEP_WERROR=ON)
    fi
    CXX=$2 cmake -S . "${how[@]}" --log-level=WARNING >/dev/null
    cmake --build "$build" --parallel "$jobs" --target halfstep_digest >"$folder/$1.log" || {
        cat "$folder/$1.log" >&2
        return 1
    }
    program=$build/tests/digest/halfstep_digest
}

first_output='' first_name=''
status=0 compared=0

compare() { # NAME OUTPUT
    if [ -z "$first_output" ]; then
        first_output=$2 first_name=$1
        return
    fi
    compared=$((compared + 1))
    if cmp -s "$first_output" "$2"; then return; fi
    status=1
    awk -v one="$first_name" -v other="$1" '
        NR == FNR { lines[FNR] = $0; next }
        $0 != lines[FNR] { if (!differ++) first = "    " one ": " lines[FNR] "\n    " other ": " $0 }
        END { print "same_bits.sh: " other " differs from " one " in " differ + 0 " lines; the first:\n" first }
    ' "$first_output" "$2" >&2
}

if [ -z "${CMAKE_GENERATOR:-}" ] && command -v ninja >/dev/null; then export CMAKE_GENERATOR=Ninja; fi
while read -r name compiler optimisation arch <&3; do
    if [ -z "$name" ]; then continue; fi
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
    reason=$(why_not "$compiler" "$arch")
    if [ -n "$reason" ]; then
        say "same bits: $name skipped: $reason"
        continue
    fi
    start=$SECONDS
    build_digest "$name" "$compiler" "$optimisation" "$arch"
    built=$SECONDS
    for threads in 1 2; do
        "$program" --jobs $threads >"$folder/$name-$threads.txt" || {
            echo "same_bits.sh: $name: what cannot be computed:" >&2
            grep ' failed: ' "$folder/$name-$threads.txt" >&2
            exit 1
        }
        compare "$name, $threads threads" "$folder/$name-$threads.txt"
    done
    say "same bits: $name built in $((built - start)) s, run in $((SECONDS - built)) s"
done 3<<<"$configurations"

if [ $compared = 0 ]; then
    echo "same_bits.sh: there was nothing to compare" >&2
    exit 1
fi
if [ $status = 0 ]; then say "same bits: $(wc -l <"$first_output") digests are equal in $((compared + 1)) runs"; fi
exit $status
