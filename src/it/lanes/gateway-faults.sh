#!/usr/bin/env bash
# The gateway when things go wrong: the upstream is killed, stopped and started again, clients are killed, a body is not
# wanted; and what a client can forge. IT_GATEWAY=nginx fails at several steps, as nginx does.
# At most 180 s.

export IT_SERVER=${IT_GATEWAY:-gateway}
# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need curl curl jq jq ss iproute2

MIB=$((1 << 20))
UPSTREAM=$LANE_DIR/registry-upstream
BLOB=$LANE_DIR/blob
PULLED=$LANE_DIR/pulled

begin_upload() {
    assert_status 202 -X POST -H 'Content-Length: 0' "$@" /v2/faults/it/blobs/uploads/
    LOCATION=$(header Location)
}

# Starts a client in the background, slow enough to be met in the middle: 128 MiB in half a minute.
start_client() {
    start_process client "$LANE_DIR/client.log" curl -sS --cacert "$CA" --netrc-file "$NETRC" --limit-rate 4M "$@"
}

pull_slowly() { start_client -o "$PULLED" "$REGISTRY_URL/v2/faults/it/blobs/$DIGEST"; }

push_slowly() { start_client -o "$LANE_DIR/answer" -X PATCH -T "$BLOB" -H 'Expect:' "$@" "$(absolute_url "$LOCATION")"; }

pulled_some() { (($(stat -c %s "$PULLED" 2>/dev/null || echo 0) > MIB)); }

# busiest_connection received|sent: the gateway's port of the connection to the upstream that carried the most, and it must
# have been a MiB. Idle connections of the pool may be there too.
busiest_connection() {
    ss -HtniO state established "dport = :$UPSTREAM_PORT" | sed -nE "s/^.*127\.0\.0\.1\]?:([0-9]+) .*bytes_$1:([0-9]+).*/\2 \1/p" |
        sort -n | awk -v least="$MIB" '$1 > least { port = $2 } END { if (!port) exit 1; print port }'
}

connection_gone() { [[ -z $(ss -Htn state all "sport = :$1 and dport = :$UPSTREAM_PORT" exclude time-wait) ]]; }

# An answer of the gateway itself, in the form of the specification, with the id under which the log tells more.
assert_own_error() {
    local status=$1 code=$2
    shift 2
    assert_status "$status" --max-time 10 "$@"
    assert_equal "error code" "$code" "$(jq -r '.errors[0].code' "$LANE_DIR/body")"
    assert_equal "request id in the body" "$(header X-Request-Id)" "$(jq -r '.errors[0].detail.requestId' "$LANE_DIR/body")"
    assert_matches "request id" "$(header X-Request-Id)" '^.{8,}$'
    ! grep -qE "127\.0\.0\.1|$UPSTREAM_PORT|xception" "$LANE_DIR/body" || fail "tells about the inside: $(cat "$LANE_DIR/body")"
}

open_paths() {
    local path
    for path in /_ping /v1/_ping; do
        assert_equal "$path without a login" 200 "$(curl -sS --cacert "$CA" -o /dev/null -w '%{http_code}' "$REGISTRY_URL$path")"
    done
    assert_equal "/v2/ without a login" 401 "$(curl -sS --cacert "$CA" -o /dev/null -w '%{http_code}' "$REGISTRY_URL/v2/")"
}

# docker-registry makes Location of what it finds in these fields.
forged_fields() {
    local forged=(-H 'X-Forwarded-Host: evil.example' -H 'X-Forwarded-Proto: http' -H 'X-Forwarded-For: 192.0.2.1'
        -H 'Forwarded: host=evil.example;proto=http' -H 'X-Forwarded-Port: 81')
    begin_upload "${forged[@]}"
    assert_matches "Location" "$LOCATION" '^/v2/faults/it/blobs/uploads/'
    assert_status 202 -X PATCH --data-binary abc -H 'Content-Type: application/octet-stream' "${forged[@]}" "$LOCATION"
    LOCATION=$(header Location)
    assert_matches "Location of a chunk" "$LOCATION" '^/v2/faults/it/blobs/uploads/'
    ! grep -qi evil "$LANE_DIR/headers" || fail "forged: $(cat "$LANE_DIR/headers")"
    assert_status 204 -X DELETE "$LOCATION"
}

