#!/usr/bin/env bash
# 1000 slow TLS clients and a fast one; README.md beside this file tells how to read what it prints.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
lane_begin
# shellcheck source=../../it/lib/slow.sh
. "$IT_HOME/lib/slow.sh"
need_disk_gib 3
: "${CLIENTS:=1000}" "${RATE:=16384}"
GIB=$((1 << 30))

# Three pulls of 1 GiB, each at most 8 s: MiB/s of each, sorted.
fast_pulls() {
    for _ in 1 2 3; do
        registry_curl -f --http1.1 -o /dev/null --max-time 8 -w '%{speed_download}\n' "/v2/bench/blob/blobs/$DIGEST" || true
    done 2>/dev/null | awk '{ printf "%d\n", $1 / 1048576 }' | sort -n | tr '\n' ' '
}

median() { awk '{ print $2 }' <<<"$1"; }

# shellcheck disable=SC2034 # for start_wharfgate
read -ra JAVA_FLAGS <<<"${JAVA_FLAGS_BENCH:--Xmx256m}"
# shellcheck disable=SC2034 # for a gateway
UPSTREAM_SETTINGS=("max-connections: $((2 * CLIENTS))")
start_wharfgate "$LANE_DIR/registry"
noise $GIB bench >"$LANE_DIR/blob"
push_file bench/blob "$LANE_DIR/blob"
rm "$LANE_DIR/blob"
fast_pulls >/dev/null # the JIT compiler's turn

alone=$(fast_pulls)
start_slow_clients --path "/v2/bench/blob/blobs/$DIGEST" --clients "$CLIENTS" --rate "$RATE"
among=$(fast_pulls)
server=$(figures_of "$REGISTRY_NAME")
stop_slow_pullers
wait_for_slow_clients

printf 'fast client alone:      %s MiB/s (%s)\n' "$(median "$alone")" "${alone% }"
printf 'among %s slow ones:   %s MiB/s (%s)\n' "$CLIENTS" "$(median "$among")" "${among% }"
awk -v a="$(median "$alone")" -v b="$(median "$among")" 'BEGIN { if (a) printf "ratio:                  %.2f\n", b / a }'
printf 'slow clients:           %s\n' "$(describe_slow_clients)"
printf 'server:                 %s with the slow clients\n' "$server"
