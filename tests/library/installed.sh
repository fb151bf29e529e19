#!/usr/bin/env bash
# cmake|pkg-config|shared|options BUILD SOURCE COMPILER: installs the library from the build into a fresh folder, moves
# it, builds programs with it, and runs them.
#   cmake, pkg-config  the examples, found that way
#   shared             both, with a shared library that is built without the program, in the folder of a system's libraries
#   options            the inline kernels under several compiler options, which must give the same bits
set -euo pipefail
how=$1 build=$2 source=$3 compiler=$4
folder=$(mktemp -d "$build/installed.XXXXXX")
trap 'rm -rf "$folder"' EXIT

quietly() { "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }; }

install_from() { # BUILD
    quietly cmake --install "$1" --component library --prefix "$folder/first"
    mv "$folder/first" "$folder/prefix"
}

build_shared_library() {
    quietly cmake -S "$source" -B "$folder/library" -DHALFSTEP_PROGRAM=OFF -DBUILD_SHARED_LIBS=ON \
        -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_CXX_COMPILER="$compiler" # on Debian into lib/x86_64-linux-gnu
    quietly cmake --build "$folder/library" --parallel 2
}

with_cmake() {
    quietly cmake -S "$source/docs/examples" -B "$folder/build" -DCMAKE_PREFIX_PATH="$folder/prefix" \
        -DCMAKE_CXX_COMPILER="$compiler"
    quietly cmake --build "$folder/build"
}

need_pkg_config() {
    command -v pkg-config >/dev/null || { echo "skipped: there is no pkg-config"; exit 0; }
}
with_pkg_config() { # SOURCE PROGRAM OPTION...
    local flags libraries
    PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name halfstep.pc)")
    export PKG_CONFIG_PATH
    read -ra flags <<<"$(pkg-config --cflags halfstep)"
    read -ra libraries <<<"$(pkg-config --libs halfstep)"
    [[ " ${flags[*]} " == *" -ffp-contract=off "* ]]
    "$compiler" -std=c++20 "${flags[@]}" "${@:3}" "$1" "${libraries[@]}" -o "$2"
}
examples_with_pkg_config() {
    rm -rf "$folder/build"
    mkdir "$folder/build"
    for file in "$source"/docs/examples/*.cpp; do
        with_pkg_config "$file" "$folder/build/example_$(basename "$file" .cpp)"
    done
}

check_examples() {
    for file in "$source"/docs/examples/*.cpp; do
        "$source/tests/library/check_example.sh" "$folder/build/example_$(basename "$file" .cpp)" "$file"
    done
}

# The bits of the inline kernels are those of plain options.
compare_options() {
    local options='' first='' compared=0
    while read -r options; do
        local words
        read -ra words <<<"$options"
        # Not every processor, or compiler, has all of them.
        if ! "$compiler" "${words[@]}" -x c++ -fsyntax-only /dev/null 2>/dev/null; then continue; fi
        with_pkg_config "$source/tests/library/inline_kernels.cpp" "$folder/kernels" "${words[@]}"
        "$folder/kernels" >"$folder/bits"
        if [ -z "$first" ]; then
            first=$folder/first_bits
            mv "$folder/bits" "$first"
        else
            diff "$first" "$folder/bits" || { echo "other bits with $options" >&2; exit 1; }
            compared=$((compared + 1))
        fi
    done <<'OPTIONS'
-O0
-O2
-O3 -march=native
-O3 -march=native -mno-fma
-O3 -march=native -ffp-contract=fast
-O2 -std=gnu++20 -frounding-math
OPTIONS
    [ "$compared" -ge 2 ]
}

case $how in
    cmake)
        install_from "$build"
        with_cmake
        check_examples
        ;;
    pkg-config)
        need_pkg_config
        install_from "$build"
        examples_with_pkg_config
        check_examples
        ;;
    shared)
        build_shared_library
        install_from "$folder/library"
        with_cmake
        check_examples
        if command -v pkg-config >/dev/null; then
            examples_with_pkg_config
            LD_LIBRARY_PATH=$(dirname "$(find "$folder/prefix" -name 'libhalfstep_format.so')") check_examples
        fi
        ;;
    options)
        need_pkg_config
        install_from "$build"
        compare_options
        ;;
esac
