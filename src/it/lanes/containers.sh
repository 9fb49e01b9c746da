#!/usr/bin/env bash
# docs/containers: the image is built by buildah and run by podman as compose.yaml says: nobody in particular, on a file system
# that cannot be written. It is healthy, takes a push and a command, reloads, and ends in good time. Without docker.io its base
# is a Debian by debootstrap, and what is built comes from the packages of the same source.
# At most 600 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/packages.sh
. "$IT_HOME/lib/packages.sh"
# shellcheck source=../lib/boot.sh
. "$IT_HOME/lib/boot.sh"
lane_begin
need_wharfgate
need_root "an image store with file owners"
need mvn maven debootstrap debootstrap buildah buildah podman podman skopeo skopeo curl curl python3 python3 nsenter util-linux
need_disk_gib 6
STORE=(--root "$LANE_DIR/store" --runroot "$LANE_DIR/run" --storage-driver vfs)
BUILD_ARGUMENTS=()

podman_here() { podman "${STORE[@]}" --tmpdir "$LANE_DIR/tmp" --cgroup-manager cgroupfs --events-backend file "$@"; }

# Base images from this machine: a Debian with Java, and one whose "mvn" hands over what has been built outside.
make_base_images() {
    build_packages
    make_boot_root
    install -d "$BOOT_ROOT/built"
    cp -r "$PACKAGES/target/wharfgate.jar" "$PACKAGES/target/lib" "$BOOT_ROOT/built/"
    cp -r "$PACKAGES/target/packages" "$BOOT_ROOT/built/packages"
    printf '#!/bin/sh\ncp -r /built /build/target\n' >"$BOOT_ROOT/usr/local/bin/mvn"
    chmod +x "$BOOT_ROOT/usr/local/bin/mvn"
    tar -C "$BOOT_ROOT" -c . | podman_here import -q - localhost/base:1
    rm -rf --one-file-system "$BOOT_ROOT"
    BUILD_ARGUMENTS=(--build-arg BUILD_IMAGE=localhost/base:1 --build-arg RUNTIME_IMAGE=localhost/base:1)
    note "docker.io cannot be reached from here: built upon a Debian by debootstrap, without running Maven inside"
}

# chroot: the other kinds of isolation need more than some machines allow. In one layer, since vfs copies each.
build_image() {
    timeout 20 skopeo inspect --no-tags docker://docker.io/library/eclipse-temurin:21-jre >/dev/null 2>&1 || make_base_images
    buildah "${STORE[@]}" build --isolation chroot --layers=false --format docker "${BUILD_ARGUMENTS[@]}" -t localhost/wharfgate:1 \
        -f "$REPO_HOME/docs/containers/Dockerfile" "$REPO_HOME"
    assert_equal "its user" 65532:65532 "$(podman_here image inspect --format '{{.Config.User}}' localhost/wharfgate:1)"
}

compose_says() {
    grep -qxE " *$1" "$REPO_HOME/docs/containers/compose.yaml" || fail "compose.yaml does not say: $1"
}

# As compose.yaml has it; crun cannot run below the mixed cgroup hierarchy of some machines, and runc can.
start_container() {
    local group=${LANE_DIR##*/} runtime
    compose_says 'read_only: true' && compose_says 'cap_drop: \[ALL\]' && compose_says 'user: "65532:65532"'
    compose_says 'security_opt: \["no-new-privileges:true"\]' && compose_says 'tmpfs: \["/tmp:mode=1777,size=64m"\]'
    made_outside cgroup "$group"
    for runtime in crun runc; do
        command -v "$runtime" >/dev/null || continue
        podman_here rm -f registry >/dev/null 2>&1 || true
        podman_here --runtime "$runtime" run -d --name registry --read-only --tmpfs /tmp:mode=1777,size=64m --cap-drop all \
            --security-opt no-new-privileges --user 65532:65532 --network none --cgroup-parent "/$group" \
            --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 -v data:/var/lib/wharfgate \
            localhost/wharfgate:1 2>"$LANE_DIR/run-error" && return
        cat "$LANE_DIR/run-error"
    done
    skip "the image is built, and podman cannot start containers here: $(tail -n 1 "$LANE_DIR/run-error")"
}

in_container() { podman_here exec registry "$@"; }

container_pid() { podman_here inspect --format '{{.State.Pid}}' registry; }

# curl of this machine in the container's network, which has a loopback alone.
# shellcheck disable=SC2317 # called by what lib.sh has
curl() { nsenter -t "$(container_pid)" -n "$(type -P curl)" "$@"; }

serves() {
    local pid password
    # shellcheck disable=SC2034
    REGISTRY_URL=https://localhost:5443
    CA=$LANE_DIR/ca.crt
    NETRC=$LANE_DIR/netrc
    wait_until 60 "the certificate" in_container test -s tls/ca.crt
    in_container cat tls/ca.crt >"$CA"
    wait_until 60 "an answer" registry_answers
    wait_until 30 "its health" podman_here healthcheck run registry
    pid=$(container_pid)
    assert_equal "user of the process" 65532 "$(stat -c %u "/proc/$pid")"
    assert_equal "its program" java "$(cat "/proc/$pid/comm")"
    assert_equal "its powers" 0000000000000000 "$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status")"
    must_fail in_container sh -c 'echo >/usr/share/wharfgate/x'
    assert_matches "writing elsewhere" "$OUTPUT" "Read-only file system"
    grep -qE 'wharfgate\.(jsa|aot)' "/proc/$pid/maps" || fail "the class-data archive is not used"
    password=$(in_container cat initial-admin-password)
    printf 'machine localhost login admin password %s\n' "$password" >"$NETRC"
    head -c 3000000 /dev/urandom >"$LANE_DIR/blob"
    push_file containers/lane "$LANE_DIR/blob"
    in_container wharfgate storage usage
    note "in the container: $(awk '/^VmRSS/ { printf "RSS %d MiB", $2 / 1024 }' "/proc/$pid/status") after a push"
}

reloads_and_stops() {
    podman_here kill --signal HUP registry >/dev/null
    wait_until 10 "a line about the reload" eval 'podman_here logs registry 2>&1 | grep -qi reload'
    podman_here stop -t 60 registry >/dev/null
    # As Java ends on SIGTERM when it has closed everything.
    assert_equal "exit status" 143 "$(podman_here inspect --format '{{.State.ExitCode}}' registry)"
    podman_here start registry >/dev/null
    wait_until 60 "an answer after a restart" registry_answers
    registry_curl -f -o "$LANE_DIR/pulled" "/v2/containers/lane/blobs/$DIGEST"
    cmp "$LANE_DIR/blob" "$LANE_DIR/pulled"
    podman_here rm -f -t 10 registry >/dev/null
}

step "build" && build_image
step "run" && start_container
step "health, push, command" && serves
step "reload, stop, start" && reloads_and_stops
