#!/usr/bin/env bash
# The packages: built without root's powers, without errors for lintian and rpmlint; the .deb installed into a fresh Debian,
# run as its user, upgraded, removed and purged there; then the same with the .rpm, by rpm and its scripts.
# At most 1200 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/packages.sh
. "$IT_HOME/lib/packages.sh"
lane_begin
need_wharfgate
need_root "debootstrap and chroot"
need mvn maven debootstrap debootstrap lintian lintian rpm rpm rpmlint rpmlint cpio cpio curl curl man man-db groff groff-base
need_disk_gib 4
ROOT=$LANE_DIR/root

linted() {
    lintian --allow-root --fail-on error "$DEB" || fail "lintian finds errors"
    rpmlint -c "$REPO_HOME/src/packaging/rpmlint.toml" "$RPM" >"$LANE_DIR/rpmlint.txt" 2>&1 || true
    ! grep ' E: ' "$LANE_DIR/rpmlint.txt" || fail "rpmlint finds errors"
    grep -q '1 packages' "$LANE_DIR/rpmlint.txt" || fail "rpmlint did not run: $(tail -n 3 "$LANE_DIR/rpmlint.txt")"
}

documentation_is_sound() {
    local page output command
    for page in "$PACKAGES"/target/packages/documentation/man/*.gz; do
        output=$(man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
        [[ -z $output ]] || fail "${page##*/}: $output"
    done
    bash -n "$PACKAGES/target/packages/documentation/completion"
    # As somebody reads and types it: what the command has, the package documents.
    for command in $(wharfgate --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\{2,\}\) .*/\1/p'); do
        [[ -s $PACKAGES/target/packages/documentation/man/wharfgate-$command.1.gz ]] || fail "no man page of wharfgate $command"
        completes wharfgate "${command:0:-1}" "$command"
    done
    completes wharfgate storage gc gc
}

