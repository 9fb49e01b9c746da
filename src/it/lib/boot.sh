# shellcheck shell=bash
# A Debian in which systemd runs as process 1: namespaces of its own and a cgroup, no virtual machine and no engine. Sourced by
# lanes. Its network is its own too, a loopback alone.

BOOT_SUITE=bookworm

# Sets BOOT_ROOT. What debootstrap makes is kept below target/, since that takes a minute or two.
make_boot_root() {
    local kept=$REPO_HOME/target/it-tools/boot-$BOOT_SUITE
    locked boot make_debian "$kept"
    BOOT_ROOT=$LANE_DIR/root
    cp -a --reflink=auto "$kept" "$BOOT_ROOT"
    # Not "uninitialized", as which it would ask questions at its first start.
    printf 'uninitialized' >"$BOOT_ROOT/etc/machine-id"
    systemd-machine-id-setup --root="$BOOT_ROOT" >/dev/null 2>&1 || tr -d - </proc/sys/kernel/random/uuid >"$BOOT_ROOT/etc/machine-id"
}

# Two lanes may want it at once.
make_debian() {
    local kept=$1
    [[ ! -d $kept ]] || return 0
    rm -rf "$kept.new"
    mkdir -p "$kept.new"
    if ! debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps,logrotate,ca-certificates "$BOOT_SUITE" \
        "$kept.new" >"$LANE_DIR/debootstrap.log" 2>&1 || ! add_java "$kept.new" >>"$LANE_DIR/debootstrap.log" 2>&1; then
        rm -rf "$kept.new"
        skip "no Debian by debootstrap: $(tail -n 1 "$LANE_DIR/debootstrap.log")"
    fi
    mv "$kept.new" "$kept"
}

add_java() {
    local root=$1 status=0
    # The proxies and names that this machine has.
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    mount -t proc proc "$root/proc"
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 sh -euc '
        apt-get -q update
        apt-get -q -y --no-install-recommends install default-jre-headless openssl
        apt-get clean
        rm -rf /var/lib/apt/lists/*' || status=$?
    umount "$root/proc"
    return "$status"
}

# Starts it; skips the lane where that cannot be. What it needs of this machine: root, namespaces, and a cgroup to write to.
boot() {
    local cgroups
    cgroups=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
    [[ -n $cgroups ]] || skip "no cgroup2 is mounted here, and systemd needs one"
    BOOT_CGROUP=$cgroups/wharfgate-it-${LANE_DIR##*.}
    mkdir "$BOOT_CGROUP" 2>/dev/null || skip "no cgroup can be made in $cgroups"
    made_outside cgroup "wharfgate-it-${LANE_DIR##*.}"
    start_process boot "$LANE_DIR/boot.log" bash -euc "$(declare -f boot_namespaces boot_mounts); boot_namespaces \"\$@\"" boot \
        "$BOOT_CGROUP" "$BOOT_ROOT"
    local deadline=$((SECONDS + 60))
    until BOOT_PID=$(pid_in_cgroup) &&
        [[ -n $BOOT_PID ]] && in_boot systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; do
        process_alive boot || skip "systemd does not start here: $(tail -n 1 "$LANE_DIR/boot.log")"
        ((SECONDS < deadline)) || skip "systemd is not up after 60 s here: $(tail -n 1 "$LANE_DIR/boot.log")"
        sleep 0.2
    done
}

# Process 1 of it, as this machine numbers it.
pid_in_cgroup() {
    local pid
    while read -r pid; do
        [[ $(cat "/proc/$pid/comm" 2>/dev/null) == systemd && $(awk '/^NSpid/ { print $NF }' "/proc/$pid/status") == 1 ]] || continue
        printf '%s\n' "$pid"
        return 0
    done < <(find "$BOOT_CGROUP" -name cgroup.procs -exec cat {} + 2>/dev/null)
    return 1
}

boot_namespaces() {
    echo $$ >"$1/cgroup.procs"
    exec unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child \
        bash -euc "$(declare -f boot_mounts); boot_mounts \"\$1\"" boot "$2"
}

boot_mounts() {
    local root=$1 device
    hostname wharfgate-it
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
        # shellcheck disable=SC2086 # three words
        set -- $device
        mknod -m 666 "$root/dev/$1" c "$2" "$3"
    done
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    mount -t tmpfs tmpfs "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    cd "$root" || exit
    # The lane's mark is not in its environment: process 1 and what it starts end with its namespace.
    exec env -i container=wharfgate-it PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --system
}

# A command inside.
in_boot() {
    nsenter -t "$BOOT_PID" -m -u -i -n -p -C -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# A command of this machine in its network.
beside_boot() { nsenter -t "$BOOT_PID" -n "$@"; }

end_boot() {
    in_boot systemctl poweroff >/dev/null 2>&1 || true
    wait_until 30 "the end of systemd" process_gone boot
}
