# Sourced by the scripts of this project: messages, the project's folder, the build. Bash, set -euo pipefail.
# shellcheck shell=bash

# Top folder of the checkout, whatever the current folder is.
ACCOUNTWATCH_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)

say() { printf '%s\n' "==> $*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# die CODE MESSAGE...
die() {
    local code=$1
    shift
    warn "$*"
    exit "$code"
}

# Compilers running at once: a core each, and 1.5 GB of free memory each.
build_jobs() {
    local cores available_kb by_memory
    cores=$(nproc)
    available_kb=$(awk '$1 == "MemAvailable:" {print $2}' /proc/meminfo 2>/dev/null || true)
    by_memory=$((${available_kb:-1572864} / 1572864))
    ((by_memory >= 1)) || by_memory=1
    echo $((cores < by_memory ? cores : by_memory))
}

# build_preset PRESET [CMAKE-ARGUMENT...]: configures and builds into build/PRESET. Remaining -D arguments win over
# the preset's.
build_preset() {
    local preset=$1
    shift
    say "configuring (preset $preset)"
    (cd -- "$ACCOUNTWATCH_ROOT" && cmake --preset "$preset" --log-level=WARNING "$@")
    # The same source in another folder finds what ccache has.
    export CCACHE_BASEDIR=$ACCOUNTWATCH_ROOT CCACHE_NOHASHDIR=1
    say "building build/$preset with $(build_jobs) jobs (the first time takes minutes)"
    cmake --build "$ACCOUNTWATCH_ROOT/build/$preset" --parallel "$(build_jobs)"
}
