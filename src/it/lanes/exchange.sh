#!/usr/bin/env bash
# wharfgate copy, import and export: images of several platforms and their referrers between two Wharfgates and docker-registry;
# archives of and for Docker engine, podman and skopeo; a layer of 1 GiB with 64 MiB of heap, and kill -9 in the middle.
# At most 900 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need skopeo skopeo podman podman jq jq python3 python3 curl curl
need_disk_gib 8

GIB=$((1 << 30))
LAYOUT=$LANE_DIR/source

# start_one NAME: a Wharfgate with a data directory, and so a control socket, of its own.
start_one() { WHARFGATE_SERVER_DATA_DIRECTORY=$LANE_DIR/$1-data start_wharfgate "$LANE_DIR/$1"; }

# at NAME COMMAND...: a command of the installation of that name.
at() {
    local name=$1 command=$2
    shift 2
    WHARFGATE_SERVER_DATA_DIRECTORY=$LANE_DIR/$name-data wharfgate "$command" -c "$LANE_DIR/$name/wharfgate.yaml" "$@"
}

host_of() { printf '%s:%s' "$(cat "$LANE_DIR/$1/host")" "$(cat "$LANE_DIR/$1/port")"; }

# logged_in SIDE NAME: the options of a login.
logged_in() {
    printf '%s\n' "--$1-username" "$USER_NAME" "--$1-password-file" "$LANE_DIR/$2/password" --ca "$LANE_DIR/$2/ca.crt"
}

digest_of_layout() { jq -r --arg tag "$1" '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest' \
    "$LAYOUT/index.json"; }

# digest_in NAME REPOSITORY TAG: by a HEAD, as the registry tells it.
digest_in() {
    use_registry "$LANE_DIR/$1"
    assert_status 200 -I -H 'Accept: application/vnd.oci.image.index.v1+json' -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "/v2/$2/manifests/$3"
    header Docker-Content-Digest
}

# The digest of the configuration, which Docker takes for the image's id.
id_in() {
    use_registry "$LANE_DIR/$1"
    registry_curl -f -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "/v2/$2/manifests/$3" | jq -r .config.digest
}

# A bill of materials for the index that is tagged multi.
attach_bill() {
    local subject bill
    use_registry "$LANE_DIR/first"
    subject=$(digest_of_layout multi)
    printf '{}' >"$LANE_DIR/empty"
    push_file team/app "$LANE_DIR/empty"
    jq -cn --arg subject "$subject" --arg empty "$DIGEST" --argjson size "$(registry_curl -f -H \
        'Accept: application/vnd.oci.image.index.v1+json' "/v2/team/app/manifests/$subject" | wc -c)" '{schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json", artifactType: "application/spdx+json",
        config: {mediaType: "application/vnd.oci.empty.v1+json", digest: $empty, size: 2},
        layers: [{mediaType: "application/spdx+json", digest: $empty, size: 2}],
        subject: {mediaType: "application/vnd.oci.image.index.v1+json", digest: $subject, size: $size}}' >"$LANE_DIR/bill"
    bill=sha256:$(sha256_of <"$LANE_DIR/bill")
    assert_status 201 -T "$LANE_DIR/bill" -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' "/v2/team/app/manifests/$bill"
}

between_registries() {
    local options
    at first import --quiet "$LAYOUT" team/app
    attach_bill
    # docker-registry 2.8 has no list of referrers: a tag keeps it there.
    at first copy --quiet --referrers --all-tags team/app "127.0.0.1:$UPSTREAM_PORT/team/app"
    curl -sf -H 'Accept: application/vnd.oci.image.index.v1+json' "$UPSTREAM_URL/v2/team/app/manifests/$(digest_of_layout multi | tr : -)" \
        >/dev/null || fail "no tag for the referrers"
    mapfile -t options < <(logged_in target second)
    wharfgate copy --quiet --referrers "${options[@]}" "127.0.0.1:$UPSTREAM_PORT/team/app:multi" "$(host_of second)/"
    assert_equal "digest in the second" "$(digest_of_layout multi)" "$(digest_in second team/app multi)"
    use_registry "$LANE_DIR/second"
    assert_equal "referrers in the second" 1 \
        "$(registry_curl -f "/v2/team/app/referrers/$(digest_of_layout multi)" | jq '.manifests | length')"
    # By pattern, and again: nothing is left to do.
    at second copy 'team/**' mirror/ 2>&1 | tee "$LANE_DIR/out"
    assert_matches "mounted" "$(tail -n 1 "$LANE_DIR/out")" '\(0 B\), [1-9][0-9]* mounted'
    OUTPUT=$(at second copy 'team/**' mirror/ 2>&1)
    assert_matches "done again" "$OUTPUT" '1 image, 1 there already; 0 blobs moved'
    assert_equal "in the catalog at once" '["mirror/team/app","team/app"]' "$(registry_curl -f /v2/_catalog | jq -c .repositories)"
}

refusals() {
    must_fail wharfgate copy "$(host_of first)/team/app:multi" "$LANE_DIR"
    must_fail wharfgate export "$(host_of first)/team/app:multi" "$LANE_DIR/never.tar"
    assert_matches "without the CA" "$OUTPUT" 'its certificate is not trusted here.*--ca FILE'
    must_fail wharfgate export --ca "$LANE_DIR/first/ca.crt" "$(host_of first)/team/app:multi" "$LANE_DIR/never.tar"
    assert_matches "without a login" "$OUTPUT" 'docker login'
    must_fail at first export team/app:nothing "$LANE_DIR/never.tar"
    [[ ! -e $LANE_DIR/never.tar ]] || fail "a file stayed"
}

