# Bash completion for accountwatch and accountwatchd. Install as
# /usr/share/bash-completion/completions/accountwatch, and as accountwatchd beside it.
# shellcheck shell=bash

_accountwatch_commands() {
    echo check send backtest explain simulate cases silences reload audit lint-chain dead-letters topics
}

_accountwatch_subcommands() {
    case $1 in
        cases) echo list show export ack accept decline start contact plan approve-plan update offer done assign-task \
            add-member transfer accept-transfer suspend resume merge lower-severity resolve report approve-report close ;;
        silences) echo list add end ;;
        dead-letters) echo list show redrive ;;
        topics) echo create check ;;
    esac
}

_accountwatch_options() {
    case $1 in
        check) echo -o --help ;;
        send) echo --config --set --format --map --backfill -o --help ;;
        backtest) echo --config --set --events --map --out --from --to --people --compare --charts --help ;;
        explain) echo --at --config --set --url --token-file -o --help ;;
        simulate) echo --accounts --days --seed --end --out --config --answers --late-up-to --help ;;
        cases | silences) echo --url --as --token-file --config -o --help ;;
        reload) echo --plan --rollback --force --examples --url --as --token-file --config -o --help ;;
        audit) echo --help ;;
        lint-chain) echo --config --set --from --days -o --help ;;
        dead-letters | topics) echo --config --set -o --help ;;
        *) echo --help --version ;;
    esac
}

# What `cases ACTION` takes beside the options of `cases`.
_accountwatch_action_options() {
    case $1 in
        "") return ;;
        list) echo --state --severity --unit --all --order && return ;;
        show) return ;;
        export) echo --reason --approver && return ;;
        accept | decline) echo --group-role ;;
        contact) echo --level --channel ;;
        plan) echo --cause --countermeasure --file ;;
        update) echo --text ;;
        offer) echo --amount --text ;;
        done) echo --task ;;
        assign-task) echo --staff --text --due ;;
        add-member) echo --staff --group-role ;;
        transfer) echo --to ;;
        suspend) echo --until ;;
        merge) echo --into ;;
        lower-severity) echo --severity ;;
        resolve) echo --outcome --approver --lost-reason --lost-destination --lost-shortcomings ;;
        report) echo --cause --course --responsible --conclusion --countermeasures --prevention --lost-reason \
            --lost-destination --lost-shortcomings --file ;;
    esac
    echo --reason --expected-version
}

# The same for `silences`.
_accountwatch_silence_options() {
    case $1 in
        add) echo --account --unit --case --kind --from --until --for --recurrence --reason --id ;;
        end) echo --reason ;;
    esac
}

# And for `dead-letters`.
_accountwatch_letter_options() {
    case $1 in
        list) echo --reason --since --limit ;;
        show) echo --payload ;;
        redrive) echo --all --reason --since --dry-run ;;
    esac
}

_accountwatchd_options() {
    echo --config --set --check-config --print-config --version --help
}

# The values of an option that has a fixed list of them.
_accountwatch_values() {
    case $1 in
        --format) echo ndjson csv ;;
        --people) echo prompt none ;;
        -o) echo text json ;;
        --group-role) echo LEADER RELEVANT_LEADER SALES AFTER_SALES SPECIALIST ;;
        --level) echo EXECUTIVE MANAGER FRONT_LINE ;;
        --channel) echo VISIT PHONE MESSAGE FORUM ;;
        --outcome) echo RECOVERED PARTIALLY_RECOVERED LOST FALSE_ALARM KNOWN_CHANGE ;;
        --severity) echo INFO LOW MEDIUM HIGH CRITICAL ;;
        --order) echo severity value_at_risk ;;
        --kind) echo VOLUME_DROP REVENUE_DROP GRADUAL_DECLINE INACTIVITY DEFECTION COMPETITOR_SUSPECTED \
            COMPETITOR_CONFIRMED DECISION_MAKER_CHANGED SERIOUS_COMPLAINT COMPLAINT_OVERDUE COMPLAINT MANUAL \
            BRANCH_SHIFT SERVICE_FAILURES CONTACT_CHANGED ;;
        --state) echo NEW ACKNOWLEDGED GROUP_FORMED INVESTIGATING ACTING OBSERVING RESOLVED REPORT_DUE CLOSED \
            SUSPENDED MERGED ;;
    esac
}

_accountwatch_reply() {
    local IFS=$' \t\n'
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_accountwatch_files() { mapfile -t COMPREPLY < <(compgen -f -- "$1"); }

_accountwatch() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" subcommand="" word i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if [[ $word != -* ]]; then
            if [[ -z $command ]]; then
                command=$word
            elif [[ -z $subcommand ]]; then
                subcommand=$word
            fi
        fi
    done
    case $previous in
        --config | --events | --map | --out | --compare | --token-file | --file)
            _accountwatch_files "$current"
            return
            ;;
        --format | --people | -o | --group-role | --level | --channel | --outcome | --severity | --state | --kind | --order)
            _accountwatch_reply "$(_accountwatch_values "$previous")" "$current"
            return
            ;;
        --set | --from | --to | --at | --charts | --accounts | --days | --late-up-to | --seed | --end | --url | --as | --unit | --cause) return ;;
        --countermeasure | --countermeasures | --text | --amount | --task | --staff | --due | --until | --into) return ;;
        --approver | --lost-* | --course | --responsible | --conclusion | --prevention | --reason) return ;;
        --expected-version | --account | --case | --for | --recurrence | --id | --examples | --since | --limit) return ;;
    esac
    if [[ $current == -* ]]; then
        local options
        options=$(_accountwatch_options "$command")
        [[ $command != silences ]] || options="$(_accountwatch_silence_options "$subcommand") $options"
        [[ $command != dead-letters ]] || options="$(_accountwatch_letter_options "$subcommand") $options"
        [[ $command != cases ]] || options="$(_accountwatch_action_options "$subcommand") $options"
        _accountwatch_reply "$options" "$current"
    elif [[ -z $command ]]; then
        _accountwatch_reply "$(_accountwatch_commands)" "$current"
    elif [[ -z $subcommand && -n $(_accountwatch_subcommands "$command") ]]; then
        _accountwatch_reply "$(_accountwatch_subcommands "$command")" "$current"
    elif [[ $command == check || $command == send ]]; then
        _accountwatch_files "$current"
    fi
}

_accountwatchd() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case $previous in
        --config) _accountwatch_files "$current" ;;
        --set) ;;
        *) _accountwatch_reply "$(_accountwatchd_options)" "$current" ;;
    esac
}

complete -o filenames -F _accountwatch accountwatch
complete -o filenames -F _accountwatchd accountwatchd
