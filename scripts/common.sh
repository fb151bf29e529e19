# Sourced by the scripts beside it, which run with `set -e`: goes to the root of the repository,
# and says which preset and how many jobs.
# shellcheck shell=bash disable=SC2034,SC2164
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
preset=${HALFSTEP_PRESET:-release}
jobs=${HALFSTEP_JOBS:-$(nproc)}
export CCACHE_BASEDIR=$root # so that two clones share what they compiled

say() { printf '== %s\n' "$*"; }

# build PRESET [TARGET...]
build() {
    local name=$1
    shift
    # Ninja where there is; an existing build folder keeps the generator it was made with.
    if [ -z "${CMAKE_GENERATOR:-}" ] && command -v ninja >/dev/null; then export CMAKE_GENERATOR=Ninja; fi
    say "building (preset $name, $jobs jobs)"
    cmake --preset "$name" --log-level=WARNING >/dev/null
    cmake --build --preset "$name" --parallel "$jobs" ${1:+--target "$@"}
}
