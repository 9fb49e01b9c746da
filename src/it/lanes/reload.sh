#!/usr/bin/env bash
# Certificate and password file swapped under load, and then the whole configuration changed by SIGHUP: no request fails that should
# have passed, new handshakes show the new certificate, users come and go, and what is broken changes nothing.
# At most 300 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need python3 python3 openssl openssl
LIVE=$LANE_DIR/registry

make_set() {
    local number=$1 dir=$LANE_DIR/set-$1
    mkdir "$dir"
    make_certificate "$LIVE" "$dir/server.crt" "$dir/server.key"
    add_user "$dir" steady "$PASSWORD"
    add_user "$dir" "only-$number" "$PASSWORD"
}

prepare_registry "$LIVE"
PASSWORD=$(cat "$LIVE/password")
for number in 0 1 2; do make_set "$number"; done
cp "$LANE_DIR/set-0/"* "$LIVE"
start_wharfgate "$LIVE"
options=()
[[ $IT_SERVER == wharfgate ]] || options+=(--no-certificate)
python3 "$IT_HOME/tools/reload.py" --port "$(cat "$LIVE/port")" --ca "$CA" --password-file "$LIVE/password" \
    --live "$LIVE" --sets "$LANE_DIR/set-0" "$LANE_DIR/set-1" "$LANE_DIR/set-2" "${options[@]}" | tee "$LANE_DIR/reload.out"
note "$(tail -n 1 "$LANE_DIR/reload.out")"
process_alive "$REGISTRY_NAME" || fail "the server has ended"

[[ $IT_SERVER == wharfgate || $IT_SERVER == gateway ]] || exit 0
step "the whole configuration"
# Once it is set up, it knows nobody but these.
cp "$LANE_DIR/set-0/htpasswd" "$LIVE/htpasswd"
python3 "$IT_HOME/tools/reconfigure.py" --port "$(cat "$LIVE/port")" --ca "$CA" --password-file "$LIVE/password" --user steady \
    --config "$LIVE/wharfgate.yaml" --htpasswd "$LIVE/htpasswd" --pid "$(process_id "$REGISTRY_NAME")" | tee "$LANE_DIR/reload.out"
note "$(tail -n 1 "$LANE_DIR/reload.out")"
process_alive "$REGISTRY_NAME" || fail "the server has ended"

step "what is told"
reload_and_wait() {
    : >"$LIVE/server.log"
    kill -HUP "$(process_id "$REGISTRY_NAME")"
    wait_until 20 "the end of the reload" grep -Eq 'Reloads (reloaded|not reloaded)' "$LIVE/server.log"
}
cp "$LIVE/wharfgate.yaml" "$LANE_DIR/good.yaml"
# The load has left the file as it was at the beginning, and something else in force.
reload_and_wait
sed -i 's/^auth:/auth:\n  throttle: false/; s/^server:/server:\n  max-connections: 500/' "$LIVE/wharfgate.yaml"
reload_and_wait
grep -q 'reloaded changed=auth.throttle needs_restart=server.max-connections ' "$LIVE/server.log" ||
    fail "the log does not say what changed: $(cat "$LIVE/server.log")"
sed -i 's/^auth:/auth:\n  reelm: x/; s/max-connections: 500/max-connections: many/' "$LIVE/wharfgate.yaml"
reload_and_wait
for mistake in 'wharfgate.yaml:[0-9]*: auth.reelm: unknown key' 'wharfgate.yaml:[0-9]*: server.max-connections: ' 'mistakes=2'; do
    grep -q "$mistake" "$LIVE/server.log" || fail "the log lacks /$mistake/: $(cat "$LIVE/server.log")"
done
cp "$LANE_DIR/good.yaml" "$LIVE/wharfgate.yaml"
reload_and_wait
grep -q 'Reloads reloaded' "$LIVE/server.log" || fail "a good configuration was refused: $(cat "$LIVE/server.log")"
