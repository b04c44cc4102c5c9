#!/usr/bin/env bash
# Bash completion offers the right words at the right places. With the two programs as arguments (the daemon, the
# tool): all that is offered exists.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/check.sh"
source "$PROJECT/deploy/completion/accountwatch.bash"

# offered FUNCTION WORD...: what is offered for the last word.
offered() {
    local function=$1
    shift
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    "$function"
    echo "${COMPREPLY[*]-}"
}

equal "beginning of a command" "send simulate silences" "$(offered _accountwatch accountwatch s)"
equal "a command's options" "--accounts --days --seed --end --out --config --answers --late-up-to --help" "$(offered _accountwatch accountwatch simulate -)"
equal "an option begun" "--backfill" "$(offered _accountwatch accountwatch send --b)"
equal "a value" "ndjson csv" "$(offered _accountwatch accountwatch send --format '')"
equal "a value begun" "prompt" "$(offered _accountwatch accountwatch backtest --people p)"
equal "an action" "ack accept accept-transfer" "$(offered _accountwatch accountwatch cases ac)"
equal "an option after an action" "--as" "$(offered _accountwatch accountwatch cases ack 37140200012-1 --a)"
equal "an option of an action" "--countermeasure --config" "$(offered _accountwatch accountwatch cases plan 37140200012-1 --co)"
equal "a value of an action" "LEADER" "$(offered _accountwatch accountwatch cases accept 37140200012-1 --group-role L)"
equal "an option of a dead letter" "--payload" "$(offered _accountwatch accountwatch dead-letters show --p)"
equal "an option of a silence" "--kind" "$(offered _accountwatch accountwatch silences add --k)"
equal "no option of another one" "" "$(offered _accountwatch accountwatch silences end --k)"
equal "a kind" "DEFECTION DECISION_MAKER_CHANGED" "$(offered _accountwatch accountwatch silences add --kind DE)"
equal "no offer for an action's text" "" "$(offered _accountwatch accountwatch cases update 37140200012-1 --text '')"
equal "no offer for free text" "" "$(offered _accountwatch accountwatch simulate --days '')"
equal "the daemon" "--check-config" "$(offered _accountwatchd accountwatchd --ch)"
touch "$SCRATCH/my events.ndjson"
touch "$SCRATCH/my map.yaml"
equal "a field map" "$SCRATCH/my map.yaml" "$(offered _accountwatch accountwatch send --map "$SCRATCH/my m")"
equal "a file" "$SCRATCH/my events.ndjson" "$(offered _accountwatch accountwatch send "$SCRATCH/my e")"

# known PROGRAM [COMMAND] OPTION...: each stands in the help.
known() {
    local help option
    help=$("${@:1:$#-1}" --help 2>&1) || fail "${*:1:$#-1} --help ends with $?"
    for option in ${!#}; do
        grep -qE -- "(^|[ ,[|])$option([] ,=|]|\$)" <<<"$help" || fail "${*:1:$#-1} has no $option"
    done
}
if (($# == 2)); then
    commands=$("$2" --help | awk '/^Subcommands:/ {on = 1; next} on && NF == 0 {exit} on {printf "%s%s", gap, $1; gap = " "}')
    [[ -n $commands ]] || fail "--help lists no commands"
    equal "first word" "$commands" "$(offered _accountwatch accountwatch '')"
    known "$1" "$(_accountwatchd_options)"
    for command in $(_accountwatch_commands); do
        words=("$command")
        case $command in
            topics) words+=(check) ;;
            dead-letters) words+=(list) ;;
        esac # their options belong to what it does
        known "$2" "${words[@]}" "$(_accountwatch_options "$command")"
    done
    help=$("$2" cases --help)
    there=$(sed -n '/^Look:/,/^A case/s/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$help" | sort)
    equal "the actions" "$there" "$(tr ' ' '\n' <<<"$(_accountwatch_subcommands cases)" | sort)"
    for action in $(_accountwatch_subcommands silences); do
        help=$("$2" silences "$action" --help)
        there=$(sed -n 's/^  \(--[a-z-]*\) .*/\1/p' <<<"$help" | sort)
        equal "the options of silences $action" "$there" \
            "$(_accountwatch_silence_options "$action" | tr ' ' '\n' | sed '/^$/d' | sort)"
    done
    for action in $(_accountwatch_subcommands dead-letters); do
        known "$2" dead-letters "$action" "$(_accountwatch_letter_options "$action")"
    done
    for action in $(_accountwatch_subcommands cases); do
        help=$("$2" cases "$action" --help)
        there=$(sed -n 's/^  \(--[a-z-]*\) .*/\1/p' <<<"$help" | sort)
        equal "the options of $action" "$there" "$(_accountwatch_action_options "$action" | tr ' ' '\n' | sort)"
        for option in $(_accountwatch_action_options "$action"); do
            values=$(_accountwatch_values "$option")
            [[ -z $values ]] || contains "the values of $option" "$help" "$option ${values// /|}"
        done
    done
fi
finish
