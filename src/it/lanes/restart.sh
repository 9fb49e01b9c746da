#!/usr/bin/env bash
# Five restarts under pulls and pushes, one of them by kill -9, and a reload, with a listening socket that outlives the server, as systemd's
# socket units have it: no connection is refused, no request fails but what was running at the kill, no upload is lost.
# At most 180 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need python3 python3
DIR=$LANE_DIR/registry

prepare_registry "$DIR"
use_registry "$DIR"
write_config_of_wharfgate "$DIR" "$DIR/data"
# Less than the slow upload takes, more than the slow pull does.
sed -i 's/^server:$/&\n  drain-timeout: 6s/' "$DIR/wharfgate.yaml"
server_command wharfgate "$DIR"
python3 "$IT_HOME/tools/restart.py" --port "$(cat "$DIR/port")" --ca "$CA" --user "$USER_NAME" \
    --password-file "$DIR/password" --log "$DIR/server.log" -- "${SERVER_COMMAND[@]}" |
    tee "$LANE_DIR/restart.out"
note "$(tail -n 1 "$LANE_DIR/restart.out")"
grep -q 'listening on the socket .* that was handed over' "$DIR/server.log" || fail "the socket was not taken"
# The last line of each server's life but the killed one's: closing a socket that is standard input would have lost it.
assert_equal "servers that told their end" 5 "$(grep -c 'stopped$' "$DIR/server.log")"
assert_log_clean "$DIR"
