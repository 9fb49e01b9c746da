# shellcheck shell=bash
# Images made on the spot, without any network, and a Docker engine of our own. Sourced by lib.sh.

# make_root DIR MARKER: a root file system of one static busybox and a file that tells which image this is.
make_root() {
    local dir=$1 marker=$2 busybox
    busybox=$(static_busybox)
    mkdir -p "$dir/bin" "$dir/etc"
    cp "$busybox" "$dir/bin/busybox"
    ln -sf busybox "$dir/bin/sh"
    ln -sf busybox "$dir/bin/cat"
    printf '%s\n' "$marker" >"$dir/etc/marker"
}

static_busybox() {
    local found
    found=$(command -v busybox || true)
    if [[ -z $found ]] || ldd "$found" >/dev/null 2>&1; then
        install_packages busybox-static >&2
        found=$(command -v busybox)
    fi
    printf '%s\n' "$found"
}

# noise BYTES SEED: bytes that do not compress, the same for the same seed, faster than a disk.
noise() {
    local key
    key=$(printf '%s' "$2" | openssl dgst -sha256 -r | cut -c1-32)
    # openssl is stopped by head in the end, or head by the reader: neither is a failure.
    { openssl enc -aes-128-ctr -nosalt -K "$key" -iv 00000000000000000000000000000000 </dev/zero 2>/dev/null || true; } |
        head -c "$1"
}

sha256_of() { openssl dgst -sha256 -r | cut -d' ' -f1; }

# --- a Docker engine of our own ----------------------------------------------------------------------------------

# An engine does not verify certificates of localhost (127.0.0.0/8 is an "insecure registry" by default), so the registry
# gets a name for the loopback address of IPv6, which it does verify.
use_own_name() {
    grep -q '^0\{31\}1 ' /proc/net/if_inet6 || skip "this machine has no IPv6 loopback address"
    # shellcheck disable=SC2034 # for prepare_registry
    LISTEN_ADDRESS=::1
    LISTEN_HOST=wharfgate-it-$RANDOM.test
    made_outside host "$LISTEN_HOST"
    locked hosts add_host "$LISTEN_HOST"
}

add_host() { printf '::1 %s\n' "$1" >>/etc/hosts; }

# start_engine NAME: its socket is LANE_DIR/NAME/docker.sock, its state goes with the lane.
start_engine() {
    local name=$1 dir=$LANE_DIR/$1
    need_root "a Docker engine of its own"
    need dockerd docker.io docker docker.io
    mkdir -p "$dir"
    printf '{}\n' >"$dir/daemon.json"
    # vfs and no bridge: works inside a container and leaves the machine's firewall alone.
    start_process "$name" "$dir/dockerd.log" dockerd --log-level warn --config-file "$dir/daemon.json" --data-root "$dir/data" \
        --exec-root "$dir/exec" --pidfile "$dir/pid" -H "unix://$dir/docker.sock" \
        --storage-driver=vfs --iptables=false --ip6tables=false --bridge=none
    wait_for_process "$name" "$dir/dockerd.log" "Docker engine $name" on_engine "$name" version
}

# on_engine NAME ARGUMENTS...: docker against that engine, with that engine's own credentials.
on_engine() {
    local name=$1
    shift
    DOCKER_CONFIG=$LANE_DIR/$name/config command docker -H "unix://$LANE_DIR/$name/docker.sock" "$@"
}

# login_engine NAME PASSWORD
login_engine() {
    printf '%s' "$2" | on_engine "$1" login --username "$USER_NAME" --password-stdin "$REGISTRY"
}

# The engine reads the authorities to trust from here alone; no restart needed.
trust_in_engine() {
    local dir=/etc/docker/certs.d/$REGISTRY
    [[ ! -e $dir ]] || fail "$dir is there already"
    made_outside directory "$dir"
    mkdir -p "$dir"
    cp "$CA" "$dir/ca.crt"
}

distrust_in_engine() { rm -rf "/etc/docker/certs.d/$REGISTRY"; }

image_id() { on_engine "$1" image inspect --format '{{.Id}}' "$2"; }

repository_digest() { on_engine "$1" image inspect --format '{{index .RepoDigests 0}}' "$2"; }
