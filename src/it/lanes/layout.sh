#!/usr/bin/env bash
# One data directory, two programs: what Debian's docker-registry wrote Wharfgate serves as it is, and the other way
# round, by turns, with single images, indexes, nested names and mounted blobs.
# At most 180 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need skopeo skopeo jq jq docker-registry docker-registry python3 python3
SHARED=$LANE_DIR/shared
SOURCE=oci:$LANE_DIR/source

skopeo_here() { skopeo --insecure-policy "$@"; }

# push SOURCE NAME OPTIONS...
push() {
    local source=$1 name=$2
    shift 2
    skopeo_here copy -q --dest-cert-dir "$CERTIFICATES" --dest-creds "$USER_NAME:$PASSWORD" "$@" \
        "$source" "docker://$REGISTRY/$name"
    remember "$name"
}

# Writes down what a name must give from now on, whoever serves it: "NAME DIGEST".
remember() {
    sed -i "\\|^$1 |d" "$LANE_DIR/known"
    assert_status 200 -I -H "$ACCEPT" "/v2/${1%:*}/manifests/${1##*:}"
    printf '%s %s\n' "$1" "$(header Docker-Content-Digest)" >>"$LANE_DIR/known"
}

push_all_kinds() {
    local who=$1
    push "$SOURCE:amd64" "$who/oci:1"
    push "$SOURCE:amd64" "$who/schema2:1" --format v2s2
    push "$SOURCE:multi" "$who/deep/er/multi:all" --all --preserve-digests
    push "$SOURCE:arm64" "$who/oci:moved"
    push "$SOURCE:amd64" "$who/oci:moved"
    mount_blob "$who"
}

# A blob that got into a repository without being uploaded to it: a link to the data of another.
mount_blob() {
    local who=$1 blob
    blob=$(jq -r '.manifests[] | .digest' "$LANE_DIR/source/index.json" | head -n 1)
    blob=$(jq -r '.manifests[0].digest' "$LANE_DIR/source/blobs/sha256/${blob#*:}")
    blob=$(jq -r '.layers[0].digest' "$LANE_DIR/source/blobs/sha256/${blob#*:}")
    assert_status 201 -X POST -H 'Content-Length: 0' "/v2/$who/mounted/blobs/uploads/?mount=$blob&from=$who/oci"
    printf '%s/mounted %s\n' "$who" "$blob" >>"$LANE_DIR/mounted"
}

# Everything written so far, by tag and by digest, with every blob: skopeo checks each blob's digest.
check_all() {
    local name digest
    while read -r name digest; do
        assert_status 200 -I -H "$ACCEPT" "/v2/${name%:*}/manifests/${name##*:}"
        assert_equal "digest of $name" "$digest" "$(header Docker-Content-Digest)"
        rm -rf "$LANE_DIR/pulled"
        skopeo_here copy -q --all --src-cert-dir "$CERTIFICATES" --src-creds "$USER_NAME:$PASSWORD" \
            "docker://$REGISTRY/${name%:*}@$digest" "dir:$LANE_DIR/pulled"
    done <"$LANE_DIR/known"
    while read -r name digest; do
        assert_equal "mounted $digest" "$digest" "sha256:$(registry_curl -f "/v2/$name/blobs/$digest" | sha256_of)"
    done <"$LANE_DIR/mounted"
    check_lists
}

check_lists() {
    local name tags
    assert_status 200 "/v2/_catalog?n=1000"
    while read -r name; do
        jq -e --arg name "$name" '.repositories | index($name)' "$LANE_DIR/body" >/dev/null || fail "no $name in the catalog"
    done < <(sed 's/:.*//' "$LANE_DIR/known" | sort -u)
    while read -r name; do
        assert_status 200 "/v2/$name/tags/list"
        tags=$(sed -n "s|^$name:\\([^ ]*\\) .*|\\1|p" "$LANE_DIR/known" | sort | tr '\n' ' ')
        assert_equal "tags of $name" "$tags" "$(jq -r '.tags | sort | .[]' "$LANE_DIR/body" | tr '\n' ' ')"
    done < <(sed 's/:.*//' "$LANE_DIR/known" | sort -u)
}

# turn NAME KIND: that program serves the directory, what is there is checked, and more is written.
turn() {
    local dir=$LANE_DIR/$1 kind=$2
    step "$1: served by $kind"
    start_registry "$kind" "$dir" "$SHARED"
    cp "$CA" "$CERTIFICATES/$1.crt"
    check_all
    push_all_kinds "$1"
    check_lists
    stop_registry "$dir"
}

ACCEPT='Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json,
 application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json'
ACCEPT=${ACCEPT//$'\n'/}
CERTIFICATES=$LANE_DIR/certificates
mkdir "$CERTIFICATES"
touch "$LANE_DIR/known" "$LANE_DIR/mounted"
make_root "$LANE_DIR/root" layout-lane
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" "$LANE_DIR/source"

turn first distribution
turn second "$IT_SERVER"
turn third distribution
turn fourth "$IT_SERVER"
step "what all of them wrote, served by distribution"
start_registry distribution "$LANE_DIR/fifth" "$SHARED"
cp "$CA" "$CERTIFICATES/fifth.crt"
check_all
for name in second fourth; do assert_log_clean "$LANE_DIR/$name"; done
