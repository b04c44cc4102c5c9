#!/usr/bin/env bash
# The unit file: systemd accepts every line of it, it is tightly shut, and it restarts what it should.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/check.sh"
need systemd-analyze

unit=$PROJECT/deploy/systemd/accountwatchd.service

# copy TARGET [SED-EXPRESSION]: the unit with the program replaced by one that exists here.
copy() {
    mkdir -p -- "$(dirname -- "$1")"
    sed -e "s|/usr/bin/accountwatchd|$(command -v true)|" -e "${2:-}" "$unit" >"$1"
}
# verify FILE: what systemd has to say about it; nothing if all is well.
verify() { systemd-analyze verify --man=no "$1" 2>&1 || echo "exit code $?"; }

copy "$SCRATCH/good/accountwatchd.service"
equal "systemd-analyze verify" "" "$(verify "$SCRATCH/good/accountwatchd.service")"

# The check itself must be able to fail.
copy "$SCRATCH/typo/accountwatchd.service" 's/^WatchdogSec=/WatchdogSecs=/'
contains "a mistyped key" "$(verify "$SCRATCH/typo/accountwatchd.service")" "WatchdogSecs"
copy "$SCRATCH/missing/accountwatchd.service" 's|^ExecStart=.*|ExecStart=/nonexistent/program|'
contains "a missing program" "$(verify "$SCRATCH/missing/accountwatchd.service")" "/nonexistent/program"

# Exposure of at most 1.5 of 10.
threshold=15
systemd-analyze security --offline=true --threshold=$threshold "$SCRATCH/good/accountwatchd.service" \
    >"$SCRATCH/exposure" || fail "exposure above the threshold: $(tail -n 1 "$SCRATCH/exposure")"
copy "$SCRATCH/open/accountwatchd.service" '/^SystemCallFilter\|^ProtectSystem\|^User\|^CapabilityBoundingSet/d'
if systemd-analyze security --offline=true --threshold=$threshold "$SCRATCH/open/accountwatchd.service" >/dev/null; then
    fail "an open unit passes the threshold"
fi

for line in Type=notify NotifyAccess=main Restart=on-failure "RestartPreventExitStatus=2 78" \
    StateDirectory=accountwatch 'ExecReload=/bin/kill -HUP $MAINPID'; do
    grep -qxF -- "$line" "$unit" || fail "the unit lacks: $line"
done
grep -q '^WatchdogSec=[1-9]' "$unit" || fail "the unit has no watchdog"

# Every setting of the hardening part has its reason above it (one comment may stand for a block).
undocumented=$(awk '
    /^#/ {comment = 1; next}
    /^$/ {comment = 0; next}
    /^\[/ {next}
    !comment {print}' "$unit" | grep -v '^Description=\|^WantedBy=' || true)
equal "lines in a block without a comment" "" "$undocumented"
finish
