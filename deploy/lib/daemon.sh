# Sourced after common.sh: one daemon in the background, known by its pid file.
# shellcheck shell=bash

# daemon_pid PID-FILE PROGRAM: the process id, if that process lives and runs this program (a pid file may be older
# than the machine's last start, and its number somebody else's by now).
daemon_pid() {
    local pid executable
    pid=$(cat -- "$1" 2>/dev/null) || return 1
    [[ $pid =~ ^[1-9][0-9]*$ ]] || return 1
    executable=$(readlink -- "/proc/$pid/exe") || return 1
    # A program that was built again in the meantime is shown as deleted.
    [[ ${executable% (deleted)} == "$2" ]] || return 1
    echo "$pid"
}

# stop_daemon PID-FILE PROGRAM: stops it in good order; nothing to do if it does not run.
stop_daemon() {
    local pid
    if pid=$(daemon_pid "$1" "$2"); then
        say "stopping the daemon (process $pid)"
        kill -TERM "$pid"
        timeout 60 tail --pid="$pid" -f /dev/null || die 1 "process $pid does not stop"
    fi
    rm -f -- "$1"
}

# start_daemon PID-FILE LOG-FILE PROGRAM [ARGUMENT...]: in a session of its own, so that it outlives the terminal.
start_daemon() {
    local pid_file=$1 log=$2
    shift 2
    setsid -- "$@" >>"$log" 2>&1 </dev/null &
    echo "$!" >"$pid_file"
    disown "$!"
}

# http_get PORT PATH: the answer of 127.0.0.1, head and body; no client program needed.
http_get() {
    local connection
    exec {connection}<>"/dev/tcp/127.0.0.1/$1" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&"$connection"
    cat <&"$connection"
    exec {connection}>&-
}

# free_port FROM: the first port from there on that nobody on the loopback listens to.
free_port() {
    local port
    for ((port = $1; port < $1 + 100; ++port)); do
        if ! (exec {connection}<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return 0
        fi
    done
    die 69 "no free port from $1 on"
}

# is_ready PORT
is_ready() {
    local answer
    answer=$(http_get "$1" /readyz 2>/dev/null) || return 1
    [[ $answer == HTTP/1.?" 200"* ]]
}

# wait_until_ready PORT PID-FILE LOG-FILE: until /readyz says so, while the process lives.
wait_until_ready() {
    local deadline=$((SECONDS + 300)) pid
    pid=$(cat -- "$2")
    until is_ready "$1"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            tail -n 20 -- "$3" >&2
            die 1 "the daemon ended; the end of its log is above"
        fi
        ((SECONDS < deadline)) || die 1 "the daemon is not ready after five minutes; its log is $3"
        sleep 0.2
    done
}

# metric_sum PORT NAME: the sum of a metric's series, as a whole number; nothing if it is not there or nobody answers.
metric_sum() {
    local answer
    answer=$(http_get "$1" /metrics 2>/dev/null) || return 0
    tr -d '\r' <<<"$answer" |
        awk -v name="$2" '{split($1, part, "{")} part[1] == name {sum += $NF; n++} END {if (n) printf "%d\n", sum}'
}
