#!/usr/bin/env bash
# cmake|pkg-config BUILD SOURCE COMPILER: installs the library from the build into a fresh folder, moves it, builds the
# examples with it, and runs them.
set -euo pipefail
how=$1 build=$2 source=$3 compiler=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --component library --prefix "$folder/first" >"$folder/log"
mv "$folder/first" "$folder/prefix"

if [ "$how" = cmake ]; then
    cmake -S "$source/docs/examples" -B "$folder/build" -DCMAKE_PREFIX_PATH="$folder/prefix" \
        -DCMAKE_CXX_COMPILER="$compiler" >"$folder/log" || { cat "$folder/log"; exit 1; }
    cmake --build "$folder/build" >"$folder/log" || { cat "$folder/log"; exit 1; }
else
    command -v pkg-config >/dev/null || { echo "skipped: there is no pkg-config"; exit 0; }
    PKG_CONFIG_PATH=$(dirname "$(find "$folder/prefix" -name halfstep.pc)")
    export PKG_CONFIG_PATH
    mkdir "$folder/build"
    read -ra flags <<<"$(pkg-config --cflags halfstep)"
    read -ra libraries <<<"$(pkg-config --libs halfstep)"
    [[ " ${flags[*]} " == *" -ffp-contract=off "* ]]
    for file in "$source"/docs/examples/*.cpp; do
        "$compiler" -std=c++20 "${flags[@]}" "$file" "${libraries[@]}" \
            -o "$folder/build/example_$(basename "$file" .cpp)"
    done
fi
for file in "$source"/docs/examples/*.cpp; do
    "$source/tests/library/check_example.sh" "$folder/build/example_$(basename "$file" .cpp)" "$file"
done
