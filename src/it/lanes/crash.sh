#!/usr/bin/env bash
# kill -9 in the middle of pushes, twenty times: nothing acknowledged is lost, no tag points to nothing, and the
# interrupted upload goes on. IT_SEED repeats the choices of a failed run.
# At most 300 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need python3 python3
DIR=$LANE_DIR/registry

# Twenty starts: what matters here is that they are quick, not how fast the server gets later.
# shellcheck disable=SC2034 # for start_wharfgate
JAVA_FLAGS=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)

# The program restarts the server itself; it is started here once for its files and to see that it starts at all.
start_wharfgate "$DIR"
stop_registry "$DIR"
server_command "$IT_SERVER" "$DIR"
options=(--rounds "${IT_ROUNDS:-20}")
[[ -z ${IT_SEED:-} ]] || options+=(--seed "$IT_SEED")
[[ $IT_SERVER == wharfgate ]] || options+=(--no-resume)
python3 "$IT_HOME/tools/crash.py" --port "$(cat "$DIR/port")" --ca "$CA" --user "$USER_NAME" \
    --password-file "$DIR/password" --log "$DIR/server.log" "${options[@]}" \
    -- "${SERVER_COMMAND[@]}" | tee "$LANE_DIR/crash.out"
note "$(tail -n 1 "$LANE_DIR/crash.out")"
