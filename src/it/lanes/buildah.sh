#!/usr/bin/env bash
# buildah: a manifest list of two platforms is built and pushed, and read back byte for byte.
# At most 120 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need buildah buildah skopeo skopeo python3 python3 jq jq
need_root "a buildah store with file owners"

buildah_here() {
    buildah --root "$LANE_DIR/store" --runroot "$LANE_DIR/run" --storage-driver vfs "$@"
}

step "registry and images"
start_wharfgate "$LANE_DIR/registry"
CERTIFICATES=$LANE_DIR/certificates
mkdir "$CERTIFICATES" && cp "$CA" "$CERTIFICATES/ca.crt"
make_root "$LANE_DIR/root" buildah-lane
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" "$LANE_DIR/source"

step "manifest list"
buildah_here manifest create list
for architecture in amd64 arm64; do
    buildah_here manifest add list "oci:$LANE_DIR/source:$architecture"
done
# With a wrong password buildah 1.28 pushes nothing, yet ends with status 0: so login is what is asked, and the list read.
must_fail buildah login --cert-dir "$CERTIFICATES" --authfile "$LANE_DIR/auth" -u "$USER_NAME" -p wrong "$REGISTRY"
buildah_here manifest push --all --cert-dir "$CERTIFICATES" --digestfile "$LANE_DIR/digest" \
    --creds "$USER_NAME:$PASSWORD" list "docker://$REGISTRY/built/list:1"

step "read back"
skopeo --insecure-policy inspect --raw --cert-dir "$CERTIFICATES" --creds "$USER_NAME:$PASSWORD" \
    "docker://$REGISTRY/built/list:1" >"$LANE_DIR/list"
assert_equal "digest" "$(cat "$LANE_DIR/digest")" "sha256:$(sha256_of <"$LANE_DIR/list")"
assert_equal "platforms" '["amd64","arm64"]' "$(jq -c '[.manifests[].platform.architecture] | sort' "$LANE_DIR/list")"
assert_log_clean "$LANE_DIR/registry"
