#!/usr/bin/env bash
# A layer of 2 GiB, pushed and pulled by a Docker engine and by skopeo: digests and image ids stay equal.
# At most 600 s. Alone.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need docker docker.io skopeo skopeo jq jq
need_root "a Docker engine of its own"
need_disk_gib 24

GIB=$((1 << 30))

# vfs keeps a whole copy per image and engine: only one engine is alive at a time.
push_with_engine() {
    start_engine first
    make_root "$LANE_DIR/root" big-layer-lane
    noise $((2 * GIB)) big >"$LANE_DIR/root/big"
    tar -C "$LANE_DIR/root" -c . | on_engine first import --change 'CMD ["/bin/cat","/etc/marker"]' - "$IMAGE"
    rm -rf "$LANE_DIR/root"
    step "the engine compresses and pushes"
    login_engine first "$PASSWORD"
    on_engine first push -q "$IMAGE"
    ID=$(image_id first "$IMAGE")
    DIGEST=$(repository_digest first "$IMAGE")
    stop_process first
    rm -rf --one-file-system "$LANE_DIR/first/data"
}

pull_with_engine() {
    start_engine second
    login_engine second "$PASSWORD"
    on_engine second pull -q "$IMAGE"
    assert_equal "image id" "$ID" "$(image_id second "$IMAGE")"
    assert_equal "digest" "$DIGEST" "$(repository_digest second "$IMAGE")"
    assert_equal "what it prints" big-layer-lane "$(on_engine second run --rm --network none "$IMAGE")"
    stop_process second
    rm -rf --one-file-system "$LANE_DIR/second/data"
}

skopeo_here() { skopeo --insecure-policy "$@"; }

# skopeo verifies each blob against its digest while it reads: both ways are checked by it, and the raw manifest by us.
copy_with_skopeo() {
    mkdir "$LANE_DIR/certificates" && cp "$CA" "$LANE_DIR/certificates/ca.crt"
    local creds=$USER_NAME:$PASSWORD certificates=$LANE_DIR/certificates
    skopeo_here copy --src-cert-dir "$certificates" --src-creds "$creds" "docker://$IMAGE" "dir:$LANE_DIR/pulled"
    assert_equal "digest after skopeo's pull" "${DIGEST#*@}" "sha256:$(sha256_of <"$LANE_DIR/pulled/manifest.json")"
    (($(jq '.layers[0].size' "$LANE_DIR/pulled/manifest.json") >= 2 * GIB)) || fail "the layer is smaller than 2 GiB"
    # To an empty registry, so that every byte goes over the wire again.
    start_wharfgate "$LANE_DIR/other"
    cp "$CA" "$LANE_DIR/certificates/other.crt"
    skopeo_here copy --preserve-digests --dest-cert-dir "$certificates" --dest-creds "$USER_NAME:$PASSWORD" \
        "dir:$LANE_DIR/pulled" "docker://$REGISTRY/from/skopeo:big"
    # docker-registry converts manifests for clients that do not name their media type.
    assert_status 200 -I -H "Accept: $(jq -r .mediaType "$LANE_DIR/pulled/manifest.json")" "/v2/from/skopeo/manifests/big"
    assert_equal "digest after skopeo's push" "${DIGEST#*@}" "$(header Docker-Content-Digest)"
}

step "an image with 2 GiB of noise"
start_wharfgate "$LANE_DIR/registry"
IMAGE=$REGISTRY/big/image:1
trust_in_engine
push_with_engine
step "pull into an empty engine, run" && pull_with_engine
step "skopeo, both ways" && copy_with_skopeo
assert_log_clean "$LANE_DIR/registry"
assert_log_clean "$LANE_DIR/other"
