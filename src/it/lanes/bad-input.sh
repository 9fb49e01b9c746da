#!/usr/bin/env bash
# What no good client sends: odd paths and digests, chunks out of order, broken manifests, smuggling shapes, plain HTTP to
# the TLS port, a large body without a password. Each gets a clear error; the server goes on; nothing is written elsewhere.
# At most 180 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need python3 python3
DIR=$LANE_DIR/registry

# Everything but the storage and the log; a file that a request put there would show.
files_outside() {
    find "$LANE_DIR" -path "$DIR/data" -prune -o -type f ! -name '*.log' -printf '%P %s\n' | sort
    find /etc "$IT_PLACE" -maxdepth 1 -newer "$LANE_DIR/start" ! -path "$IT_PLACE" ! -path /etc \
        ! -name 'wharfgate-it.*' | sort
}

start_wharfgate "$DIR"
touch "$LANE_DIR/start"
before=$(files_outside)
python3 "$IT_HOME/tools/bad_input.py" --port "$(cat "$DIR/port")" --ca "$CA" --user "$USER_NAME" \
    --password-file "$DIR/password"
assert_equal "files outside the storage" "$before" "$(files_outside)"
process_alive "$REGISTRY_NAME" || fail "the server has ended"
assert_log_clean "$DIR"
