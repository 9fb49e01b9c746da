#!/usr/bin/env bash
# Docker engine: login, push, pull into a second and empty engine, run; and each refusal that has to be one.
# At most 240 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need docker docker.io
need_root "a Docker engine and a name of its own"

# Three layers: so pushes run in parallel and one of them is shared by two images.
build_images() {
    make_root "$LANE_DIR/root" docker-lane
    tar -C "$LANE_DIR/root" -c . | on_engine first import - base:1
    mkdir "$LANE_DIR/context"
    noise 3000000 docker-a >"$LANE_DIR/context/a"
    seq 200000 >"$LANE_DIR/context/b"
    printf 'FROM base:1\nCOPY a /a\nCOPY b /b\nCMD ["/bin/cat", "/etc/marker"]\n' >"$LANE_DIR/context/Dockerfile"
    DOCKER_BUILDKIT=0 on_engine first build -q -t "$IMAGE" "$LANE_DIR/context"
    on_engine first tag "$IMAGE" "$COPY"
}

refused_without_authority() {
    must_fail login_engine first "$PASSWORD"
    assert_matches "login without the CA" "$OUTPUT" "x509|certificate"
    must_fail on_engine first push "$IMAGE"
    assert_matches "push without the CA" "$OUTPUT" "x509|certificate"
}

refused_without_password() {
    must_fail login_engine first wrong
    assert_matches "login with a wrong password" "$OUTPUT" "401|nauthorized"
    must_fail on_engine first push "$IMAGE"
    assert_matches "push without login" "$OUTPUT" "no basic auth credentials|nauthorized|authentication required"
    must_fail on_engine second pull "$IMAGE"
    assert_matches "pull without login" "$OUTPUT" "no basic auth credentials|nauthorized|authentication required"
}

push_both() {
    login_engine first "$PASSWORD"
    on_engine first push "$IMAGE"
    # The second name shares every layer: the engine asks for mounts.
    OUTPUT=$(on_engine first push "$COPY")
    assert_matches "push under a second name" "$OUTPUT" "Mounted from team/app|Layer already exists"
}

pull_and_compare() {
    local image
    login_engine second "$PASSWORD"
    for image in "$IMAGE" "$COPY"; do
        on_engine second pull -q "$image"
        assert_equal "image id of $image" "$(image_id first "$image")" "$(image_id second "$image")"
    done
    assert_equal "digest" "$(repository_digest first "$IMAGE")" "$(repository_digest second "$IMAGE")"
}

pull_by_digest() {
    local id digest
    id=$(image_id first "$IMAGE")
    digest=$(repository_digest first "$IMAGE")
    on_engine second rmi -f "$id" >/dev/null
    on_engine second pull -q "$digest"
    assert_equal "image id by digest" "$id" "$(image_id second "$digest")"
    assert_equal "what it prints" docker-lane "$(on_engine second run --rm --network none "$digest")"
}

step "two engines and the registry"
use_own_name
start_wharfgate "$LANE_DIR/registry"
IMAGE=$REGISTRY/team/app:1.0 COPY=$REGISTRY/elsewhere/app/deep/name:latest
start_engine first
start_engine second
build_images

step "without the CA" && refused_without_authority
trust_in_engine
step "wrong password, no password" && refused_without_password
step "push" && push_both
step "pull into the empty engine" && pull_and_compare
step "pull by digest, run" && pull_by_digest

step "log out"
on_engine second logout "$REGISTRY"
must_fail on_engine second pull "$COPY"
assert_log_clean "$LANE_DIR/registry"