# completes WORD... WORD_THAT_IS_OFFERED: bash, by the package's file, after those words.
completes() {
    bash -euc '
        # Quiet: it asks for more than a shell without readline has.
        . "$1" 2>/dev/null
        shift
        wanted=${!#}
        COMP_WORDS=("${@:1:$#-1}") COMP_CWORD=$(($# - 2)) COMP_LINE="${*:1:$#-1}" COMPREPLY=()
        _complete_wharfgate
        printf "%s\n" "${COMPREPLY[@]}" | grep -qxF -e "$wanted"' completes \
        "$PACKAGES/target/packages/documentation/completion" "$@" || fail "not completed: $*"
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

# Java has another kind of archive from 25 on.
class_data_of_java_25() {
    local home there=/opt/jdk-25
    home=$(find_jdk 25) || {
        note "class data for Java 25 not made: there is none in JAVA_HOME_25 or /usr/lib/jvm"
        return
    }
    mkdir -p "$ROOT$there"
    mount --bind "$home" "$ROOT$there"
    in_root env JAVA_HOME=$there /usr/share/wharfgate/class-data
    [[ -s $ROOT/var/cache/wharfgate/wharfgate.aot ]] || fail "no archive for Java 25"
    in_root env JAVA_HOME=$there wharfgate version | grep '^Java 25'
    # The system's own Java goes on without it.
    in_root wharfgate version | grep '^Java 17'
    umount "$ROOT$there"
    in_root /usr/share/wharfgate/class-data
}

# Another version with another default configuration, over one that somebody has changed.
upgraded() {
    printf '# ours\n' >>"$ROOT/etc/wharfgate/wharfgate.yaml"
    next_package "$ROOT/root/next.deb"
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
    cmp "$tree/usr/share/wharfgate/wharfgate.jar" "$PACKAGES/target/wharfgate.jar"
    assert_equal "libraries" "$(ls "$PACKAGES/target/lib")" "$(ls "$tree/usr/share/wharfgate/lib")"
    "$(java_program)" -jar "$tree/usr/share/wharfgate/wharfgate.jar" check-config -c "$tree/etc/wharfgate/wharfgate.yaml" || fail \
        "the packaged configuration has mistakes"
}

# rpm as on a Red Hat system, on this one: it knows none of the packages that are there, so dependencies are not asked for.
rpm_in_root() { rpm --root "$ROOT" --dbpath /var/lib/rpm-of-lane --force-debian "$@"; }

rpm_is_installed() {
    # By the first script, with the programs that Red Hat's systems have for it.
    in_root userdel wharfgate
    rpm_in_root -i --nodeps "$RPM"
    rpm_in_root -V --nodeps --nouser --nogroup --nomtime wharfgate || fail "rpm finds other files than it has installed"
    assert_equal "configuration" "640 root:wharfgate" "$(in_root stat -c '%a %U:%G' /etc/wharfgate/wharfgate.yaml)"
    assert_equal "data" "750 wharfgate:wharfgate" "$(in_root stat -c '%a %U:%G' /var/lib/wharfgate)"
    assert_equal "user" "/var/lib/wharfgate /sbin/nologin" "$(in_root getent passwd wharfgate | awk -F: '{ print $6, $7 }')"
    [[ -s $ROOT/var/cache/wharfgate/wharfgate.jsa ]] || fail "no class-data archive"
    in_root wharfgate check-config
    in_root systemd-analyze verify --man=no /usr/lib/systemd/system/wharfgate.service
    PORT=$(free_port)
    # shellcheck disable=SC2034
    REGISTRY_URL=https://localhost:$PORT
    start_in_root
    printf 'machine localhost login admin password %s\n' "$(cat "$ROOT/var/lib/wharfgate/initial-admin-password")" >"$NETRC"
    push_file packages/rpm "$LANE_DIR/blob"
    grep -q wharfgate.jsa "/proc/$(process_id service)/maps" || fail "the class-data archive is not used"
    stop_process service
}

# The same package over itself, which runs the scripts of an upgrade: both of the new one, then both of the old one.
rpm_is_upgraded() {
    printf '# ours\n' >>"$ROOT/etc/wharfgate/wharfgate.yaml"
    rpm_in_root -U --nodeps --force "$RPM"
    assert_equal "packages" 1 "$(rpm_in_root -q wharfgate | wc -l)"
    assert_equal "configuration after the upgrade" '# ours' "$(tail -n 1 "$ROOT/etc/wharfgate/wharfgate.yaml")"
    assert_equal "its mode" "640 root:wharfgate" "$(in_root stat -c '%a %U:%G' /etc/wharfgate/wharfgate.yaml)"
    [[ -s $ROOT/var/cache/wharfgate/wharfgate.jsa ]] || fail "no class-data archive after the upgrade"
    start_in_root
    registry_curl -f -o "$LANE_DIR/pulled" "/v2/packages/rpm/blobs/$DIGEST"
    cmp "$LANE_DIR/blob" "$LANE_DIR/pulled"
    stop_process service
}

rpm_is_erased() {
    rpm_in_root -e --nodeps wharfgate
    [[ ! -e $ROOT/usr/share/wharfgate && ! -e $ROOT/usr/bin/wharfgate && ! -e $ROOT/var/cache/wharfgate ]] ||
        fail "erasing left programs"
    assert_equal "the changed configuration" '# ours' "$(tail -n 1 "$ROOT/etc/wharfgate/wharfgate.yaml.rpmsave")"
    [[ -d $ROOT/var/lib/wharfgate/registry ]] || fail "erasing took the images"
}

step "build" && build_packages
step "lintian, rpmlint, man, completion" && linted && documentation_is_sound
step "rpm" && rpm_is_sound
step "a fresh Debian" && make_root
step "install" && installed
step "serve" && serves
step "another Java" && class_data_follow_java
step "Java 25" && class_data_of_java_25
step "upgrade" && upgraded
step "remove, purge" && removed_and_purged
step "install by rpm" && rpm_is_installed
step "upgrade by rpm" && rpm_is_upgraded
step "erase by rpm" && rpm_is_erased
note "the .rpm is installed by Debian's rpm, without Red Hat's packages around it; the lane boot runs packages under systemd"
