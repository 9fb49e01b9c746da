#!/usr/bin/env bash
# The packages: built without root's powers, without errors for lintian and rpmlint; the .deb installed into a fresh Debian,
# run as its user, upgraded, removed and purged there; the .rpm unpacked and read.
# At most 1200 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need_root "debootstrap and chroot"
need mvn maven debootstrap debootstrap lintian lintian rpm rpm rpmlint rpmlint cpio cpio curl curl man man-db groff groff-base
need_disk_gib 4
ROOT=$LANE_DIR/root
COPY=$LANE_DIR/copy

# In a copy, so that the jar that other lanes use stays as it is.
build() {
    mkdir "$COPY"
    tar -C "$REPO_HOME" --exclude=./target --exclude=./.git -c . | tar -C "$COPY" -x
    (cd "$COPY" && HOME=/root mvn -q -B -ntp -Ppackages -Dmaven.test.skip=true package)
    DEB=$(echo "$COPY"/target/packages/wharfgate_*_all.deb)
    RPM=$(echo "$COPY"/target/packages/wharfgate-*.noarch.rpm)
    [[ -s $DEB && -s $RPM ]] || fail "no packages in $COPY/target/packages"
}

linted() {
    lintian --allow-root --fail-on error "$DEB" || fail "lintian finds errors"
    rpmlint -c "$REPO_HOME/src/packaging/rpmlint.toml" "$RPM" >"$LANE_DIR/rpmlint.txt" 2>&1 || true
    ! grep ' E: ' "$LANE_DIR/rpmlint.txt" || fail "rpmlint finds errors"
    grep -q '1 packages' "$LANE_DIR/rpmlint.txt" || fail "rpmlint did not run: $(tail -n 3 "$LANE_DIR/rpmlint.txt")"
}

man_pages_are_sound() {
    local page output
    for page in "$COPY"/target/packages/documentation/man/*.gz; do
        output=$(man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
        [[ -z $output ]] || fail "${page##*/}: $output"
    done
    bash -n "$COPY/target/packages/documentation/completion"
}

# --- Debian ------------------------------------------------------------------------------------------------------

make_root() {
    debootstrap --variant=minbase bookworm "$ROOT" >"$LANE_DIR/debootstrap.log" 2>&1 ||
        skip "no Debian by debootstrap: $(tail -n 1 "$LANE_DIR/debootstrap.log")"
    # The proxies and names that this machine has.
    cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
    cp /etc/apt/apt.conf.d/*proxy* "$ROOT/etc/apt/apt.conf.d/" 2>/dev/null || true
    mount -t proc proc "$ROOT/proc"
    in_root apt-get -qq update || skip "no package lists in the fresh Debian"
}

in_root() { chroot "$ROOT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    IT_LANE_DIR="$LANE_DIR" "$@"; }

installed() {
    cp "$DEB" "$ROOT/root/wharfgate.deb"
    in_root apt-get -q -y --no-install-recommends install /root/wharfgate.deb
    assert_equal "configuration" "640 root:wharfgate" "$(in_root stat -c '%a %U:%G' /etc/wharfgate/wharfgate.yaml)"
    assert_equal "data" "750 wharfgate:wharfgate" "$(in_root stat -c '%a %U:%G' /var/lib/wharfgate)"
    [[ -s $ROOT/var/cache/wharfgate/wharfgate.jsa ]] || fail "no class-data archive"
    [[ -L $ROOT/etc/systemd/system/multi-user.target.wants/wharfgate.service ]] || fail "not enabled"
    in_root wharfgate version
    in_root wharfgate check-config
    in_root systemd-analyze verify --man=no /usr/lib/systemd/system/wharfgate.service
}

start_in_root() {
    # Its own port, not that of the file: 5443 may be taken on this machine.
    start_process service "$LANE_DIR/service.log" chroot "$ROOT" env -i -C /var/lib/wharfgate PATH=/usr/bin:/bin \
        IT_LANE_DIR="$LANE_DIR" WHARFGATE_SERVER_LISTEN="127.0.0.1:$PORT" \
        setpriv --reuid=wharfgate --regid=wharfgate --clear-groups /usr/bin/wharfgate serve
    wait_for_process service "$LANE_DIR/service.log" "the installed service" registry_answers
}

serves() {
    PORT=$(free_port)
    # shellcheck disable=SC2034
    REGISTRY_URL=https://localhost:$PORT
    # shellcheck disable=SC2034
    CA=$ROOT/var/lib/wharfgate/tls/ca.crt
    NETRC=$LANE_DIR/netrc
    start_in_root
    printf 'machine localhost login admin password %s\n' "$(cat "$ROOT/var/lib/wharfgate/initial-admin-password")" >"$NETRC"
    assert_equal "its user" "$(in_root id -u wharfgate)" "$(stat -c %u "/proc/$(process_id service)")"
    head -c 3000000 /dev/urandom >"$LANE_DIR/blob"
    push_file packages/lane "$LANE_DIR/blob"
    registry_curl -f -o "$LANE_DIR/pulled" "/v2/packages/lane/blobs/$DIGEST"
    cmp "$LANE_DIR/blob" "$LANE_DIR/pulled"
    grep -q wharfgate.jsa "/proc/$(process_id service)/maps" || fail "the class-data archive is not used"
    note "installed: $(memory_of service) after a push and a pull"
    stop_process service
}

# As when apt installs another Java.
class_data_follow_java() {
    local archive=$ROOT/var/cache/wharfgate/wharfgate.jsa
    rm "$archive"
    in_root dpkg-trigger --by-package=wharfgate /usr/lib/jvm
    in_root dpkg --configure --pending
    [[ -s $archive ]] || fail "no class-data archive for another Java"
}

# Another version with another default configuration, over one that somebody has changed.
upgraded() {
    local tree=$LANE_DIR/next
    printf '# ours\n' >>"$ROOT/etc/wharfgate/wharfgate.yaml"
    dpkg-deb -R "$DEB" "$tree"
    sed -i 's/^Version: .*/Version: 99.0/' "$tree/DEBIAN/control"
    printf '# theirs\n' >>"$tree/etc/wharfgate/wharfgate.yaml"
    dpkg-deb --root-owner-group -b "$tree" "$ROOT/root/next.deb" >/dev/null
    in_root dpkg -i --force-confold /root/next.deb
    assert_equal "configuration after the upgrade" '# ours' "$(tail -n 1 "$ROOT/etc/wharfgate/wharfgate.yaml")"
    assert_equal "its mode" "640 root:wharfgate" "$(in_root stat -c '%a %U:%G' /etc/wharfgate/wharfgate.yaml)"
    start_in_root
    registry_curl -f -o "$LANE_DIR/pulled" "/v2/packages/lane/blobs/$DIGEST"
    cmp "$LANE_DIR/blob" "$LANE_DIR/pulled"
    stop_process service
}

