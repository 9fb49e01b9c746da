#!/usr/bin/env bash
# Storage rules as clients and operators meet them: an immutable tag refuses Docker engine, skopeo, crane and regctl in words; a quota
# refuses pushes before they are over, and warns before; usage; retention with pull times over a restart, offline and by the running
# service; rules that change while it runs, by themselves and by SIGHUP, and broken ones that change nothing.
# At most 300 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/go.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/go.sh"
lane_begin
need_wharfgate
need skopeo skopeo jq jq python3 python3 curl curl

DIR=$LANE_DIR/registry
LAYOUT=$LANE_DIR/source
SOURCE=oci:$LAYOUT
export WHARFGATE_SERVER_DATA_DIRECTORY=$LANE_DIR/home-of-wharfgate
RULES=$WHARFGATE_SERVER_DATA_DIRECTORY/storage-rules.yaml

# --- clients and commands ----------------------------------------------------------------------------------------

skopeo_push() { skopeo --insecure-policy copy --dest-cert-dir "$CERTIFICATES" --dest-creds "$USER_NAME:$PASSWORD" "$1" "docker://$REGISTRY/$2"; }

skopeo_pull() {
    skopeo --insecure-policy copy --src-cert-dir "$CERTIFICATES" --src-creds "$USER_NAME:$PASSWORD" "docker://$REGISTRY/$1" \
        "oci:$LANE_DIR/pulled:any"
}

skopeo_delete() { skopeo --insecure-policy delete --cert-dir "$CERTIFICATES" --creds "$USER_NAME:$PASSWORD" "docker://$REGISTRY/$1"; }

go_tool_here() { (export HOME=$LANE_DIR/$1 DOCKER_CONFIG=$LANE_DIR/$1 REGCTL_CONFIG=$LANE_DIR/$1/regctl.json SSL_CERT_FILE=$CA; "${@:2}"); }

storage() { wharfgate storage "$1" -c "$DIR/wharfgate.yaml" "${@:2}"; }

delete_tag() { status_of -X DELETE "/v2/$1/manifests/$2"; }

# --- steps -------------------------------------------------------------------------------------------------------

by_go_clients() {
    local client
    find_go || { note "left out: crane and regctl: no Go here"; return 0; }
    for client in crane regctl; do
        mkdir -p "$LANE_DIR/$client"
        go_client "$client" || { note "left out: $client: $GO_TROUBLE"; continue; }
        "immutable_to_$client" "$GO_TOOL"
    done
}

immutable_to_crane() {
    go_tool_here crane "$1" auth login "$REGISTRY" -u "$USER_NAME" -p "$PASSWORD"
    must_fail go_tool_here crane "$1" copy --platform linux/arm64 "$REGISTRY/team/app:other" "$REGISTRY/team/app:v1"
    assert_matches "what crane shows" "$OUTPUT" 'immutable'
    must_fail go_tool_here crane "$1" tag "$REGISTRY/team/app:other" v1
    must_fail go_tool_here crane "$1" delete "$REGISTRY/team/app:v1"
    assert_matches "what crane shows" "$OUTPUT" 'immutable'
}

immutable_to_regctl() {
    go_tool_here regctl "$1" registry login "$REGISTRY" -u "$USER_NAME" --pass-stdin <<<"$PASSWORD"
    must_fail go_tool_here regctl "$1" image copy "$REGISTRY/team/app:other" "$REGISTRY/team/app:v1"
    assert_matches "what regctl shows" "$OUTPUT" 'immutable'
    must_fail go_tool_here regctl "$1" tag rm "$REGISTRY/team/app:v1"
    # Without the deletion of tags, regctl pushes an empty image over it and deletes that: neither may happen.
    assert_equal "digest of v1" "$FIRST" "$(digest_of team/app v1)"
}

digest_of() {
    assert_status 200 -I -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "/v2/$1/manifests/$2"
    header Docker-Content-Digest
}

immutable_tags() {
    skopeo_push "$SOURCE:amd64" team/app:v1
    skopeo_push "$SOURCE:arm64" team/app:other
    FIRST=$(digest_of team/app v1)
    must_fail skopeo_push "$SOURCE:arm64" team/app:v1
    assert_matches "what skopeo shows" "$OUTPUT" 'tag v1 of team/app is immutable .rule 1 of .*immutable.* in storage-rules.yaml, line [0-9]+.'
    skopeo_push "$SOURCE:amd64" team/app:v1
    must_fail skopeo_delete team/app:v1
    assert_matches "what skopeo shows" "$OUTPUT" 'immutable'
    assert_equal "deletion by digest" 405 "$(status_of -X DELETE "/v2/team/app/manifests/$FIRST")"
    assert_equal "deletion by tag" 405 "$(delete_tag team/app v1)"
    assert_matches "error" "$(jq -r '.errors[0] | .code + " " + .message' "$LANE_DIR/body")" '^UNSUPPORTED tag v1 of team/app is immutable'
    by_go_clients
}

