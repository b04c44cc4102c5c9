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

# Tests that failed first and passed when tried again, by ctest's output: told loudly, each is a defect to be found.
report_second_tries() {
    local name
    while IFS= read -r name; do warn "needed a second try: $name"; done < <(
        sed -n 's/^ *Test *#[0-9]*: \(.*[^. ]\) \.\.*\*\*\*Failed.*/\1/p; s/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \(.*[^. ]\) \.\.*\*\*\*\(Failed\|Timeout\).*/\1/p' \
            "$1" 2>/dev/null | sort -u
    )
}

# run_ctest BUILD-FOLDER [PATTERN]: ctest's own summary is the last that is said of a good run. A run without a single
# test is a failure, and so is one in which every test was skipped.
run_ctest() {
    local build=$1 pattern=${2:-} junit=$1/tests.xml code=0
    # A test that fails is tried once more: those that kill a real broker share the machine with the others. What fails
    # twice fails the run.
    local -a arguments=(--test-dir "$build" --output-on-failure --parallel 2 --no-tests=error --output-junit "$junit"
        --repeat until-pass:2 --output-log "$build/tests.log")
    [[ -z $pattern ]] || arguments+=(--tests-regex "$pattern")
    rm -f -- "$junit"
    ctest "${arguments[@]}" || code=$?
    ((code != 0)) || report_second_tries "$build/tests.log"
    if ((code == 0 && $(tests_that_ran "$junit") <= 0)); then
        warn "no test ran"
        code=1
    fi
    return "$code"
}
