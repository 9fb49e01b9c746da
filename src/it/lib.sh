# shellcheck shell=bash
# What every lane shares: failing, skipping, waiting, processes, packages. Sourced, never run.
#
# A lane is a bash program in lanes/. It sources this file, calls lane_begin, and from then on has a directory of its
# own (LANE_DIR) that goes when it ends, together with every process it started and all it put outside the directory.

set -Eeuo pipefail
# The same sorting and messages everywhere; UTF-8, since Java takes the encoding of file names from here.
export LC_ALL=C.UTF-8

IT_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO_HOME=$(cd "$IT_HOME/../.." && pwd)
# Several lanes write gigabytes, so not /tmp: that is memory on many machines.
IT_PLACE=${IT_DIRECTORY:-/var/tmp}
readonly IT_HOME REPO_HOME IT_PLACE
readonly SKIPPED=77

# shellcheck source=lib/cleanup.sh
. "$IT_HOME/lib/cleanup.sh"
# shellcheck source=lib/registry.sh
. "$IT_HOME/lib/registry.sh"
# shellcheck source=lib/gateway.sh
. "$IT_HOME/lib/gateway.sh"
# shellcheck source=lib/images.sh
. "$IT_HOME/lib/images.sh"

# --- a lane's life -----------------------------------------------------------------------------------------------

# Gives the lane its directory and makes sure that nothing of it outlives the lane.
lane_begin() {
    LANE_DIR=${IT_LANE_DIR:-$(mktemp -d "$IT_PLACE/wharfgate-it.XXXXXX")}
    # Every process below carries this in its environment: that is how cleanup knows them for ours.
    export IT_LANE_DIR=$LANE_DIR LANE_DIR
    mkdir -p "$LANE_DIR/pids" "$LANE_DIR/home"
    # No client may find (or leave) credentials in the real home directory.
    export HOME=$LANE_DIR/home XDG_RUNTIME_DIR=$LANE_DIR/home XDG_CONFIG_HOME=$LANE_DIR/home/.config
    # Both servers are configured by such variables too: the user's own must not reach them, nor the clients.
    unset "${!REGISTRY_@}" "${!WHARFGATE_@}" "${!DOCKER_@}"
    trap 'echo "failed at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
    trap lane_end EXIT
    trap 'exit 143' TERM INT HUP
}

lane_end() {
    local status=$?
    trap - EXIT ERR
    trap '' TERM INT HUP
    set +e
    stop_all_processes
    clean_up_after "$LANE_DIR"
    # A lane that run.sh started leaves the directory to run.sh, which shows the logs in it when the lane has failed.
    [[ -n ${IT_REPORTED:-} ]] || remove_lane_directory "$LANE_DIR"
    exit "$status"
}

step() { printf -- '--- %s (at %s s)\n' "$*" "$SECONDS"; }

# A line that is shown below the lane's result: a measurement, or a step that was left out and why.
note() {
    printf '%s\n' "$*" | tee -a "$LANE_DIR/notes"
}

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# Ends the whole lane as not run.
skip() {
    printf '%s\n' "$*" >"$LANE_DIR/skip-reason"
    printf 'skipped: %s\n' "$*"
    exit "$SKIPPED"
}

# --- checks ------------------------------------------------------------------------------------------------------

assert_equal() {
    [[ $2 == "$3" ]] || fail "$1: expected '$2', got '$3'"
}

# assert_matches WHAT TEXT REGEX
assert_matches() {
    [[ $2 =~ $3 ]] || fail "$1: expected /$3/ in: $2"
}

# Runs a command that has to fail; what it printed is in OUTPUT. A crash by a signal is not the failure wanted.
must_fail() {
    local status=0
    OUTPUT=$("$@" 2>&1) || status=$?
    printf '%s\n' "$OUTPUT"
    ((status != 0)) || fail "should have failed: $*"
    ((status < 128)) || fail "ended by signal $((status - 128)): $*"
}

# wait_until SECONDS WHAT COMMAND...: polls the real condition.
wait_until() {
    local seconds=$1 what=$2 deadline
    shift 2
    deadline=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || fail "waited $seconds s in vain for: $what"
        sleep 0.1
    done
}

# --- processes ---------------------------------------------------------------------------------------------------

# start_process NAME LOG COMMAND...: in the background, known by NAME to the functions below.
start_process() {
    local name=$1 log=$2
    shift 2
    "$@" >>"$log" 2>&1 </dev/null &
    printf '%s\n' $! >"$LANE_DIR/pids/$name"
}

process_id() { cat "$LANE_DIR/pids/$1"; }

