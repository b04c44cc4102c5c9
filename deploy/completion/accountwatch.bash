# Bash completion for accountwatch and accountwatchd. Install as
# /usr/share/bash-completion/completions/accountwatch, and as accountwatchd beside it.
# shellcheck shell=bash

_accountwatch_commands() {
    echo check send backtest simulate cases topics
}

_accountwatch_subcommands() {
    case $1 in
        cases) echo list show ack accept decline start plan approve-plan contact done resolve ;;
        topics) echo create check ;;
    esac
}

_accountwatch_options() {
    case $1 in
        check) echo -o --help ;;
        send) echo --config --set --format --backfill -o --help ;;
        backtest) echo --config --set --events --out --from --to --people --help ;;
        simulate) echo --accounts --days --seed --end --out --config --answers --help ;;
        cases) echo --url --as --token-file -o --help ;;
        topics) echo --config --set -o --help ;;
        *) echo --help --version ;;
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
        --config | --events | --out | --token-file)
            _accountwatch_files "$current"
            return
            ;;
        --format | --people | -o)
            _accountwatch_reply "$(_accountwatch_values "$previous")" "$current"
            return
            ;;
        --set | --from | --to | --accounts | --days | --seed | --end | --url | --as) return ;;
    esac
    if [[ $current == -* ]]; then
        _accountwatch_reply "$(_accountwatch_options "$command")" "$current"
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
