#!/usr/bin/env bash
# podman: login, push, pull into an empty store, run; and refusals.
# At most 180 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need podman podman skopeo skopeo python3 python3
need_root "a podman store with file owners"

# podman_in STORE ...: a store of its own, nothing shared with the machine's.
podman_in() {
    local store=$LANE_DIR/$1
    shift
    podman --root "$store/root" --runroot "$store/run" --tmpdir "$store/tmp" --storage-driver vfs \
        --cgroup-manager cgroupfs --events-backend file "$@"
}

login() {
    printf '%s' "$1" | podman_in first login --cert-dir "$CERTIFICATES" --authfile "$AUTH" \
        --username "$USER_NAME" --password-stdin "$REGISTRY"
}

push() { podman_in first push --cert-dir "$CERTIFICATES" --authfile "$AUTH" "$@"; }
pull() { podman_in second pull --cert-dir "$CERTIFICATES" --authfile "$AUTH" "$@"; }

image_id_in() { podman_in "$1" image inspect --format '{{.Id}}' "$2"; }

refusals() {
    must_fail podman_in first login --authfile "$AUTH" --username "$USER_NAME" --password "$PASSWORD" "$REGISTRY"
    assert_matches "without the CA" "$OUTPUT" "x509|certificate"
    must_fail login wrong
    assert_matches "wrong password" "$OUTPUT" "invalid username/password|nauthorized"
    must_fail push "$IMAGE"
    assert_matches "push without login" "$OUTPUT" "nauthorized|authentication required"
}

# crun cannot run below the mixed cgroup hierarchy of some machines, runc can; the limits are for those where none may be
# raised, not even by root.
run_it() {
    local limits=(--ulimit nofile=1024:1024 --ulimit nproc=1024:1024) group=${LANE_DIR##*/} runtime
    made_outside cgroup "$group"
    for runtime in crun runc; do
        command -v "$runtime" >/dev/null || continue
        if podman_in second --runtime "$runtime" run --rm --network none "${limits[@]}" \
            --cgroup-parent "/$group" "$IMAGE" >"$LANE_DIR/ran" 2>"$LANE_DIR/run-error"; then
            assert_equal "what it prints" podman-lane "$(cat "$LANE_DIR/ran")"
            return
        fi
        cat "$LANE_DIR/run-error"
    done
    note "not run: podman cannot start containers here: $(tail -n 1 "$LANE_DIR/run-error")"
}

step "registry and image"
start_wharfgate "$LANE_DIR/registry"
IMAGE=$REGISTRY/team/app:1.0
AUTH=$LANE_DIR/auth.json
# podman refuses to start without the file that it is told to use.
printf "{}" >"$AUTH"
CERTIFICATES=$LANE_DIR/certificates
mkdir "$CERTIFICATES" && cp "$CA" "$CERTIFICATES/ca.crt"
make_root "$LANE_DIR/root" podman-lane
ARCHITECTURE=$(dpkg --print-architecture)
python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" --platforms "$ARCHITECTURE" "$LANE_DIR/source"
skopeo --insecure-policy copy -q "oci:$LANE_DIR/source:$ARCHITECTURE" "docker-archive:$LANE_DIR/image.tar:$IMAGE"
podman_in first load -q -i "$LANE_DIR/image.tar"

step "refusals" && refusals
step "login and push"
login "$PASSWORD"
push --digestfile "$LANE_DIR/digest" "$IMAGE"

step "pull, compare, run"
pull "$IMAGE"
assert_equal "image id" "$(image_id_in first "$IMAGE")" "$(image_id_in second "$IMAGE")"
pull "$REGISTRY/team/app@$(cat "$LANE_DIR/digest")"
run_it

step "push as Docker schema 2"
push --format v2s2 "$IMAGE" "docker://$REGISTRY/team/app:schema2"
pull "$REGISTRY/team/app:schema2"
assert_log_clean "$LANE_DIR/registry"
