#!/usr/bin/env bash
# Wharfgate and nginx in front of the same docker-registry; README.md beside this file tells what is measured and how.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
# shellcheck source=../lib/targets.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/targets.sh"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${TARGETS:=direct nginx wharfgate}" "${ROUNDS:=5}" "${WARM_UP:=2}" "${SIZE_MIB:=1024}" "${SECONDS_EACH:=4}" "${ONLY:=}"
: "${SLOW:=yes}" "${JSON:=$REPO_HOME/target/bench-gateway.json}"
export IT_SERVER=gateway
lane_begin
need curl curl wrk wrk jq jq python3 python3
need_disk_gib $((4 * SIZE_MIB / 1024 + 1))

start_target() {
    local target=$1 dir=$LANE_DIR/$1
    case $target in
        direct) return ;;
        wharfgate) add_bench_users "$dir" && start_gateway "$dir" "$UPSTREAM_URL" gateway ;;
        nginx*) add_bench_users "$dir" && start_gateway "$dir" "$UPSTREAM_URL" "$target" ;;
        *) fail "no such target: $target" ;;
    esac
}

# Through the gateway started last: one large blob, and an image of one small layer.
push_content() {
    local config manifest=$LANE_DIR/manifest
    printf '{}' >"$LANE_DIR/config"
    push_file bench/blob "$LANE_DIR/config"
    config="{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":2,\"digest\":\"$DIGEST\"}"
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[]}' \
        "$config" >"$manifest"
    assert_status 201 -X PUT --data-binary "@$manifest" -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' \
        /v2/bench/blob/manifests/1
    noise $((SIZE_MIB << 20)) gateway >"$LANE_DIR/blob"
    push_file bench/blob "$LANE_DIR/blob"
}

compare() {
    local target arguments=()
    start_upstream "$LANE_DIR/direct"
    for target in $TARGETS; do
        start_target "$target"
        arguments+=("$target=$LANE_DIR/$target")
    done
    push_content
    mkdir -p "$(dirname "$JSON")"
    python3 "$HERE/measure.py" --pids "$LANE_DIR/pids" --digest "$DIGEST" --file "$LANE_DIR/blob" --rounds "$ROUNDS" \
        --warm-up "$WARM_UP" --seconds "$SECONDS_EACH" --only "$ONLY" --json "$JSON" "${arguments[@]}"
    printf 'single figures: %s\n' "$JSON"
    stop_all_processes
    rm -rf "$LANE_DIR/direct" "$LANE_DIR/blob"
}

# The other bench, within this one's directory.
slow_clients_of() {
    printf '\n1000 slow pullers and a fast one: %s\n' "$1"
    IT_REPORTED=1 IT_SERVER=$1 "$HERE/../slow-clients/run.sh" || echo "no figures"
    rm -rf "$LANE_DIR/registry" "$LANE_DIR/registry-upstream"
}

# shellcheck disable=SC2034 # for start_gateway
read -ra JAVA_FLAGS <<<"${JAVA_FLAGS_BENCH:--Xmx256m}"
compare
if [[ $SLOW == yes ]]; then
    slow_clients_of nginx
    slow_clients_of gateway
fi
