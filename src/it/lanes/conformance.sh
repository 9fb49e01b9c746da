#!/usr/bin/env bash
# The official OCI conformance suite and our own walk through the specification: all-in-one, and through the gateway in front
# of a second Wharfgate; OCI_VERSION 1.1 and dev, everything switched on, no failure and nothing skipped or disabled.
# At most 600 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/go.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/go.sh"
lane_begin
need_wharfgate
need python3 python3 jq jq

SUITE=github.com/opencontainers/distribution-spec/conformance
SUITE_VERSION=v0.0.0-20260831232431-97274622c111

# What version 1.1 leaves out by default although a registry may have it.
EVERYTHING=(
    OCI_API_BLOBS_DIGEST_HEADER=true
    OCI_API_BLOBS_UPLOAD_CANCEL=true
    OCI_API_MANIFESTS_DIGEST_HEADER=true
    OCI_API_MANIFESTS_TAG_PARAM=true
    OCI_DATA_SPARSE=true
)

walk() {
    python3 "$IT_HOME/tools/distribution.py" --port "$(cat "$1/port")" --ca "$1/ca.crt" \
        --user "$USER_NAME" --password-file "$1/password"
}

# run_suite DIR VERSION: the report counts, not the exit status, which is the same when something was skipped.
run_suite() {
    local dir=$1 version=$2 results=$LANE_DIR/results-${1##*/}-$2
    (cd "$LANE_DIR" && env "${EVERYTHING[@]}" SSL_CERT_FILE="$dir/ca.crt" OCI_VERSION="$version" \
        OCI_REGISTRY="localhost:$(cat "$dir/port")" OCI_TLS=enabled OCI_USERNAME="$USER_NAME" OCI_PASSWORD="$(cat "$dir/password")" \
        OCI_REPO1="conformance/$version/one" OCI_REPO2="conformance/$version/two" OCI_RESULTS_DIR="$results" \
        "$GO_TOOL") >"$results.log" 2>&1 || echo "the suite ended with status $?"
    python3 "$IT_HOME/tools/conformance.py" "$results/junit.xml" "$results.log" >"$results.summary" || {
        cat "$results.summary"
        fail "${dir##*/}, OCI_VERSION=$version: see above"
    }
    note "${dir##*/}, OCI_VERSION=$version: $(tail -n 1 "$results.summary")"
}

step "registry, and a gateway in front of it"
# shellcheck disable=SC2034 # for start_registry
STORAGE_SETTINGS=("sparse-manifests: true")
start_registry wharfgate "$LANE_DIR/registry"
start_registry wharfgate "$LANE_DIR/second"
# shellcheck disable=SC2034 # for start_gateway
UPSTREAM_SETTINGS=("ca: $CA" "username: $USER_NAME" "password-file: $LANE_DIR/second/password")
start_gateway "$LANE_DIR/gateway" "$REGISTRY_URL" gateway

for name in registry gateway; do
    step "our own walk: $name"
    walk "$LANE_DIR/$name"
done

step "the suite"
if find_go && go_tool conformance "$SUITE" "$SUITE_VERSION" .; then
    for name in registry gateway; do
        for version in 1.1 dev; do
            run_suite "$LANE_DIR/$name" "$version"
        done
    done
else
    note "left out: the official suite ($SUITE@$SUITE_VERSION): ${GO_TROUBLE:-no Go here}"
fi
for name in registry second gateway; do assert_log_clean "$LANE_DIR/$name"; done
