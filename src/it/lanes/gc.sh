#!/usr/bin/env bash
# Eight clients push, tag, mount, pull and delete images that overlap, while garbage is collected without pause and the server is
# killed at random: every image that is acknowledged and not deleted stays whole, and in the end nothing else is left.
# IT_SECONDS=7200 for hours; IT_SEED repeats the choices of a failed run.
# At most 300 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need python3 python3
need_wharfgate
DIR=$LANE_DIR/registry
GRACE=6
WINDOW=3
# A path for a socket may have no more than some hundred bytes.
CONTROL=$(mktemp -u "${TMPDIR:-/tmp}/wharfgate-gc.XXXXXX")

# shellcheck disable=SC2034 # for start_wharfgate
JAVA_FLAGS=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
# shellcheck disable=SC2034
STORAGE_SETTINGS=("upload-expiry: 1m" "gc: {schedule: 'off', grace: ${GRACE}s, undelete: ${WINDOW}s}")
export WHARFGATE_OPS_CONTROL=$CONTROL

# The program restarts the server itself; it is started here once for its files and to see that it starts at all.
start_wharfgate "$DIR"
stop_registry "$DIR"
server_command wharfgate "$DIR"
options=(--seconds "${IT_SECONDS:-75}")
[[ -z ${IT_SEED:-} ]] || options+=(--seed "$IT_SEED")
python3 "$IT_HOME/tools/collect.py" --port "$(cat "$DIR/port")" --ca "$CA" --user "$USER_NAME" \
    --password-file "$DIR/password" --log "$DIR/server.log" --control "$CONTROL" --root "$DIR/data" \
    --grace $GRACE --window $WINDOW "${options[@]}" \
    -- "${SERVER_COMMAND[@]}" | tee "$LANE_DIR/gc.out"
rm -f "$CONTROL"
note "$(tail -n 1 "$LANE_DIR/gc.out")"
