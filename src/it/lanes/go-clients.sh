#!/usr/bin/env bash
# crane, regctl and oras, all-in-one and through the gateway in front of a second Wharfgate: login with a right and a wrong
# password, push, pull, copy, tags, delete, several platforms, referrers; a Helm chart and cosign's signatures with oras.
# At most 900 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/go.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/go.sh"
lane_begin
need_wharfgate
need jq jq python3 python3

LAYOUT=$LANE_DIR/source
CHART=application/vnd.cncf.helm.chart.content.v1.tar+gzip
REFUSED='401|nauthorized|UNAUTHORIZED|password is wrong'

# Each client with a home of its own, so that none finds the login of another.
as() {
    local client=$1 home=$LANE_DIR/$TARGET-$1
    shift
    mkdir -p "$home"
    # Files are named without a directory: oras keeps what it is given as the name to unpack to.
    (cd "$LANE_DIR/files" && HOME=$home DOCKER_CONFIG=$home REGCTL_CONFIG=$home/regctl.json SSL_CERT_FILE=$CA "$(tool_of "$client")" "$@")
}

tool_of() { cat "$LANE_DIR/tool-$1"; }

digest_of_layout() { jq -r --arg tag "$1" '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest' \
    "$LAYOUT/index.json"; }

# --- the clients -------------------------------------------------------------------------------------------------

use_crane() {
    local repository=$REGISTRY/crane/app digest
    # It keeps what it is told and asks the registry only when it needs something.
    as crane auth login "$REGISTRY" -u "$USER_NAME" -p wrong
    must_fail as crane push --index "$LAYOUT" "$repository:1"
    assert_matches "wrong password" "$OUTPUT" "$REFUSED"
    as crane auth login "$REGISTRY" -u "$USER_NAME" -p "$PASSWORD"

    as crane push --index "$LAYOUT" "$repository:1"
    digest=$(as crane digest "$repository:1")
    as crane validate --remote "$repository:1"
    assert_equal "platform chosen" "$(digest_of_layout arm64)" "$(as crane digest --platform linux/arm64 "$repository@$(digest_of_layout multi)")"
    as crane copy "$repository:1" "$REGISTRY/crane/copy:2"
    assert_equal "digest of the copy" "$digest" "$(as crane digest "$REGISTRY/crane/copy:2")"
    as crane tag "$repository@$(digest_of_layout amd64)" small
    assert_equal "tags" "1 small" "$(as crane ls "$repository" | sort | tr '\n' ' ' | sed 's/ $//')"
    as crane pull --format=oci --platform linux/amd64 "$repository:small" "$LANE_DIR/$TARGET-pulled"
    assert_equal "digest of what was pulled" "$(digest_of_layout amd64)" "$(jq -r '.manifests[0].digest' "$LANE_DIR/$TARGET-pulled/index.json")"
    as crane catalog "$REGISTRY" | grep -qx crane/copy || fail "no crane/copy in the catalog"
    as crane delete "$REGISTRY/crane/copy@$digest"
    must_fail as crane manifest "$REGISTRY/crane/copy:2"
    assert_matches "deleted" "$OUTPUT" "MANIFEST_UNKNOWN|NAME_UNKNOWN|404"
}

