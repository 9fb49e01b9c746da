# shellcheck shell=bash
# Takes away what a lane leaves: processes, mounts, and what had to lie outside its directory. Used by the lane itself,
# and by run.sh again for a lane that was killed before it could do so. Sourced by lib.sh and report.sh.

# Remembers something outside the lane's directory. KIND is `directory`, `host` (a line of /etc/hosts)
# or `cgroup`.
made_outside() {
    printf '%s %s\n' "$1" "$2" >>"$LANE_DIR/outside"
}

# clean_up_after LANE_DIR; may be called again and again.
clean_up_after() {
    local lane=$1
    kill_processes_of "$lane"
    unmount_below "$lane"
    remove_outside "$lane"
}

remove_lane_directory() {
    [[ $1 == */wharfgate-it.?????? ]] || return 0
    rm -rf --one-file-system "$1"
}

# Whatever still carries the lane's mark in its environment was started by the lane, however deep below.
kill_processes_of() {
    local lane=$1 environment pid
    for environment in /proc/[0-9]*/environ; do
        pid=${environment//[!0-9]/}
        ((pid != $$ && pid != BASHPID)) || continue
        is_marked "$lane" "$environment" || continue
        # The lane's own shell is marked too while it cleans up after itself.
        is_ancestor "$pid" && continue
        kill -KILL "$pid" 2>/dev/null || true
    done
}

is_marked() {
    tr '\0' '\n' 2>/dev/null <"$2" | grep -qxF "IT_LANE_DIR=$1"
}

is_ancestor() {
    local pid=$BASHPID
    while ((pid > 1)); do
        [[ $pid == "$1" ]] && return 0
        pid=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status" 2>/dev/null) || return 1
        [[ -n $pid ]] || return 1
    done
    return 1
}

unmount_below() {
    local target
    while read -r target; do
        umount -l "$target" 2>/dev/null || true
    done < <(awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r)
}

# Written over, not replaced: in containers the file is mounted.
forget_host() {
    local rest
    rest=$(grep -vxF "::1 $1" /etc/hosts) || true
    printf '%s\n' "$rest" >/etc/hosts
}

remove_outside() {
    local kind what
    [[ -e $1/outside ]] || return 0
    while read -r kind what; do
        case $kind in
            directory) rm -rf -- "$what" ;;
            host) locked hosts forget_host "$what" ;;
            cgroup) find /sys/fs/cgroup -depth -type d -path "*/$what*" -exec rmdir {} \; 2>/dev/null || true ;;
        esac
    done <"$1/outside"
    rm -f "$1/outside"
}
