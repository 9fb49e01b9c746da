#!/usr/bin/env bash
# skopeo: copy of OCI, Docker and multi-arch images there and back, inspect, list, delete; and refusals.
# At most 180 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need skopeo skopeo jq jq python3 python3

SOURCE=oci:$LANE_DIR/source

# No policy file of the machine, and credentials only where a step gives some.
skopeo_plain() { skopeo --insecure-policy "$@"; }

# skopeo_as PASSWORD inspect|list-tags|delete|copy ...
skopeo_as() {
    local given=$1 command=$2
    shift 2
    case $command in
        copy) skopeo_plain copy --src-cert-dir "$CERTIFICATES" --dest-cert-dir "$CERTIFICATES" \
            --src-creds "$USER_NAME:$given" --dest-creds "$USER_NAME:$given" "$@" ;;
        *) skopeo_plain "$command" --cert-dir "$CERTIFICATES" --creds "$USER_NAME:$given" "$@" ;;
    esac
}

# to_registry SOURCE NAME and back: the same bytes, so the same digest.
there_and_back() {
    local source=$1 name=$2 back=$LANE_DIR/back-${2//[^a-z0-9]/-}
    shift 2
    skopeo_as "$PASSWORD" copy "$@" "$source" "docker://$REGISTRY/$name"
    skopeo_as "$PASSWORD" copy "$@" "docker://$REGISTRY/$name" "oci:$back:copy"
    assert_equal "digest of $name" "$(raw_digest "$source")" "$(raw_digest "docker://$REGISTRY/$name")"
    assert_equal "digest of the copy of $name" "$(raw_digest "$source")" "$(raw_digest "oci:$back:copy")"
}

raw_digest() {
    case $1 in
        docker://*) skopeo_as "$PASSWORD" inspect --raw "$1" | sha256_of ;;
        *) skopeo_plain inspect --raw "$1" | sha256_of ;;
    esac
}

refusals() {
    must_fail skopeo_plain copy --dest-creds "$USER_NAME:$PASSWORD" "$SOURCE:amd64" "docker://$REGISTRY/a/b:1"
    assert_matches "without the CA" "$OUTPUT" "x509|certificate"
    must_fail skopeo_as wrong copy "$SOURCE:amd64" "docker://$REGISTRY/a/b:1"
    assert_matches "wrong password" "$OUTPUT" "nauthorized|authentication required|invalid username/password"
    must_fail skopeo_as "$PASSWORD" inspect "docker://$REGISTRY/nothing/here:1"
    assert_matches "unknown image" "$OUTPUT" "manifest unknown|name unknown|not known"
}

# What `docker save` gives, and Docker's own manifest format.
docker_formats() {
    local archive=docker-archive:$LANE_DIR/archive.tar:app:1 id
    skopeo_plain copy "$SOURCE:amd64" "$archive"
    skopeo_as "$PASSWORD" copy --format v2s2 "$archive" "docker://$REGISTRY/from/archive:1"
    skopeo_as "$PASSWORD" inspect --raw "docker://$REGISTRY/from/archive:1" >"$LANE_DIR/schema2"
    assert_equal "media type" application/vnd.docker.distribution.manifest.v2+json "$(jq -r .mediaType "$LANE_DIR/schema2")"
    id=$(skopeo_plain inspect --config --raw "$archive" | sha256_of)
    assert_equal "image id" "sha256:$id" "$(jq -r .config.digest "$LANE_DIR/schema2")"
}

lists() {
    local tags
    tags=$(skopeo_as "$PASSWORD" list-tags "docker://$REGISTRY/team/app" | jq -c '.Tags | sort')
    assert_equal "tags" '["1.0","multi"]' "$tags"
    assert_equal "platform chosen from the index" arm64 "$(skopeo_plain --override-arch arm64 inspect \
        --cert-dir "$CERTIFICATES" --creds "$USER_NAME:$PASSWORD" "docker://$REGISTRY/team/app:multi" | jq -r .Architecture)"
}

# skopeo deletes by digest, so every tag of that manifest goes and the others stay.
delete_one() {
    skopeo_as "$PASSWORD" delete "docker://$REGISTRY/from/archive:1"
    must_fail skopeo_as "$PASSWORD" inspect "docker://$REGISTRY/from/archive:1"
    skopeo_as "$PASSWORD" inspect "docker://$REGISTRY/team/app:1.0" >/dev/null
}

step "registry and images"
start_wharfgate "$LANE_DIR/registry"
CERTIFICATES=$LANE_DIR/certificates
mkdir "$CERTIFICATES" && cp "$CA" "$CERTIFICATES/ca.crt"
make_root "$LANE_DIR/root" skopeo-lane
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" "$LANE_DIR/source"

step "refusals" && refusals
step "one image" && there_and_back "$SOURCE:amd64" team/app:1.0
step "an index of two platforms" && there_and_back "$SOURCE:multi" team/app:multi --all
step "Docker formats" && docker_formats
step "lists" && lists
step "delete" && delete_one
assert_log_clean "$LANE_DIR/registry"