by_docker() {
    ((EUID == 0)) || { note "left out: Docker engine, which needs root"; return 0; }
    start_engine engine
    login_engine engine "$PASSWORD"
    tar -C "$LANE_DIR/root" -cf - . | on_engine engine import - "$REGISTRY/team/app:v1" >/dev/null
    must_fail on_engine engine push "$REGISTRY/team/app:v1"
    assert_matches "what docker push shows" "$OUTPUT" 'tag v1 of team/app is immutable'
    on_engine engine tag "$REGISTRY/team/app:v1" "$REGISTRY/small/app:1"
    must_fail on_engine engine push "$REGISTRY/small/app:1"
    assert_matches "what docker push shows" "$OUTPUT" 'the quota of small is .*ask the platform team'
    stop_process engine
}

quotas() {
    local location
    must_fail skopeo_push "$SOURCE:amd64" small/app:1
    assert_matches "what skopeo shows" "$OUTPUT" 'the quota of small is 1MiB, .* no room for .*ask the platform team'
    # Before a byte of it, when its length is told: curl asks first, and is told so.
    registry_curl -f -o /dev/null -D "$LANE_DIR/headers" -X POST -H 'Content-Length: 0' /v2/small/app/blobs/uploads/
    location=$(header Location)
    noise 2000000 large >"$LANE_DIR/large"
    assert_equal "status" 403 "$(status_of -X PATCH -H 'Expect: 100-continue' -H 'Content-Type: application/octet-stream' \
        --data-binary "@$LANE_DIR/large" "$location")"
    assert_equal "code" DENIED "$(jq -r '.errors[0].code' "$LANE_DIR/body")"
    assert_status 204 -X DELETE "$location"

    noise 80000 one >"$LANE_DIR/one" && noise 15000 two >"$LANE_DIR/two" && noise 9000 three >"$LANE_DIR/three"
    push_file warned/app "$LANE_DIR/one"
    registry_curl -f -o /dev/null -D "$LANE_DIR/headers" -X POST -H 'Content-Length: 0' /v2/warned/app/blobs/uploads/
    [[ -z $(header Warning) ]] || fail "warned too early"
    assert_status 201 -T "$LANE_DIR/two" "$(with_digest "$(header Location)" "sha256:$(sha256_of <"$LANE_DIR/two")")"
    assert_matches "warning" "$(header Warning)" '^299 - "the quota of warned is nearly used up: 92\.8KiB of 100KiB; '
    must_fail push_file warned/app "$LANE_DIR/three"
    assert_status 200 "/v2/warned/app/blobs/sha256:$(sha256_of <"$LANE_DIR/one")"
    [[ -z $(header Warning) ]] || fail "a pull is warned"

    storage usage | tee "$LANE_DIR/usage"
    assert_matches "usage" "$(grep '^warned ' "$LANE_DIR/usage")" '92\.8KiB of 100KiB \(93 %\)'
    assert_matches "usage of team" "$(storage usage team | tail -n 1)" '^team .* 2 +1$'
}

# An index, a manifest, or whatever else the layout has under that name.
tag_as() {
    assert_status 201 -T "$LAYOUT/blobs/sha256/$(jq -r --arg tag "$1" '.manifests[] |
        select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest[7:]' "$LAYOUT/index.json")" \
        -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' "/v2/$2/manifests/$3"
}

tags_of() { registry_curl -f "/v2/$1/tags/list" | jq -c .tags; }

retention() {
    local signature
    skopeo_push "$SOURCE:amd64" ci/app:1
    tag_as amd64 ci/app 2 && skopeo_push "$SOURCE:arm64" ci/app:3
    # As cosign keeps a signature: a tag made of the image's digest, pushed last.
    signature=$(digest_of ci/app 3)
    signature=${signature/:/-}.sig
    tag_as amd64 ci/app 4 && tag_as arm64 ci/app 5 && tag_as amd64 ci/app "$signature"
    skopeo_pull ci/app:2
    skopeo --insecure-policy inspect --cert-dir "$CERTIFICATES" --creds "$USER_NAME:$PASSWORD" --raw "docker://$REGISTRY/ci/app:3" >/dev/null
    # To have noted pulls for so long takes long.
    printf '2020-01-01T00:00:00Z\n' >"$DIR/data/wharfgate/pulls-since"

    stop_registry "$DIR"
    storage retention --dry-run | tee "$LANE_DIR/dry"
    assert_matches "immutable" "$(cat "$LANE_DIR/dry")" 'stays  ci/app:1  it is immutable'
    assert_matches "pulled" "$(cat "$LANE_DIR/dry")" 'stays  ci/app:2  pulled [0-9]+s ago'
    assert_matches "goes" "$(cat "$LANE_DIR/dry")" "goes   ci/app:old.*by rule 1, line [0-9]+: pushed .*, never pulled"
    assert_matches "signature" "$(cat "$LANE_DIR/dry")" "stays  ci/app:$signature  belongs to a manifest that is there"
    start_wharfgate "$DIR"
    storage retention | tee "$LANE_DIR/real"
}
