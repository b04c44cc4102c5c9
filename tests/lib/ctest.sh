# Sourced by tests/run.
# shellcheck shell=bash

# Tests that really ran, of a JUnit file: all without the skipped and the disabled ones.
tests_that_ran() {
    local head total skipped disabled
    head=$(tr '\n\t' '  ' 2>/dev/null <"$1" | grep -o '<testsuite [^>]*>' | head -n 1) || true
    total=$(sed -n 's/.* tests="\([0-9]*\)".*/\1/p' <<<"$head")
    skipped=$(sed -n 's/.* skipped="\([0-9]*\)".*/\1/p' <<<"$head")
    disabled=$(sed -n 's/.* disabled="\([0-9]*\)".*/\1/p' <<<"$head")
    echo $((${total:-0} - ${skipped:-0} - ${disabled:-0}))
}

# run_ctest BUILD-FOLDER [PATTERN]: ctest's own summary is the last that is said of a good run. A run without a single
# test is a failure, and so is one in which every test was skipped.
run_ctest() {
    local build=$1 pattern=${2:-} junit=$1/tests.xml code=0
    local -a arguments=(--test-dir "$build" --output-on-failure --parallel 2 --no-tests=error --output-junit "$junit")
    [[ -z $pattern ]] || arguments+=(--tests-regex "$pattern")
    rm -f -- "$junit"
    ctest "${arguments[@]}" || code=$?
    if ((code == 0 && $(tests_that_ran "$junit") <= 0)); then
        warn "no test ran"
        code=1
    fi
    return "$code"
}
