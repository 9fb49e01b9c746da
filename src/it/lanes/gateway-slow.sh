#!/usr/bin/env bash
# 1000 slow clients through the gateway with 256 MiB of heap, first pulling and then pushing, and one fast client among
# them: nobody is cut off or starved, no thread belongs to a client, and afterwards everything is given back.
# At most 420 s. Alone.

export IT_SERVER=${IT_GATEWAY:-gateway} IT_JAVA_FLAGS=-Xmx256m
# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
# shellcheck source=../lib/slow.sh
. "$IT_HOME/lib/slow.sh"
need ss iproute2
need_disk_gib 4

CLIENTS=1000
GIB=$((1 << 30))
# A fast client gets a multiple of the time that it needs on two cores: what fails is starvation, not a busy machine.
PATIENCE=120

fast_get() {
    registry_curl -f -o /dev/null --max-time $PATIENCE -w '%{time_total}' "/v2/slow/blob/blobs/$DIGEST"
}

fast_put() {
    assert_status 202 -X POST -H 'Content-Length: 0' /v2/slow/fast/blobs/uploads/
    registry_curl -f -o /dev/null --max-time $PATIENCE -w '%{time_total}' -T "$LANE_DIR/blob" \
        "$(with_digest "$(header Location)" "$DIGEST")"
}

figures() { note "$1: $(figures_of "$REGISTRY_NAME"), $(connections_to_upstream) connections to the upstream"; }

# Threads that the Java machine itself starts now and then are not what this is about.
no_thread_per_client() {
    local threads
    threads=$(threads_of "$REGISTRY_NAME")
    ((threads < THREADS + CLIENTS / 10)) || fail "$threads threads for $CLIENTS clients, $THREADS without"
}

nobody_cut_or_starved() {
    note "slow clients: $(describe_slow_clients); answers $(slow_clients '.statuses | tostring')"
    [[ $(slow_clients .cut) == 0 ]] || fail "clients were cut off"
    [[ $(slow_clients .none) == 0 ]] || fail "clients got nothing"
    (($(slow_clients .min) > $(slow_clients .target) / 4)) || fail "clients were starved"
}

given_back() { (($(descriptors_of "$REGISTRY_NAME") < DESCRIPTORS + CLIENTS / 10)); }

no_client_left() {
    (($(ss -Htn state established "sport = :$(cat "$LANE_DIR/registry/port")" | wc -l) == 0))
}

pullers() {
    local seconds
    start_slow_clients --path "/v2/slow/blob/blobs/$DIGEST" --clients $CLIENTS --seconds $((PATIENCE + 10))
    seconds=$(fast_get)
    note "1 GiB down, among $CLIENTS slow pullers: $seconds s"
    figures "during"
    no_thread_per_client
    stop_slow_pullers
    wait_for_slow_clients
    nobody_cut_or_starved
    wait_until 10 "the descriptors of the aborted pulls to be given back" given_back
}

# Their bodies last 20 s, and only when the upstream has all of one it says 202.
pushers() {
    local seconds
    start_slow_clients --push slow/push --at-least 20 --clients $CLIENTS
    seconds=$(fast_put)
    note "1 GiB up, among $CLIENTS slow pushers: $seconds s"
    figures "during"
    no_thread_per_client
    wait_for_slow_clients
    nobody_cut_or_starved
    assert_equal "answers of 202" $CLIENTS "$(slow_clients '.statuses["202"]')"
}

start_wharfgate "$LANE_DIR/registry"
noise $GIB slow >"$LANE_DIR/blob"
push_file slow/blob "$LANE_DIR/blob"
down=$(fast_get)
up=$(fast_put)
note "1 GiB alone: down $down s, up $up s"
THREADS=$(threads_of "$REGISTRY_NAME") DESCRIPTORS=$(descriptors_of "$REGISTRY_NAME")
figures "before"
step "pullers" && pullers
figures "after the pullers"
step "pushers" && pushers
wait_until 10 "the clients' descriptors to be given back" no_client_left
figures "after the pushers"
process_alive "$REGISTRY_NAME" || fail "the gateway has ended"
assert_log_clean "$LANE_DIR/registry"
