# shellcheck shell=bash
# The lanes, in the order in which they run: the quick and telling ones first. Sourced by run.sh and .ci/run.

# shellcheck disable=SC2034
ALL_LANES=(
    scripts
    quickstart
    docker
    skopeo
    podman
    buildah
    layout
    expect
    bad-input
    disk-full
    conformance
    go-clients
    exchange
    access
    rules
    reload
    metrics
    logs
    restart
    doctor
    systemd
    boot
    crash
    gc
    check
    packages
    containers
    gateway-docker
    gateway-skopeo
    gateway-podman
    gateway-access
    gateway-faults
    gateway-slow
    big-layer
    gateway-big-layer
    small-heap
)