# refused_early STATUS CURL_ARGUMENTS...: the answer comes while the body is on its way, which is then given up.
refused_early() {
    local wanted=$1 got
    shift
    got=$(curl -sS --http1.1 --cacert "$CA" --max-time 20 -H 'Expect:' -T "$BLOB" -o "$LANE_DIR/body" \
        -w '%{http_code} %{size_upload}' "$@") || true
    assert_equal "status" "$wanted" "${got% *}"
    ((${got#* } < SIZE)) || fail "the whole body was taken for an answer of $wanted"
    jq -e '.errors[0].code' "$LANE_DIR/body" >/dev/null || fail "no OCI error: $(cat "$LANE_DIR/body")"
}

early_answers() {
    begin_upload
    refused_early 401 -u "$USER_NAME:wrong" "$(absolute_url "$LOCATION")"
    refused_early 401 -X PATCH -H 'Transfer-Encoding: chunked' "$(absolute_url "$LOCATION")"
    # The gateway lets these through, and the upstream answers without having read.
    refused_early 404 --netrc-file "$NETRC" -X PATCH \
        "$REGISTRY_URL/v2/faults/it/blobs/uploads/00000000-0000-4000-8000-000000000000?_state=none"
    assert_status 204 -X DELETE "$LOCATION"
}

client_killed_in_download() {
    local port
    rm -f "$PULLED"
    pull_slowly
    wait_until 20 "the download to flow" busiest_connection received
    port=$(busiest_connection received)
    kill_process client
    wait_until 10 "the download's connection to be closed" connection_gone "$port"
}

# client_killed_in_upload CURL_ARGUMENTS...
client_killed_in_upload() {
    local port
    begin_upload
    push_slowly "$@"
    wait_until 20 "the upload to flow" busiest_connection sent
    port=$(busiest_connection sent)
    kill_process client
    wait_until 10 "the upload's connection to be closed" connection_gone "$port"
    # The upstream has less than the whole: the aborted body did not end as a good one. It cannot be asked, for it
    # gives up uploads that do not stand where it last said.
    (($(largest_upload) < SIZE)) || fail "the upstream has all of an upload that was aborted"
}

largest_upload() { find "$LANE_DIR/registry/data" -path '*/_uploads/*/data' -size +0 -printf '%s\n' | sort -n | tail -n 1; }

upstream_killed_in_download() {
    local status=0
    rm -f "$PULLED"
    pull_slowly
    wait_until 20 "the download to flow" pulled_some
    kill_process "$UPSTREAM_NAME"
    wait "$(process_id client)" || status=$?
    # 18: less than promised; 56: reset.
    assert_matches "curl's exit code" "$status" '^(18|56)$'
    (($(stat -c %s "$PULLED") < SIZE)) || fail "the download was through before the upstream was killed"
}

upstream_killed_in_upload() {
    local status=0
    begin_upload
    push_slowly -w '%{http_code}'
    wait_until 20 "the upload to flow" busiest_connection sent
    kill_process "$UPSTREAM_NAME"
    wait "$(process_id client)" || status=$?
    tail -n 1 "$LANE_DIR/client.log"
    # 55, 56: closed; else there is an answer, and it is no success.
    ((status != 0)) || assert_matches "status of the upload" "$(tail -n 1 "$LANE_DIR/client.log")" '50[24]$'
}

upstream_stopped() {
    assert_own_error 502 UNAVAILABLE "/v2/faults/it/blobs/$DIGEST"
    assert_own_error 502 UNAVAILABLE -X POST -H 'Content-Length: 0' /v2/faults/it/blobs/uploads/
    # With a body, which nobody takes.
    assert_own_error 502 UNAVAILABLE -X PATCH -H 'Expect:' -T "$BLOB" "$LOCATION"
}

# A request that went on for nobody would keep it for the drain timeout of 30 s.
stops_at_once() {
    kill -TERM "$(process_id "$REGISTRY_NAME")"
    wait_until 20 "the gateway to end, with no request left" process_gone "$REGISTRY_NAME"
}

works() {
    assert_status 200 /v2/
    assert_equal "what comes back" "$DIGEST" "sha256:$(registry_curl -f "/v2/faults/it/blobs/$DIGEST" | sha256_of)"
}

start_wharfgate "$LANE_DIR/registry"
SIZE=$((128 * MIB))
noise $SIZE faults >"$BLOB"
push_file faults/it "$BLOB"
works

step "open paths" && open_paths
step "forged fields" && forged_fields
step "early answers" && early_answers
step "client killed in a download" && client_killed_in_download
step "client killed in an upload with a length" && client_killed_in_upload
step "client killed in an upload in chunks" && client_killed_in_upload -H 'Transfer-Encoding: chunked'
works

step "upstream killed in a download" && upstream_killed_in_download
step "upstream away" && upstream_stopped
step "upstream back"
start_upstream "$UPSTREAM" "$LANE_DIR/registry/data"
works
step "upstream killed in an upload" && upstream_killed_in_upload
start_upstream "$UPSTREAM" "$LANE_DIR/registry/data"
works
step "upstream restarted between two requests"
stop_process "$UPSTREAM_NAME"
start_upstream "$UPSTREAM" "$LANE_DIR/registry/data"
works
process_alive "$REGISTRY_NAME" || fail "the gateway has ended"
step "the gateway stops" && stops_at_once
assert_log_clean "$LANE_DIR/registry"
