#!/usr/bin/env bash
# Installs what building and testing need: Debian packages (as root or with sudo) and, from npm,
# uPlot for the report's plots and playwright-core for their tests in Chromium. Asks dpkg first, so
# that a second run needs no network.
#
#   scripts/setup.sh [PACKAGE...]    further Debian packages, for example clang-format
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

required=(g++ cmake make libeigen3-dev libboost-dev libcli11-dev catch2 libtomlplusplus-dev nlohmann-json3-dev
    libxxhash-dev "$@")
# Without these the build works, only slower, with less to show, or with fewer tests.
useful=(ninja-build ccache pkg-config gnuplot-nox ca-certificates chromium python3-numpy)
# Whatever node and npm are in PATH are used; Debian's are installed where there are none, npm only when
# something is to be fetched with it.
npm_packages_installed() {
    [ -e web/node_modules/uplot/dist/uPlot.iife.min.js ] && [ -e web/node_modules/playwright-core/package.json ] &&
        [ ! web/package-lock.json -nt web/node_modules/.package-lock.json ]
}
have() { command -v "$1" >/dev/null; }
have node || useful+=(nodejs)
if ! npm_packages_installed && ! have npm; then useful+=(npm); fi

# Those of the given packages that are not installed, one a line.
missing() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        echo "setup.sh: neither root nor sudo; cannot run: $*" >&2
        return 1
    fi
}

apt_install() { # PACKAGE...
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null
}

install_packages() {
    local wanted=() optional=()
    mapfile -t wanted < <(missing "${required[@]}")
    mapfile -t optional < <(missing "${useful[@]}")
    if [ $((${#wanted[@]} + ${#optional[@]})) = 0 ]; then return; fi
    say "installing ${wanted[*]} ${optional[*]}"
    as_root apt-get update -q </dev/null || echo "setup.sh: apt-get update failed; trying with the lists at hand" >&2
    if [ ${#wanted[@]} -gt 0 ]; then
        apt_install "${wanted[@]}" || true
        mapfile -t wanted < <(missing "${required[@]}")
        if [ ${#wanted[@]} -gt 0 ]; then
            echo "setup.sh: cannot be built without: ${wanted[*]}" >&2
            exit 1
        fi
    fi
    local package
    if [ ${#optional[@]} -gt 0 ] && ! apt_install "${optional[@]}"; then
        for package in "${optional[@]}"; do # one failing package must not keep the others out
            apt_install "$package" || echo "setup.sh: went on without $package" >&2
        done
    fi
}

npm_ci() { # [OPTION...]
    (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "$@" </dev/null)
}

install_npm_packages() {
    if npm_packages_installed; then return; fi
    say "fetching uPlot and playwright-core (npm ci in web/)"
    if have npm && npm_ci; then return; fi
    if have npm && npm_ci --omit=dev; then
        echo "setup.sh: went on without playwright-core; the tests in a browser are skipped" >&2
        return
    fi
    echo "setup.sh: uPlot could not be fetched ($(have npm && echo 'npm failed' || echo 'no npm'));" \
        "reports will have tables but no interactive plots" >&2
}

if have dpkg-query && have apt-get; then
    install_packages
else
    echo "setup.sh: not a Debian system; install the equivalents of: ${required[*]} ${useful[*]}" >&2
fi
install_npm_packages
