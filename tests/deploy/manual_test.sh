#!/usr/bin/env bash
# The manual pages: well-formed, and they know every command and option of the completion.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/check.sh"
need groff

# warnings FILE: what groff complains about, all warnings on.
warnings() { groff -man -Tutf8 -Kutf8 -ww -z "$1" 2>&1 || echo "exit code $?"; }

for page in accountwatchd.8 accountwatch.1 accountwatch.yaml.5; do
    file=$PROJECT/deploy/man/$page
    equal "$page" "" "$(warnings "$file")"
    if command -v mandoc >/dev/null; then
        equal "$page (mandoc)" "" "$(mandoc -T lint -W error "$file" 2>&1 || true)"
    fi
    contains "$page" "$(head -n 3 "$file")" ".TH ${page%.*} ${page##*.}"
    text=$(groff -man -Tascii -Kutf8 "$file" 2>/dev/null | col -b 2>/dev/null || groff -man -Tascii -P-c -Kutf8 "$file")
    for section in NAME DESCRIPTION "SEE ALSO"; do
        contains "$page has a section" "$text" "$section"
    done
done

# The check itself must be able to fail.
printf '.TH x 1\n.SH NAME\n.unknown macro\n\\fRunclosed \\f(\n' >"$SCRATCH/bad.1"
[[ -n $(warnings "$SCRATCH/bad.1") ]] || fail "a broken page is not noticed"

source "$PROJECT/deploy/completion/accountwatch.bash"
page=$(tr -d '\\' <"$PROJECT/deploy/man/accountwatch.1")
for command in $(_accountwatch_commands); do
    contains "accountwatch.1 describes the command" "$page" "$command"
    for word in $(_accountwatch_subcommands "$command") $(_accountwatch_options "$command"); do
        contains "accountwatch.1 describes, for $command," "$page" "$word"
    done
done
for action in $(_accountwatch_subcommands cases); do
    for word in $(_accountwatch_action_options "$action"); do
        contains "accountwatch.1 describes, for cases $action," "$page" "$word"
    done
done
for word in $(_accountwatch_letter_options list) $(_accountwatch_letter_options redrive); do
    contains "accountwatch.1 describes, for dead-letters," "$page" "$word"
done
for word in $(_accountwatch_silence_options add) $(_accountwatch_silence_options end); do
    contains "accountwatch.1 describes, for silences," "$page" "$word"
done
page=$(tr -d '\\' <"$PROJECT/deploy/man/accountwatchd.8")
for word in $(_accountwatchd_options); do
    contains "accountwatchd.8 describes" "$page" "$word"
done
finish
