#!/usr/bin/env bash
# Certificate and password file swapped under load: no request fails that should have passed, new handshakes show the
# new certificate, users come and go, and a broken file changes nothing.
# At most 240 s.

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
