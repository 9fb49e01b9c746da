#!/usr/bin/env bash
# Storage rules as clients and operators meet them: an immutable tag refuses Docker engine, skopeo, crane and regctl in words; a quota
# refuses pushes before they are over, and warns before; usage; retention with pull times over a restart, offline and by the running
# service; rules that change while it runs, by themselves and by SIGHUP, and broken ones that change nothing.
# At most 600 s.

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
    assert_matches "what skopeo shows" "$OUTPUT" 'the quota of small is 1MiB .in use: .*no room for .*ask the platform team'
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
    kill_process registry
    start_wharfgate "$DIR"
    assert_equal "usage after kill -9" "$(counted <"$LANE_DIR/usage")" "$(storage usage | counted)"
}

# Without uploads under way, which count again when somebody goes on with them.
counted() { sed 's/ + [^ ]* [^ ]* uploading//' | tr -s ' '; }

# An image of its own for each tag: the same layers, and another manifest.
push_variant() {
    jq -c --arg tag "$2" '.annotations.variant = $tag' "$LANE_DIR/manifest" >"$LANE_DIR/variant"
    assert_status 201 -T "$LANE_DIR/variant" -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' "/v2/$1/manifests/$2"
}

tags_of() { registry_curl -f "/v2/$1/tags/list" | jq -r '.tags | join(" ")'; }

retention() {
    local signature
    skopeo_push "$SOURCE:amd64" ci/app:fixed
    registry_curl -f -H 'Accept: application/vnd.oci.image.manifest.v1+json' /v2/team/app/manifests/v1 >"$LANE_DIR/manifest"
    push_variant ci/app used
    push_variant ci/app seen
    push_variant ci/app last
    # As cosign keeps a signature: a tag made of the image's digest, pushed last.
    signature=$(digest_of ci/app last)
    signature=${signature/:/-}.sig
    push_variant ci/app "$signature"
    skopeo_pull ci/app:used
    digest_of ci/app seen
    # To have noted pulls for so long takes long.
    printf '2020-01-01T00:00:00Z\n' >"$DIR/data/wharfgate/pulls-since"

    stop_registry "$DIR"
    storage retention --dry-run | tee "$LANE_DIR/dry"
    assert_equal "what stays and goes" "goes ci/app:seen, stays ci/app:$signature ci/app:last ci/app:used ci/app:fixed" \
        "goes $(of_dry_run goes), stays $(of_dry_run stays)"
    assert_matches "why" "$(cat "$LANE_DIR/dry")" 'seen  by rule 1, line [0-9]+: pushed [0-9]+s ago, never pulled'
    assert_matches "why" "$(cat "$LANE_DIR/dry")" 'ci/app:used  pulled [0-9]+s ago'
    start_wharfgate "$DIR"
    assert_equal "tags after a dry run" "fixed last seen $signature used" "$(tags_of ci/app)"
    storage retention | tee "$LANE_DIR/real"
    assert_equal "tags" "fixed last $signature used" "$(tags_of ci/app)"
    # Only the tag is gone, until garbage is collected.
    assert_status 200 -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        "/v2/ci/app/manifests/$(sed -n 's/^removed  ci.app:seen  //p' "$LANE_DIR/real")"
    assert_equal "left to do" "0 tags removed, 4 stay, in 1 repository that rules are for" "$(storage retention | tail -n 1)"

    # Offline, and without what kept a tag: that of the pull, which the restart has kept until now.
    stop_registry "$DIR"
    sed -i 's/pulled-within: 1d/younger-than: 1s/' "$RULES"
    assert_matches "offline" "$(storage retention)" 'removed  ci/app:used '
    start_wharfgate "$DIR"
    assert_equal "tags" "fixed last $signature" "$(tags_of ci/app)"
}

of_dry_run() { sed -n "s/^$1 *\([^ ]*\) .*/\1/p" "$LANE_DIR/dry" | tr '\n' ' ' | sed 's/ $//'; }

loaded() { grep -c storage_rules_loaded "$DIR/server.log"; }

# shellcheck disable=SC2317 # called by wait_until
loaded_again() { (($(loaded) > $1)); }

# shellcheck disable=SC2317
says() { tail -n "+$2" "$DIR/server.log" | grep -q "$1"; }

changing_rules() {
    local before lines
    push_variant team/app v2
    assert_equal "immutable" 405 "$(delete_tag team/app v2)"
    before=$(loaded)
    sed 's/v\*/v1/' "$RULES" >"$RULES.new" && mv "$RULES.new" "$RULES"
    wait_until 30 "the changed rules" loaded_again "$before"
    assert_equal "by the changed rules" 202 "$(delete_tag team/app v2)"
    before=$(loaded)
    printf 'immutable: []\n' >"$RULES"
    kill -HUP "$(process_id registry)"
    wait_until 30 "the rules that were told" loaded_again "$before"
    push_variant team/app v1
    assert_log_clean "$DIR"

    cp "$RULES" "$RULES.good"
    printf '# Two mistakes\nimmutable:\n- repositories: "team/**"\n  tag: "v*"\n' >"$RULES"
    lines=$(wc -l <"$DIR/server.log")
    kill -HUP "$(process_id registry)"
    wait_until 30 "a refusal" says "storage-rules.yaml:4: immutable 1: tag: unknown key; did you mean tags" $((lines + 1))
    push_variant team/app other
    assert_equal "still by the rules from before" 202 "$(delete_tag team/app v1)"
    must_fail wharfgate check-config -c "$DIR/wharfgate.yaml"
    assert_matches "check-config" "$OUTPUT" 'storage-rules.yaml:4: .*unknown key'
}

broken_rules_at_the_start() {
    stop_registry "$DIR"
    must_fail timeout 60 "$(java_program)" -jar "$IT_JAR" serve -c "$DIR/wharfgate.yaml"
    assert_matches "refused start" "$OUTPUT" 'storage-rules.yaml:4: immutable 1: tag: unknown key'
    must_fail storage retention
    assert_matches "offline" "$OUTPUT" 'storage-rules.yaml:4: '
    mv "$RULES.good" "$RULES"
    start_wharfgate "$DIR"
}

# --- the lane ----------------------------------------------------------------------------------------------------

mkdir -p "$WHARFGATE_SERVER_DATA_DIRECTORY"
cat >"$RULES" <<-YAML
	immutable:
	  - {repositories: "team/**", tags: "v*"}
	  - {repositories: "ci/**", tags: fixed}
	quotas:
	  - {prefix: small, bytes: 1MiB, contact: the platform team}
	  - {prefix: warned, bytes: 100KiB}
	retention:
	  - repositories: "ci/**"
	    keep: {last: 1, pulled-within: 1d}
YAML
make_root "$LANE_DIR/root" rules-lane
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" "$LAYOUT"
start_wharfgate "$DIR"
# skopeo takes every file with this ending in such a directory.
CERTIFICATES=$LANE_DIR/certificates
mkdir "$CERTIFICATES" && cp "$CA" "$CERTIFICATES/ca.crt"

step "immutable tags" && immutable_tags
step "quotas and usage" && quotas
step "Docker engine" && by_docker
step "retention and pull times" && retention
step "rules that change" && changing_rules
step "broken rules at the start" && broken_rules_at_the_start
