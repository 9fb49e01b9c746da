#!/usr/bin/env bash
# 64 MiB of heap: a blob of 4 GiB up and down, then eight of 512 MiB at once.
# At most 420 s. Alone.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_jar
need_disk_gib 10

GIB=$((1 << 30))

# As dockerd does: POST, one PATCH in chunks without a length, PUT with the digest. The client keeps nothing on disk.
push_blob() {
    local repository=$1 bytes=$2 seed=$3 digest=$4 place=$LANE_DIR/$3.headers
    registry_curl -f -o /dev/null -D "$place" -X POST -H 'Content-Length: 0' "/v2/$repository/blobs/uploads/"
    noise "$bytes" "$seed" | registry_curl -f -o /dev/null -D "$place" -X PATCH -T - -H 'Expect:' \
        -H 'Content-Type: application/octet-stream' "$(location "$place")"
    registry_curl -f -o /dev/null -X PUT -H 'Content-Length: 0' "$(with_digest "$(location "$place")" "$digest")"
}

location() { tr -d '\r' <"$1" | sed -n 's/^location: //Ip' | tail -n 1; }

pull_blob() {
    local repository=$1 digest=$2 got
    got=sha256:$(registry_curl -f "/v2/$repository/blobs/$digest" | sha256_of)
    assert_equal "what came back" "$digest" "$got"
}

there_and_back() {
    local repository=$1 bytes=$2 seed=$3 digest
    digest=sha256:$(noise "$bytes" "$seed" | sha256_of)
    push_blob "$repository" "$bytes" "$seed" "$digest"
    pull_blob "$repository" "$digest"
}

# at_once COUNT BYTES
at_once() {
    local n pids=()
    for ((n = 1; n <= $1; n++)); do
        there_and_back "many/client-$n" "$2" "client-$n" &
        pids+=($!)
    done
    for n in "${pids[@]}"; do wait "$n" || fail "one of $1 clients failed"; done
}

heap_of_server() {
    local jcmd pid
    jcmd=$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}jcmd") || return 0
    pid=$(process_id "$REGISTRY_NAME")
    "$jcmd" "$pid" GC.heap_info 2>/dev/null | sed -n 's/.*total \([0-9]*K, used [0-9]*K\).*/\1/p' | head -n 1
}

# shellcheck disable=SC2034 # for start_wharfgate
JAVA_FLAGS=(-Xmx64m)
start_wharfgate "$LANE_DIR/registry"
step "4 GiB" && there_and_back big/blob $((4 * GIB)) big
note "after 4 GiB up and down: peak RSS $(peak_rss_mib "$LANE_DIR/registry") MiB; heap $(heap_of_server)"
find "$LANE_DIR/registry/data" -name data -size +3G -delete
step "eight of 512 MiB at once" && at_once 8 $((GIB / 2))
note "after eight of 512 MiB at once: peak RSS $(peak_rss_mib "$LANE_DIR/registry") MiB; heap $(heap_of_server)"
process_alive "$REGISTRY_NAME" || fail "the server has ended"
assert_log_clean "$LANE_DIR/registry"