use_regctl() {
    local repository=$REGISTRY/regctl/app artifact
    must_fail as regctl registry login "$REGISTRY" -u "$USER_NAME" --pass-stdin <<<"wrong"
    assert_matches "wrong password" "$OUTPUT" "$REFUSED"
    as regctl registry login "$REGISTRY" -u "$USER_NAME" --pass-stdin <<<"$PASSWORD"

    as regctl image copy "ocidir://$LAYOUT:multi" "$repository:1"
    assert_equal "digest" "$(digest_of_layout multi)" "$(as regctl image digest "$repository:1")"
    assert_equal "platform chosen" "$(digest_of_layout arm64)" "$(as regctl image digest --platform linux/arm64 "$repository:1")"
    printf 'contents of a bill of materials\n' | as regctl artifact put --artifact-type application/spdx+json --subject "$repository:1"
    artifact=$(as regctl artifact list --format '{{json .}}' "$repository:1" | jq -r '.descriptors[0] | "\(.artifactType) \(.digest)"')
    assert_matches "referrer" "$artifact" '^application/spdx\+json sha256:'
    assert_equal "artifact" "contents of a bill of materials" "$(as regctl artifact get "$repository@${artifact#* }")"
    as regctl image copy --referrers "$repository:1" "$REGISTRY/regctl/copy:2"
    assert_equal "referrers of the copy" 1 "$(as regctl artifact list --format '{{json .}}' "$REGISTRY/regctl/copy:2" | jq '.descriptors | length')"
    as regctl image copy "$REGISTRY/regctl/copy:2" "ocidir://$LANE_DIR/$TARGET-regctl:back"
    assert_equal "tags" "1" "$(as regctl tag ls "$repository")"
    as regctl tag rm "$REGISTRY/regctl/copy:2"
    must_fail as regctl manifest head "$REGISTRY/regctl/copy:2"
    as regctl manifest head "$REGISTRY/regctl/copy@$(digest_of_layout multi)"
    as regctl manifest delete --force-tag-dereference "$repository:1"
    must_fail as regctl manifest head "$repository@$(digest_of_layout multi)"
    as regctl repo ls "$REGISTRY" | grep -qx regctl/copy || fail "no regctl/copy in the catalog"
}

use_oras() {
    # To a host called localhost it speaks plain HTTP.
    local REGISTRY=127.0.0.1:${REGISTRY##*:}
    must_fail as oras login "$REGISTRY" -u "$USER_NAME" --password-stdin <<<"wrong"
    assert_matches "wrong password" "$OUTPUT" "$REFUSED"
    must_fail as oras repo tags "$REGISTRY/oras/app"
    assert_matches "without login" "$OUTPUT" "$REFUSED|basic credential not found"
    as oras login "$REGISTRY" -u "$USER_NAME" --password-stdin <<<"$PASSWORD"

    as oras cp -r --from-oci-layout "$LAYOUT:multi" "$REGISTRY/oras/app:1"
    assert_equal "digest" "$(digest_of_layout multi)" "$(as oras resolve "$REGISTRY/oras/app:1")"
    attach_and_discover "$REGISTRY/oras/app"
    helm_chart "$REGISTRY/oras/charts/demo"
    cosign_signature "$REGISTRY/oras/app"
    assert_matches "catalog" "$(as oras repo ls "$REGISTRY")" "oras/charts/demo"
    as oras manifest delete -f "$REGISTRY/oras/app@$(digest_of_layout multi)"
    must_fail as oras resolve "$REGISTRY/oras/app:1"
}

attach_and_discover() {
    local repository=$1 attached
    as oras attach --artifact-type application/vnd.example.sbom "$repository:1" sbom.json:application/json
    as oras attach --artifact-type application/vnd.example.scan --annotation org.example.scanner=none "$repository:1" scan.txt:text/plain
    assert_equal "referrers" '["application/vnd.example.sbom","application/vnd.example.scan"]' \
        "$(as oras discover --format json "$repository:1" | jq -c '[.referrers[].artifactType] | sort')"
    attached=$(as oras discover --format json --artifact-type application/vnd.example.scan "$repository:1")
    assert_equal "filtered" '["application/vnd.example.scan","none"]' \
        "$(jq -c '.referrers[] | [.artifactType, .annotations["org.example.scanner"]]' <<<"$attached")"
    as oras pull -o "$LANE_DIR/$TARGET-scan" "$repository@$(jq -r '.referrers[0].digest' <<<"$attached")"
    assert_equal "what was attached" "$(cat "$LANE_DIR/files/scan.txt")" "$(cat "$LANE_DIR/$TARGET-scan/scan.txt")"
    as oras cp -r "$repository:1" "$REGISTRY/oras/copy:1"
    assert_equal "referrers of the copy" 2 "$(as oras discover --format json "$REGISTRY/oras/copy:1" | jq '.referrers | length')"
}

# As `helm push` makes it.
helm_chart() {
    local repository=$1
    as oras push "$repository:0.1.0" --config config.json:application/vnd.cncf.helm.config.v1+json "demo-0.1.0.tgz:$CHART" \
        demo-0.1.0.tgz.prov:application/vnd.cncf.helm.chart.provenance.v1.prov
    assert_equal "types of a chart" "application/vnd.cncf.helm.config.v1+json $CHART" \
        "$(as oras manifest fetch "$repository:0.1.0" | jq -r '"\(.config.mediaType) \(.layers[0].mediaType)"')"
    as oras pull -o "$LANE_DIR/$TARGET-chart" "$repository:0.1.0"
    cmp "$LANE_DIR/files/demo-0.1.0.tgz" "$LANE_DIR/$TARGET-chart/demo-0.1.0.tgz"
    assert_equal "tags of a chart" 0.1.0 "$(as oras repo tags "$repository")"
}

# Both ways of cosign: a tag made of the digest, and since its version 2 a referrer.
cosign_signature() {
    local repository=$1 tag
    tag=$(digest_of_layout multi)
    tag=${tag/:/-}.sig
    as oras push "$repository:$tag" --config config.json:application/vnd.oci.image.config.v1+json --annotation-file annotations.json \
        payload.json:application/vnd.dev.cosign.simplesigning.v1+json
    assert_equal "signature" "MEUCIQ==" "$(as oras manifest fetch "$repository:$tag" |
        jq -r '.layers[0].annotations["dev.cosignproject.cosign/signature"]')"
    as oras attach --artifact-type application/vnd.dev.cosign.artifact.sig.v1+json "$repository:1" \
        payload.json:application/vnd.dev.cosign.simplesigning.v1+json
    assert_equal "signatures" 1 "$(as oras discover --format json --artifact-type application/vnd.dev.cosign.artifact.sig.v1+json \
        "$repository:1" | jq '.referrers | length')"
}

# --- the lane ----------------------------------------------------------------------------------------------------

make_files() {
    mkdir "$LANE_DIR/files"
    cd "$LANE_DIR/files"
    printf '{"name":"demo","version":"0.1.0","apiVersion":"v2"}' >config.json
    printf '{"spdxVersion":"SPDX-2.3"}' >sbom.json
    printf 'nothing found\n' >scan.txt
    noise 20000 chart >demo-0.1.0.tgz
    printf 'signed\n' >demo-0.1.0.tgz.prov
    printf '{"critical":{"type":"cosign container image signature"}}' >payload.json
    printf '{"payload.json":{"dev.cosignproject.cosign/signature":"MEUCIQ=="}}' >annotations.json
    cd - >/dev/null
}

get_client() {
    step "build $1"
    if go_client "$1"; then
        printf '%s\n' "$GO_TOOL" >"$LANE_DIR/tool-$1"
        CLIENTS+=("$1")
    else
        note "left out: $1: $GO_TROUBLE"
    fi
}

find_go || skip "no Go here, which builds crane, regctl and oras"
CLIENTS=()
for client in crane regctl oras; do get_client "$client"; done
((${#CLIENTS[@]} > 0)) || skip "none of crane, regctl and oras could be built"

step "images, a registry, and a gateway in front of another"
make_files
make_root "$LANE_DIR/root" go-clients-lane
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" "$LAYOUT"
start_registry wharfgate "$LANE_DIR/registry"
start_registry wharfgate "$LANE_DIR/second"
# shellcheck disable=SC2034 # for start_gateway
UPSTREAM_SETTINGS=("ca: $CA" "username: $USER_NAME" "password-file: $LANE_DIR/second/password")
start_gateway "$LANE_DIR/gateway" "$REGISTRY_URL" gateway

for TARGET in registry gateway; do
    use_registry "$LANE_DIR/$TARGET"
    for client in "${CLIENTS[@]}"; do
        step "$client, $TARGET"
        "use_$client"
    done
done
for name in registry second gateway; do assert_log_clean "$LANE_DIR/$name"; done