podman_here() {
    podman --root "$LANE_DIR/podman" --runroot "$LANE_DIR/podman-run" --storage-driver vfs --cgroup-manager cgroupfs \
        --events-backend file "$@"
}

archives() {
    local id
    at first export --quiet team/app:multi "$LANE_DIR/out.tar"
    assert_equal "digest by skopeo" "$(digest_of_layout multi)" "sha256:$(skopeo inspect --raw "oci-archive:$LANE_DIR/out.tar" | sha256_of)"
    at first export --quiet --all-tags --referrers team/app "$LANE_DIR/layout"
    assert_equal "digest by skopeo" "$(digest_of_layout arm64)" "sha256:$(skopeo inspect --raw "oci:$LANE_DIR/layout:arm64" | sha256_of)"
    # Without a service the storage itself is used.
    stop_registry "$LANE_DIR/first"
    at first export --quiet --format docker --platform linux/amd64 team/app:multi - >"$LANE_DIR/docker.tar"
    start_one first
    id=$(id_in first team/app amd64)
    assert_equal "id by skopeo" "${id#*:}" "$(skopeo inspect --config --raw "docker-archive:$LANE_DIR/docker.tar" | sha256_of)"

    podman_here load -q -i "$LANE_DIR/docker.tar"
    assert_equal "id in podman" "${id#*:}" "$(podman_here images -q --no-trunc | head -n 1 | cut -d: -f2)"
    podman_here save -q "${id#*:}" | at first import --quiet - from/podman:1
    assert_equal "id from podman" "$id" "$(id_in first from/podman 1)"
    podman_here save -q --format oci-archive "${id#*:}" | at first import --quiet - from/podman:2
    assert_equal "id from podman's OCI archive" "$id" "$(id_in first from/podman 2)"

    ((EUID == 0)) || { note "left out: a Docker engine, which needs root"; return 0; }
    start_engine engine
    on_engine engine load -q -i "$LANE_DIR/docker.tar"
    assert_equal "id in the engine" "$id" "$(image_id engine team/app:multi)"
    on_engine engine save team/app:multi | at first import --quiet - from/docker:1
    assert_equal "id from the engine" "$id" "$(id_in first from/docker 1)"
    assert_equal "same layers, same manifest" "$(digest_in first from/podman 1)" "$(digest_in first from/docker 1)"
    stop_process engine
}

# An image with one layer of 1 GiB.
make_big() {
    local dir=$LANE_DIR/big layer config manifest
    mkdir -p "$dir/blobs/sha256"
    noise "$GIB" exchange >"$dir/layer"
    layer=$(sha256_of <"$dir/layer")
    mv "$dir/layer" "$dir/blobs/sha256/$layer"
    printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$layer" >"$dir/config"
    config=$(sha256_of <"$dir/config")
    jq -cn --arg layer "sha256:$layer" --arg config "sha256:$config" --argjson size "$(wc -c <"$dir/config")" --argjson gib "$GIB" '{
        schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: {mediaType: "application/vnd.oci.image.config.v1+json", digest: $config, size: $size},
        layers: [{mediaType: "application/vnd.oci.image.layer.v1.tar", digest: $layer, size: $gib}]}' >"$dir/manifest"
    manifest=$(sha256_of <"$dir/manifest")
    BIG_SIZE=$(wc -c <"$dir/manifest")
    BIG=sha256:$manifest
    mv "$dir/config" "$dir/blobs/sha256/$config" && mv "$dir/manifest" "$dir/blobs/sha256/$manifest"
    printf '{"imageLayoutVersion":"1.0.0"}' >"$dir/oci-layout"
    jq -cn --arg digest "$BIG" --argjson size "$BIG_SIZE" '{schemaVersion: 2, manifests: [{digest: $digest, size: $size,
        mediaType: "application/vnd.oci.image.manifest.v1+json"}]}' >"$dir/index.json"
}

# shellcheck disable=SC2317 # called by wait_until
upload_has_begun() { find "$LANE_DIR/second/data" -path '*_uploads*' -name data -size +64M | grep -q .; }

big_layer() {
    local options
    make_big
    tar -C "$LANE_DIR/big" -cf - . | JAVA_TOOL_OPTIONS=-Xmx64m at first import --quiet --temp "$LANE_DIR" - big/image:1
    rm -rf "$LANE_DIR/big"
    mapfile -t options < <(logged_in source first && logged_in target second)
    start_process copy "$LANE_DIR/copy.log" env JAVA_TOOL_OPTIONS=-Xmx64m "$(java_program)" -jar "$IT_JAR" copy "${options[@]}" \
        "$(host_of first)/big/image:1" "$(host_of second)/"
    wait_until 120 "an upload of 64 MiB" upload_has_begun
    kill_process copy
    must_fail digest_in second big/image 1
    JAVA_TOOL_OPTIONS=-Xmx64m wharfgate copy "${options[@]}" "$(host_of first)/big/image:1" "$(host_of second)/"
    assert_equal "digest of the big image" "$BIG" "$(digest_in second big/image 1)"
    JAVA_TOOL_OPTIONS=-Xmx64m at second export --quiet big/image:1 - | tar -xO "blobs/sha256/${BIG#*:}" | cmp - <(
        registry_curl -f -H 'Accept: application/vnd.oci.image.manifest.v1+json' /v2/big/image/manifests/1)
}

step "images and registries"
make_root "$LANE_DIR/root" exchange-lane
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" "$LAYOUT"
start_upstream "$LANE_DIR/distribution"
start_one second
start_one first

step "between registries" && between_registries
step "refusals" && refusals
step "archives" && archives
step "1 GiB with -Xmx64m, killed in the middle" && big_layer
for name in first second; do assert_log_clean "$LANE_DIR/$name"; done
