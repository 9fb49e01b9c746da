#!/usr/bin/env bash
# Expect: 100-continue: the body is asked for when the upload is allowed, and only then.
# At most 60 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need curl curl

# The statuses that curl saw, in order, and the bytes of the body that it sent.
# curl would send the body after a second in any case; 30 s make it wait for an answer.
expecting() {
    curl -sS --http1.1 --cacert "$CA" -D "$LANE_DIR/headers" -o "$LANE_DIR/body" -H 'Expect: 100-continue' \
        --expect100-timeout 30 -T "$LANE_DIR/blob" -w '%{size_upload}' "$@" >"$LANE_DIR/sent"
}

statuses() { tr -d '\r' <"$LANE_DIR/headers" | sed -n 's|^HTTP/1.1 \([0-9]*\).*|\1|p' | tr '\n' ' '; }

begin_upload() {
    assert_status 202 -X POST -H 'Content-Length: 0' /v2/expect/it/blobs/uploads/
    LOCATION=$(absolute_url "$(header Location)")
}

start_wharfgate "$LANE_DIR/registry"
noise 5000000 expect >"$LANE_DIR/blob"
DIGEST=sha256:$(sha256_of <"$LANE_DIR/blob")

step "right password, PUT with a length"
begin_upload
expecting --netrc-file "$NETRC" -X PUT "$(with_digest "$LOCATION" "$DIGEST")"
assert_equal "statuses" "100 201 " "$(statuses)"
assert_equal "bytes sent" 5000000 "$(cat "$LANE_DIR/sent")"
assert_equal "digest" "$DIGEST" "sha256:$(registry_curl -f "/v2/expect/it/blobs/$DIGEST" | sha256_of)"

step "right password, PATCH in chunks"
begin_upload
expecting --netrc-file "$NETRC" -X PATCH -H 'Transfer-Encoding: chunked' "$LOCATION"
assert_equal "statuses" "100 202 " "$(statuses)"
assert_equal "range" 0-4999999 "$(header Range)"

step "wrong password"
begin_upload
expecting -u "$USER_NAME:wrong" -X PUT "$(with_digest "$LOCATION" "$DIGEST")"
assert_equal "statuses" "401 " "$(statuses)"
assert_equal "bytes sent" 0 "$(cat "$LANE_DIR/sent")"

step "an upload that does not exist"
expecting --netrc-file "$NETRC" -X PATCH "$REGISTRY_URL/v2/expect/it/blobs/uploads/00000000-0000-4000-8000-000000000000"
assert_equal "statuses" "404 " "$(statuses)"
assert_equal "bytes sent" 0 "$(cat "$LANE_DIR/sent")"
assert_log_clean "$LANE_DIR/registry"
