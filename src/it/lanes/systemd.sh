#!/usr/bin/env bash
# The units pass systemd's own checks and are closed enough; the service tells a socket like systemd's that it is ready,
# reloading, alive and stopping, in both ways it has of speaking; a failure is mailed, or not, without a failure of its own.
# At most 300 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need systemd-analyze systemd systemd-notify systemd python3 python3
UNITS=$LANE_DIR/units

# Programs that the packages install are not on this machine; all else is checked as it is. Man pages are not there either.
units_are_valid() {
    local output
    mkdir "$UNITS"
    cp "$REPO_HOME"/systemd/*.service "$REPO_HOME/systemd/wharfgate.socket" "$UNITS"
    sed -i -E 's#^(ExecStart=)/usr/(bin/wharfgate|share/wharfgate/mail-failure)#\1/bin/true#' "$UNITS"/*.service
    output=$(systemd-analyze verify --man=no "$UNITS/wharfgate.service" "$UNITS/wharfgate.socket" \
        "$UNITS/wharfgate-failure@x.service" 2>&1) ||
        fail "systemd-analyze verify: $output"
    # Units of the machine may be wrong too.
    ! grep wharfgate <<<"$output" || fail "systemd-analyze verify complains, see above"
}

exposure_is_low() {
    local threshold=20
    systemd-analyze security --offline=true --threshold=$threshold --no-pager "$UNITS/wharfgate.service" \
        >"$LANE_DIR/security.txt" || fail "exposure above 2.0: $(tail -n 1 "$LANE_DIR/security.txt")"
    note "$(sed -n 's/.*\(Overall exposure.*: [0-9.]*\).*/\1/p' "$LANE_DIR/security.txt")"
}

files_of_systemd_are_valid() {
    local root=$LANE_DIR/root
    mkdir -p "$root/etc"
    systemd-sysusers --root="$root" "$REPO_HOME/systemd/wharfgate.sysusers"
    grep -q '^wharfgate:' "$root/etc/passwd" || fail "no user by sysusers"
    mkdir -p "$root/etc/wharfgate" && : >"$root/etc/wharfgate/wharfgate.yaml"
    # Gives files to that user: for root only.
    ((EUID != 0)) || {
        systemd-tmpfiles --root="$root" --create "$REPO_HOME/systemd/wharfgate.tmpfiles"
        assert_equal "mode of the configuration" 640 "$(stat -c %a "$root/etc/wharfgate/wharfgate.yaml")"
        assert_equal "mode of the data" 750 "$(stat -c %a "$root/var/lib/wharfgate")"
    }
}

# notify HOME OF JAVA [--native]
notify_protocol() {
    local home=$1 dir=$LANE_DIR/notify
    shift
    prepare_registry "$dir"
    use_registry "$dir"
    write_config_of_wharfgate "$dir" "$dir/data"
    python3 "$IT_HOME/tools/notify.py" --socket "$LANE_DIR/notify.socket" --url "$REGISTRY_URL" --ca "$CA" --log "$dir/server.log" \
        "$@" -- "$home/bin/java" -jar "$IT_JAR" serve -c "$dir/wharfgate.yaml"
    rm -rf "$dir"
}

failure_is_mailed() {
    local bin=$LANE_DIR/bin script=$REPO_HOME/src/packaging/files/mail-failure
    mkdir "$bin"
    # shellcheck disable=SC2016 # for the script
    printf '#!/bin/sh\ncat >"$LANE_DIR/mail"\n' >"$bin/sendmail"
    chmod +x "$bin/sendmail"
    PATH=$bin:$PATH FAILURE_MAIL=root@localhost sh "$script" wharfgate.service
    grep -qx 'To: root@localhost' "$LANE_DIR/mail" || fail "the mail has no address: $(cat "$LANE_DIR/mail")"
    grep -q '^Subject: wharfgate.service has failed on ' "$LANE_DIR/mail" || fail "the mail has no subject"
    rm "$LANE_DIR/mail"
    PATH=$bin:$PATH FAILURE_MAIL='' sh "$script" wharfgate.service
    PATH=$bin:$PATH FAILURE_MAIL='root; touch x' sh "$script" wharfgate.service
    [[ ! -e $LANE_DIR/mail ]] || fail "mailed to nobody"
    printf '#!/bin/sh\nexit 1\n' >"$bin/sendmail"
    PATH=$bin:$PATH FAILURE_MAIL=root sh "$script" wharfgate.service
}

step "units" && units_are_valid && exposure_is_low && files_of_systemd_are_valid
step "failure mail" && failure_is_mailed
if home=$(find_jdk 17); then
    step "notify socket, by systemd-notify" && notify_protocol "$home"
fi
if home=$(find_jdk 25); then
    step "notify socket, by ourselves" && notify_protocol "$home" --native
else
    note "our own way to the notify socket not run: there is no JDK 25 in JAVA_HOME_25 or /usr/lib/jvm"
fi
[[ $(ps -p 1 -o comm=) == systemd ]] || note "not run under a real systemd: it is not what runs this machine"
