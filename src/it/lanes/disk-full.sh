#!/usr/bin/env bash
# A full disk: the upload gets 507 in OCI form, the server goes on, cancelling frees the space, the next push works.
# At most 90 s. Alone.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need jq jq

MIB=$((1 << 20))
DATA=$LANE_DIR/disk

make_small_disk() {
    need_root "mounting a disk of 64 MiB"
    mkdir "$DATA"
    mount -t tmpfs -o size=64m wharfgate-it "$DATA" || skip "a tmpfs may not be mounted here"
}

begin_upload() {
    assert_status 202 -X POST -H 'Content-Length: 0' /v2/full/disk/blobs/uploads/
    LOCATION=$(header Location)
}

assert_full() {
    assert_equal "status of $1" 507 "$2"
    jq -e '.errors[0].code and .errors[0].message' "$LANE_DIR/body" >/dev/null || fail "$1: no OCI error: $(cat "$LANE_DIR/body")"
    assert_status 200 /v2/
}

free_mib() { df --output=avail -BM "$DATA" | tail -n 1 | tr -dc 0-9; }

space_is_back() { (($(free_mib) >= 60)); }

push_small() {
    noise $MIB "$1" >"$LANE_DIR/small"
    local digest
    digest=sha256:$(sha256_of <"$LANE_DIR/small")
    begin_upload
    assert_status 201 -X PUT -T "$LANE_DIR/small" "$(with_digest "$LOCATION" "$digest")"
    assert_equal "what came back" "$digest" "sha256:$(registry_curl -f "/v2/full/disk/blobs/$digest" | sha256_of)"
}

make_small_disk
start_wharfgate "$LANE_DIR/registry" "$DATA"

step "PATCH in chunks over the size"
begin_upload
status=$(noise $((100 * MIB)) full | status_of -X PATCH -T - -H 'Expect:' "$LOCATION" || true)
assert_full "PATCH" "$status"

step "what arrived is reported, cancelling frees it"
assert_status 204 "$LOCATION"
assert_matches "range" "$(header Range)" '^0-[0-9]+$'
assert_status 204 -X DELETE "$LOCATION"
wait_until 15 "the space to be free again" space_is_back
push_small first

step "PUT with a length over the size"
begin_upload
noise $((100 * MIB)) full >"$LANE_DIR/large"
status=$(status_of -X PUT -T "$LANE_DIR/large" "$(with_digest "$LOCATION" "sha256:$(sha256_of <"$LANE_DIR/large")")" || true)
assert_full "PUT" "$status"
status_of -X DELETE "$LOCATION" >/dev/null
wait_until 15 "the space to be free again" space_is_back
push_small second

step "a manifest on a full disk, and after"
begin_upload
noise $((100 * MIB)) full | status_of -X PATCH -T - -H 'Expect:' "$LOCATION" >/dev/null || true
# What the upload left free, to the last byte.
fallocate -l 1G "$DATA/filler" 2>/dev/null || head -c 1G /dev/zero >"$DATA/filler" 2>/dev/null || true
head -c 100000 /dev/zero | tr '\0' ' ' >"$LANE_DIR/manifest"
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}' >>"$LANE_DIR/manifest"
put=(-X PUT --data-binary "@$LANE_DIR/manifest" -H 'Content-Type: application/vnd.oci.image.index.v1+json')
assert_full "manifest" "$(status_of "${put[@]}" /v2/full/disk/manifests/1)"
assert_status 404 /v2/full/disk/manifests/1
rm "$DATA/filler"
assert_status 204 -X DELETE "$LOCATION"
assert_status 201 "${put[@]}" /v2/full/disk/manifests/1

step "a disk that becomes read-only is read on, and written again when it can be"
mount -o remount,ro "$DATA"
assert_status 500 -X POST -H 'Content-Length: 0' /v2/full/disk/blobs/uploads/
assert_status 200 /v2/full/disk/manifests/1
assert_status 404 /v2/full/disk/manifests/2
mount -o remount,rw "$DATA"
push_small third
process_alive "$REGISTRY_NAME" || fail "the server has ended"
