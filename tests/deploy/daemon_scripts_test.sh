#!/usr/bin/env bash
# deploy/lib/daemon.sh against a stand-in for the daemon: pid files, stop, the little HTTP client.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/check.sh"
source "$PROJECT/deploy/lib/common.sh"
source "$PROJECT/deploy/lib/daemon.sh"
cd -- "$SCRATCH"
program=$SCRATCH/daemon
cp -- "$(command -v sleep)" "$program"

start_daemon pid log "$program" 300
pid=$(cat pid)
# The process is the shell's copy until it has become the program.
for ((i = 0; i < 500; ++i)); do
    [[ -z $(daemon_pid pid "$program" || true) ]] || break
    read -r -t 0.01 <> <(:) || true
done
equal "the daemon runs" "$pid" "$(daemon_pid pid "$program" || true)"
equal "of another program" "" "$(daemon_pid pid /bin/sh || true)"
rm -- "$program"
equal "it was built again meanwhile" "$pid" "$(daemon_pid pid "$program" || true)"
contains "stop" "$(stop_daemon pid "$program")" "process $pid"
kill -0 "$pid" 2>/dev/null && fail "it still runs"
[[ ! -e pid ]] || fail "the pid file is left behind"
equal "nothing to stop" "" "$(stop_daemon pid "$program")"

# A pid file whose number is somebody else's by now: it is left alone.
echo "$$" >pid
equal "somebody else's process" "" "$(stop_daemon pid "$program")"
echo "12; rm -rf x" >pid
equal "a damaged pid file" "" "$(stop_daemon pid "$program")"

port=$(free_port 20480)
[[ $port =~ ^[0-9]+$ ]] || fail "free_port says '$port'"
equal "nobody answers" "" "$(http_get "$port" / 2>/dev/null || true)"

# metric_sum reads the text form of Prometheus.
http_get() {
    printf 'HTTP/1.1 200 OK\r\n\r\n# TYPE accountwatch_log_lag_records gauge\n'
    printf 'accountwatch_log_lag_records{partition="0"} 3\naccountwatch_log_lag_records{partition="1"} 4\n'
    printf 'accountwatch_accounts 60\n'
}
equal "labelled series are added" 7 "$(metric_sum 1 accountwatch_log_lag_records)"
is_ready 1 || fail "an answer of 200 is not ready"
equal "a plain one" 60 "$(metric_sum 1 accountwatch_accounts)"
equal "an unknown one" "" "$(metric_sum 1 accountwatch_none)"
http_get() { printf 'HTTP/1.1 503 Service Unavailable\r\n\r\n 200'; }
is_ready 1 && fail "an answer of 503 is ready"
http_get() { return 1; }
is_ready 1 && fail "no answer is ready"
equal "nobody answers" "" "$(metric_sum 1 accountwatch_accounts)"
finish