process_alive() { kill -0 "$(process_id "$1")" 2>/dev/null; }

process_gone() { ! process_alive "$1"; }

# Asks, waits up to 30 s, then kills.
stop_process() {
    local name=$1 pid deadline=$((SECONDS + 30))
    pid=$(process_id "$name")
    kill -TERM "$pid" 2>/dev/null || true
    while process_alive "$name" && ((SECONDS < deadline)); do sleep 0.1; done
    process_gone "$name" || {
        echo "$name does not end, killed" >&2
        kill -KILL "$pid" 2>/dev/null || true
    }
    wait "$pid" 2>/dev/null || true
    rm -f "$LANE_DIR/pids/$name"
}

# kill -9, as a crash would be.
kill_process() {
    local name=$1 pid
    pid=$(process_id "$name")
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    rm -f "$LANE_DIR/pids/$name"
}

# A process and its children: nginx works in those.
process_tree() {
    local pid
    pid=$(process_id "$1")
    printf '%s\n' "$pid"
    pgrep -P "$pid" || true
}

descriptors_of() {
    local pid
    while read -r pid; do
        find "/proc/$pid/fd" -mindepth 1
    done < <(process_tree "$1") | wc -l
}

threads_of() {
    local pid
    while read -r pid; do
        sed -n 's/^Threads:\t//p' "/proc/$pid/status"
    done < <(process_tree "$1") | awk '{ sum += $1 } END { print sum }'
}

# memory_of NAME: what it has now, and the most it had.
memory_of() {
    local pid
    while read -r pid; do
        cat "/proc/$pid/status"
    done < <(process_tree "$1") | awk '/^VmHWM/ { peak += $2 } /^VmRSS/ { now += $2 }
        END { printf "RSS %d MiB (peak %d)", now / 1024, peak / 1024 }'
}

figures_of() { printf '%s, %s threads, %s descriptors' "$(memory_of "$1")" "$(threads_of "$1")" "$(descriptors_of "$1")"; }

stop_all_processes() {
    local file
    for file in "$LANE_DIR"/pids/*; do
        [[ -e $file ]] && stop_process "${file##*/}"
    done
    return 0
}

# Polls for a started process to be ready, and gives up at once when it has ended.
wait_for_process() {
    local name=$1 log=$2 what=$3
    shift 3
    # shellcheck disable=SC2317 # called by wait_until
    ready_or_dead() { process_gone "$name" || "$@"; }
    wait_until 60 "$what" ready_or_dead "$@"
    process_alive "$name" || {
        tail -n 40 "$log" >&2
        fail "$name ended before it was ready"
    }
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# --- the machine -------------------------------------------------------------------------------------------------

# need COMMAND PACKAGE [COMMAND PACKAGE]...: installs the packages whose commands are missing.
need() {
    local missing=()
    while (($#)); do
        command -v "$1" >/dev/null || missing+=("$2")
        shift 2
    done
    ((${#missing[@]})) || return 0
    install_packages "${missing[@]}"
}

# locked NAME COMMAND...: one at a time of all lanes that run at once.
locked() {
    local name=$1
    shift
    (
        exec {lock}>"$IT_PLACE/wharfgate-it-$name.lock"
        flock "$lock"
        # What it starts and leaves running must not hold the lock for ever.
        "$@" {lock}>&-
    )
}

install_packages() {
    ((EUID == 0)) || skip "not root, and missing: $*"
    echo "installing $*"
    locked apt apt_install "$@"
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q -y --no-install-recommends install "$@" >/dev/null 2>&1 && return
    # A fresh machine has no package lists, or old ones.
    apt-get -q update >/dev/null
    apt-get -q -y --no-install-recommends install "$@" >/dev/null
}

need_root() {
    ((EUID == 0)) || skip "needs root: $*"
}

need_disk_gib() {
    local free
    free=$(df --output=avail -BG "$LANE_DIR" | tail -n 1 | tr -dc 0-9)
    ((free >= $1)) || skip "needs $1 GiB below $IT_PLACE (IT_DIRECTORY names another place), there are $free"
}

# The home of a JDK of that feature version; nothing and a failure when there is none.
find_jdk() {
    local version=$1 home named=JAVA_HOME_$1
    for home in "${!named:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/hostedtoolcache/Java_*/*/*; do
        [[ -x $home/bin/javac && -r $home/release ]] || continue
        grep -q "^JAVA_VERSION=\"${version}[.\"]" "$home/release" || continue
        printf '%s\n' "$home"
        return 0
    done
    return 1
}
