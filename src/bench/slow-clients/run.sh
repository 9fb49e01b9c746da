#!/usr/bin/env bash
# 1000 slow TLS clients and a fast one; README.md beside this file tells how to read what it prints.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
lane_begin
need python3 python3 jq jq curl curl
need_disk_gib 3
: "${CLIENTS:=1000}" "${RATE:=16384}"
GIB=$((1 << 30))
DIR=$LANE_DIR/registry

push_blob() {
    noise $GIB bench >"$LANE_DIR/blob"
    DIGEST=sha256:$(sha256_of <"$LANE_DIR/blob")
    registry_curl -f -o /dev/null -D "$LANE_DIR/headers" -X POST -H 'Content-Length: 0' /v2/bench/blob/blobs/uploads/
    registry_curl -f -o /dev/null -T "$LANE_DIR/blob" "$(with_digest "$(header Location)" "$DIGEST")"
    rm "$LANE_DIR/blob"
}

# Three pulls of 1 GiB, each at most 8 s: MiB/s of each, sorted.
fast_pulls() {
    for _ in 1 2 3; do
        registry_curl -f --http1.1 -o /dev/null --max-time 8 -w '%{speed_download}\n' "/v2/bench/blob/blobs/$DIGEST" || true
    done 2>/dev/null | awk '{ printf "%d\n", $1 / 1048576 }' | sort -n | tr '\n' ' '
}

median() { awk '{ print $2 }' <<<"$1"; }

all_ready() { grep -q '^ready' "$LANE_DIR/slow.out" || process_gone slow; }

ulimit -n "$(ulimit -Hn)"
# shellcheck disable=SC2034 # for start_wharfgate
read -ra JAVA_FLAGS <<<"${JAVA_FLAGS_BENCH:--Xmx256m}"
start_wharfgate "$DIR"
push_blob
fast_pulls >/dev/null # the JIT compiler's turn

alone=$(fast_pulls)
start_process slow "$LANE_DIR/slow.out" python3 "$(dirname "${BASH_SOURCE[0]}")/slow.py" --port "$(cat "$DIR/port")" \
    --ca "$CA" --user "$USER_NAME" --password-file "$DIR/password" --path "/v2/bench/blob/blobs/$DIGEST" \
    --clients "$CLIENTS" --rate "$RATE"
wait_until 60 "the slow clients to be served" all_ready
among=$(fast_pulls)
status=/proc/$(process_id "$REGISTRY_NAME")
server=$(awk '/^VmHWM/ { peak = $2 } /^VmRSS/ { now = $2 } /^Threads/ { threads = $2 }
    END { printf "RSS %d MiB (peak %d), %d threads", now / 1024, peak / 1024, threads }' "$status/status")
descriptors=$(find "$status/fd" -mindepth 1 | wc -l)
kill -TERM "$(process_id slow)"
wait_until 30 "the slow clients to end" process_gone slow
slow=$(tail -n 1 "$LANE_DIR/slow.out")

printf 'fast client alone:      %s MiB/s (%s)\n' "$(median "$alone")" "${alone% }"
printf 'among %s slow ones:   %s MiB/s (%s)\n' "$CLIENTS" "$(median "$among")" "${among% }"
awk -v a="$(median "$alone")" -v b="$(median "$among")" 'BEGIN { printf "ratio:                  %.2f\n", b / a }'
jq -r '"slow clients, KiB:      \(.min / 1024 | floor) min, \(.median / 1024 | floor) median, \(.max / 1024 | floor) max, of \(
    .target / 1024 | floor) each in \(.seconds) s; \(.cut) cut, \(.none) without a byte"' <<<"$slow"
printf 'server:                 %s, %s descriptors with the slow clients\n' "$server" "$descriptors"
