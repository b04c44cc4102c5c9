# Sourced by the shell tests: a folder that goes away, and checks that say what they expected.
# shellcheck shell=bash

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
failures=0

# A scratch folder with a space in its name, because users have such folders.
SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/accountwatch test.XXXXXX")
trap 'rm -rf -- "$SCRATCH"' EXIT

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    failures=$((failures + 1))
}

need() {
    command -v "$1" >/dev/null || {
        fail "$1 is not installed (tests/run installs it)"
        finish
    }
}

# equal WHAT EXPECTED ACTUAL
equal() { [[ $2 == "$3" ]] || fail "$1: expected '$2', got '$3'"; }

# contains WHAT TEXT PART
contains() { [[ $2 == *"$3"* ]] || fail "$1: expected to find '$3' in '$2'"; }

finish() {
    ((failures == 0)) || exit 1
    echo "fine"
    exit 0
}
