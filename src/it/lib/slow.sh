# shellcheck shell=bash
# Many slow clients of the registry, by tools/slow.py. Sourced by those who need them, before they start anything.

# A gateway needs two descriptors for each client.
ulimit -n "$(ulimit -Hn)"
SLOW_REPORT=$LANE_DIR/slow.out

# start_slow_clients ARGUMENTS...: returns when all of them are being served.
start_slow_clients() {
    need python3 python3 jq jq
    : >"$SLOW_REPORT"
    start_process slow "$SLOW_REPORT" python3 "$IT_HOME/tools/slow.py" --port "$(cat "$LANE_DIR/$REGISTRY_NAME/port")" \
        --ca "$CA" --user "$USER_NAME" --password-file "$LANE_DIR/$REGISTRY_NAME/password" "$@"
    wait_until 90 "the slow clients to be served" slow_clients_ready
    process_alive slow || fail "the slow clients have ended: $(cat "$SLOW_REPORT")"
}

slow_clients_ready() { grep -q '^ready' "$SLOW_REPORT" || process_gone slow; }

stop_slow_pullers() { kill -TERM "$(process_id slow)" 2>/dev/null || true; }

wait_for_slow_clients() { wait_until 120 "the slow clients to end" process_gone slow; }

# slow_clients FILTER: something of their report.
slow_clients() { tail -n 1 "$SLOW_REPORT" | jq -r "$1"; }

describe_slow_clients() {
    # shellcheck disable=SC2016 # jq's
    slow_clients '"\(.min / 1024 | floor) min, \(.median / 1024 | floor) median, \(.max / 1024 | floor) max, of \(.target / 1024 |
        floor) KiB each in \(.seconds) s; \(.cut) cut, \(.none) without a byte"'
}
