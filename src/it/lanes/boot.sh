#!/usr/bin/env bash
# The package under a systemd that has booted: installed and started, reloaded, killed and restarted under load, with and without
# its socket; upgraded during pushes; the watchdog, the limit of starts, the failure mail; asked for a task by root; its audit log
# rotated; stopped and removed.
# At most 900 s. Alone.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/packages.sh
. "$IT_HOME/lib/packages.sh"
# shellcheck source=../lib/boot.sh
. "$IT_HOME/lib/boot.sh"
lane_begin
need_wharfgate
need_root "namespaces, cgroups and debootstrap"
need mvn maven debootstrap debootstrap python3 python3 curl curl dpkg-deb dpkg nsenter util-linux
need_disk_gib 4

unit() { in_boot systemctl show -P "$1" wharfgate.service; }

unit_is() { [[ $(unit "$1") == "$2" ]]; }

answers() {
    local status
    status=$(beside_boot curl -s -o /dev/null -w '%{http_code}' --max-time 5 --cacert "$CA" https://localhost:5443/v2/)
    [[ $status == 401 ]]
}

# drop_in NAME LINE...: settings of the unit, as `systemctl edit` makes them.
drop_in() {
    local directory=$BOOT_ROOT/etc/systemd/system/wharfgate.service.d name=$1
    shift
    mkdir -p "$directory"
    { printf '[Service]\n' && printf '%s\n' "$@"; } >"$directory/$name.conf"
    in_boot systemctl daemon-reload
}

no_drop_in() {
    rm "$BOOT_ROOT/etc/systemd/system/wharfgate.service.d/$1.conf"
    in_boot systemctl daemon-reload
}

installed_and_started() {
    cp "$DEB" "$BOOT_ROOT/root/wharfgate.deb"
    # Where this machine allows fewer open files than the unit asks for, nothing inside may have more.
    (($(ulimit -Hn) >= 65536)) || drop_in machine "LimitNOFILE=$(ulimit -Hn)"
    in_boot apt-get -q -y --no-install-recommends install /root/wharfgate.deb
    assert_equal "state after the installation" active "$(unit ActiveState)"
    assert_equal "status line" "serving https://localhost:5443" "$(unit StatusText)"
    CA=$BOOT_ROOT/var/lib/wharfgate/tls/ca.crt
    answers || fail "it is active, and does not answer"
    sed -i 's/^server:$/&\n  drain-timeout: 6s/' "$BOOT_ROOT/etc/wharfgate/wharfgate.yaml"
    in_boot systemctl restart wharfgate
    answers || fail "no answer after a restart"
}

# under_load ACTION...
under_load() {
    local enter="nsenter -t $BOOT_PID -m -u -i -n -p -C -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin"
    beside_boot python3 "$IT_HOME/tools/restart.py" --port 5443 --ca "$CA" --user admin \
        --password-file "$BOOT_ROOT/var/lib/wharfgate/initial-admin-password" --systemctl "$enter systemctl" \
        --action "upgrade=$enter DEBIAN_FRONTEND=noninteractive dpkg -i --force-confold /root/next.deb" \
        "${LOAD[@]}" --do "$@" | tee "$LANE_DIR/load.out"
    note "$(tail -n 1 "$LANE_DIR/load.out")"
}

watchdog_bites() {
    drop_in watchdog WatchdogSec=4s TimeoutAbortSec=2s
    in_boot systemctl restart wharfgate
    local before main
    before=$(unit NRestarts)
    main=$(unit MainPID)
    in_boot kill -STOP "$main"
    wait_until 60 "a start by the watchdog" restarted_since "$before"
    wait_until 60 "an answer after that" answers
    in_boot journalctl -q -u wharfgate --no-pager | grep 'Watchdog timeout' >/dev/null || fail "it was not the watchdog"
    no_drop_in watchdog
}

restarted_since() { (($(unit NRestarts) > $1)); }

killed_and_back() {
    in_boot systemctl restart wharfgate
    local before
    before=$(unit NRestarts)
    in_boot systemctl kill --signal=KILL wharfgate
    wait_until 60 "a start after kill -9" restarted_since "$before"
    wait_until 60 "an answer after kill -9" answers
}

# By the socket that the service makes in its own directory, inside its sandbox.
root_asks_for_a_task() {
    in_boot wharfgate storage gc --dry-run
    in_boot journalctl -q -u wharfgate --no-pager | grep 'task asked for task=gc ' >/dev/null ||
        fail "it was not the service that did it"
    [[ $(in_boot stat -c '%a %U' /var/lib/wharfgate/control.sock) == '600 wharfgate' ]] || fail "others may ask for tasks"
}

audit_lines() { wc -l <"$BOOT_ROOT/var/log/wharfgate/$1"; }

audited() { (($(audit_lines "$1") > 0)); }

audit_log_is_rotated() {
    printf '\nlog:\n  audit: /var/log/wharfgate/audit.log\n' >>"$BOOT_ROOT/etc/wharfgate/wharfgate.yaml"
    in_boot systemctl restart wharfgate
    # An attempt without a login is audited too.
    answers
    wait_until 10 "a line of the audit log" audited audit.log
    in_boot logrotate --force /etc/logrotate.d/wharfgate
    assert_equal "mode of the new audit log" "640 wharfgate:wharfgate" "$(in_boot stat -c '%a %U:%G' /var/log/wharfgate/audit.log)"
    audited audit.log.1 || fail "the old audit log is gone"
    # It notices within a second that the file is another one.
    wait_until 10 "a line of the new audit log" eval 'answers && audited audit.log'
}

mail_arrived() { [[ -s $BOOT_ROOT/var/lib/fake-mail ]]; }

failure_is_mailed() {
    # shellcheck disable=SC2016 # for the program
    printf '#!/bin/sh\ncat >/var/lib/fake-mail.new && mv /var/lib/fake-mail.new /var/lib/fake-mail\n' >"$BOOT_ROOT/usr/sbin/sendmail"
    chmod +x "$BOOT_ROOT/usr/sbin/sendmail"
    printf 'FAILURE_MAIL=root@localhost\n' >>"$BOOT_ROOT/etc/default/wharfgate"
    printf 'nonsense: 1\n' >>"$BOOT_ROOT/etc/wharfgate/wharfgate.yaml"
    must_fail in_boot systemctl restart wharfgate
    wait_until 30 "the mail" mail_arrived
    grep -q '^Subject: wharfgate.service has failed on ' "$BOOT_ROOT/var/lib/fake-mail" || fail "the mail has no subject"
    grep -q 'nonsense' "$BOOT_ROOT/var/lib/fake-mail" || fail "the mail does not say why: $(cat "$BOOT_ROOT/var/lib/fake-mail")"
    # A mistake in the configuration is not tried again.
    assert_equal "starts after a mistake" 0 "$(unit NRestarts)"
    sed -i '/^nonsense/d' "$BOOT_ROOT/etc/wharfgate/wharfgate.yaml"
}

stays_down_after_ten_starts() {
    rm "$BOOT_ROOT/var/lib/fake-mail"
    in_boot systemctl reset-failed wharfgate
    drop_in broken ExecStart= ExecStart=/bin/false
    # Whether this fails is a matter of moments: a start that is tried again is replaced by the next.
    in_boot systemctl start wharfgate || true
    wait_until 60 "the end of the starts" unit_is ActiveState failed
    wait_until 30 "the mail" mail_arrived
    in_boot journalctl -q -u wharfgate --no-pager | grep 'Start request repeated too quickly' >/dev/null || fail "not by the limit"
    ((10 == $(unit NRestarts))) || fail "not after ten starts: $(unit NRestarts)"
    no_drop_in broken
    in_boot systemctl reset-failed wharfgate
    in_boot systemctl start wharfgate
    answers || fail "no answer after a new start"
}

# As systemd/wharfgate.socket says it.
socket_is_enabled() {
    in_boot systemctl stop wharfgate
    in_boot systemctl enable --now wharfgate.socket
    # Not started by hand: the first connection does it.
    answers || wait_until 60 "an answer by the socket" answers
    in_boot journalctl -q -u wharfgate --no-pager | grep 'listening on the socket .* handed over' >/dev/null ||
        fail "the socket was not taken"
}

upgraded() {
    next_package "$BOOT_ROOT/root/next.deb"
    under_load upgrade
    # shellcheck disable=SC2016 # for dpkg-query
    assert_equal "version" 99.0 "$(in_boot dpkg-query -W -f '${Version}' wharfgate)"
    grep -q 'drain-timeout: 6s' "$BOOT_ROOT/etc/wharfgate/wharfgate.yaml" || fail "the upgrade took the configuration"
}

stopped_and_removed() {
    in_boot systemctl stop wharfgate.socket wharfgate
    assert_equal "result" success "$(unit Result)"
    ! answers || fail "it answers after the stop"
    in_boot systemctl start wharfgate.socket
    wait_until 60 "an answer by the socket" answers
    in_boot dpkg -r wharfgate
    ! answers || fail "it answers after it has been removed"
    assert_equal "units that failed" "" "$(in_boot systemctl list-units --failed --plain --no-legend 'wharfgate*')"
}

step "packages" && build_packages
step "a fresh Debian" && make_boot_root
step "boot" && boot
step "install, start" && installed_and_started
step "storage gc, by root" && root_asks_for_a_task
step "logrotate" && audit_log_is_rotated
step "kill -9" && killed_and_back
step "watchdog" && watchdog_bites
step "failure mail" && failure_is_mailed
step "ten starts" && stays_down_after_ten_starts
step "socket" && socket_is_enabled
step "reload, restart, kill under load" && LOAD=() && under_load reload restart kill reload restart
step "upgrade under load" && upgraded
step "stop, remove" && stopped_and_removed
step "power off" && end_boot