removed_and_purged() {
    in_root dpkg -r wharfgate
    [[ -e $ROOT/etc/wharfgate/wharfgate.yaml && -d $ROOT/var/lib/wharfgate ]] || fail "removing took the configuration or the data"
    [[ ! -e $ROOT/usr/share/wharfgate && ! -e $ROOT/var/cache/wharfgate ]] || fail "removing left programs"
    in_root dpkg -P wharfgate
    [[ -d $ROOT/var/lib/wharfgate/registry ]] || fail "purging took the images"
    # Images are left on purpose; without any, nothing is.
    rm -r "$ROOT/var/lib/wharfgate"
    # Of the service as this lane ran it; under systemd it has a /tmp of its own.
    rm -rf "$ROOT/tmp/hsperfdata_wharfgate"
    cp "$DEB" "$ROOT/root/wharfgate.deb"
    in_root dpkg -i /root/wharfgate.deb
    in_root dpkg -P wharfgate
    local left
    left=$(find "$ROOT/etc" "$ROOT/usr" "$ROOT/var" "$ROOT/tmp" -name '*wharfgate*' -not -path "$ROOT/var/log/apt/*")
    [[ -z $left ]] || fail "purging leaves: $left"
}

# --- Red Hat -----------------------------------------------------------------------------------------------------

# grep -q would leave early, and rpm fail by that.
has_line() { grep -x -e "$1" >/dev/null; }

rpm_is_sound() {
    local tree=$LANE_DIR/rpm script
    mkdir "$tree"
    (cd "$tree" && rpm2cpio "$RPM" | cpio -idm --quiet)
    rpm -qp --requires "$RPM" | has_line 'java-headless >= 1:17' || fail "does not require Java"
    assert_equal "configuration files" "/etc/logrotate.d/wharfgate /etc/sysconfig/wharfgate /etc/wharfgate/wharfgate.yaml" \
        "$(rpm -qpc "$RPM" | sort | tr '\n' ' ' | sed 's/ $//')"
    rpm -qp --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' "$RPM" | has_line 'cn /etc/wharfgate/wharfgate.yaml' ||
        fail "an upgrade would replace the configuration"
    rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]' "$RPM" |
        has_line '-rw-r----- root:wharfgate /etc/wharfgate/wharfgate.yaml' || fail "the configuration may be read by others"
    for script in PREIN POSTIN PREUN POSTUN; do
        rpm -qp --qf "%{$script}\n" "$RPM" | sh -n || fail "$script is no shell program"
    done
    # The same programs as in Debian's package.
    cmp "$tree/usr/share/wharfgate/wharfgate.jar" "$COPY/target/wharfgate.jar"
    assert_equal "libraries" "$(ls "$COPY/target/lib")" "$(ls "$tree/usr/share/wharfgate/lib")"
    "$(java_program)" -jar "$tree/usr/share/wharfgate/wharfgate.jar" check-config -c "$tree/etc/wharfgate/wharfgate.yaml" || fail \
        "the packaged configuration has mistakes"
}

step "build" && build
step "lintian, rpmlint, man" && linted && man_pages_are_sound
step "rpm" && rpm_is_sound
note "the .rpm is not installed: that needs a Red Hat system"
step "a fresh Debian" && make_root
step "install" && installed
step "serve" && serves
step "another Java" && class_data_follow_java
step "upgrade" && upgraded
step "remove, purge" && removed_and_purged
note "start and restart by the packages not run: no systemd runs in the Debian root"
