#!/usr/bin/env bash
# The scripts: they parse, explain themselves, refuse nonsense, and install only what is missing.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/check.sh"

for script in deploy/quickstart tests/run .ci/run deploy/lib/*.sh tests/lib/*.sh; do
    for file in "$PROJECT"/$script; do
        bash -n "$file" || fail "$file does not parse"
    done
done
for script in deploy/quickstart tests/run .ci/run; do
    [[ -x $PROJECT/$script ]] || fail "$script is not executable"
    grep -qx 'set -euo pipefail' "$PROJECT/$script" || fail "$script goes on after an error"
done

# From any folder, also through a path with a space.
cd -- "$SCRATCH"
ln -s -- "$PROJECT" "a checkout"
for script in deploy/quickstart tests/run; do
    contains "$script --help" "$("./a checkout/$script" --help)" "usage: $script"
    code=0
    "./a checkout/$script" --nonsense >/dev/null 2>"$SCRATCH/said" || code=$?
    equal "$script --nonsense" 2 "$code"
    contains "$script --nonsense" "$(cat "$SCRATCH/said")" "usage:"
done
contains ".ci/run" "$(grep -v '^#' "$PROJECT/.ci/run")" "tests/run"

# --- packages, with stand-ins for dpkg-query and apt-get that write down what they are asked ---
mkdir -p bin
cat >bin/dpkg-query <<'END'
#!/bin/sh
for last; do :; done
case $last in have-*) printf installed ;; *) printf 'unknown' ; exit 1 ;; esac
END
cat >bin/apt-cache <<'END'
#!/bin/sh
for last; do :; done
case $last in *unlisted*) ;; *) echo '  Candidate: 1.0' ;; esac
END
cat >bin/apt-get <<'END'
#!/bin/sh
echo "apt-get $*" >>apt.log
END
printf '#!/bin/sh\nexec env "$@"\n' >bin/sudo
sed -i '$s/.*/[ "$1" = env ] \&\& shift; exec env "$@"/' bin/sudo
chmod +x bin/*

# asked PACKAGE...: what apt-get is asked to do for these, one line each.
asked() (
    PATH=$SCRATCH/bin:$PATH
    source "$PROJECT/deploy/lib/common.sh"
    source "$PROJECT/deploy/lib/packages.sh"
    : >apt.log
    install_packages "$@" >/dev/null
    sed 's/-o [^ ]* //; s/-y -q //; s/-q //; s/--no-install-recommends //' apt.log
)
equal "nothing is missing" "" "$(asked have-a have-b)"
equal "one is missing" "apt-get install need-b" "$(asked have-a need-b)"
equal "the lists are empty" "apt-get update
apt-get install unlisted-a" "$(asked unlisted-a have-b)"

# --- Java: whatever is 17 or later will do ---
# java_of VERSION-LINE: the packages wanted if this is what `java -version` says.
java_of() (
    printf '#!/bin/sh\necho "%s" >&2\n' "$1" >bin/java
    printf '#!/bin/sh\n' >bin/mvn
    chmod +x bin/java bin/mvn
    PATH=$SCRATCH/bin:$PATH
    source "$PROJECT/deploy/lib/common.sh"
    source "$PROJECT/deploy/lib/packages.sh"
    java_packages
)
equal "java 21" "" "$(java_of 'openjdk version \"21.0.2\" 2024-01-16')"
equal "java 17" "" "$(java_of 'openjdk version \"17\" 2021-09-14')"
equal "java 11" "openjdk-17-jre-headless" "$(java_of 'openjdk version \"11.0.20\" 2023-07-18')"
equal "java 8" "openjdk-17-jre-headless" "$(java_of 'java version \"1.8.0_392\"')"

# --- a run without a test is no success ---
source "$PROJECT/deploy/lib/common.sh"
source "$PROJECT/tests/lib/ctest.sh"
junit() { printf '<?xml version="1.0"?>\n<testsuite name="x"\n\ttests="%s"\n\tfailures="0"\n\tdisabled="%s"\n\tskipped="%s"\n>\n' "$@" >j.xml; }
junit 5 0 0
equal "all ran" 5 "$(tests_that_ran j.xml)"
junit 5 1 4
equal "none ran" 0 "$(tests_that_ran j.xml)"
equal "no file" 0 "$(tests_that_ran none.xml)"
mkdir -p suite
cat >suite/CTestTestfile.cmake <<'END'
add_test(good true)
add_test(bad false)
add_test(skipped sh -c "exit 77")
set_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 77)
END
# outcome PATTERN: the exit code of a run of these.
outcome() {
    local code=0
    run_ctest "$SCRATCH/suite" "$1" >out 2>&1 || code=$?
    echo "$code"
}
equal "a good run" 0 "$(outcome good)"
contains "ctest has the last word" "$(tail -n 2 out)" "Total Test time"
[[ $(outcome bad) != 0 ]] || fail "a failed test passes"
[[ $(outcome '') != 0 ]] || fail "a failed test among others passes"
[[ $(outcome nothing) != 0 ]] || fail "a run without a test passes"
[[ $(outcome skipped) != 0 ]] || fail "a run with skipped tests only passes"
finish
