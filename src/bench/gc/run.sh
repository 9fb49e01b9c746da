#!/usr/bin/env bash
# Garbage collection by Wharfgate and by docker-registry on the same directory, our check of it, and pulls while garbage is
# collected; README.md beside this file tells how to read what it prints.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${TARGETS:=wharfgate distribution}" "${ROUNDS:=3}" "${REPOSITORIES:=10000}" "${SECONDS_OF_PULLS:=10}" "${HEAP:=256m}"
: "${JSON:=$REPO_HOME/target/bench-gc.json}"
read -ra COMMAND_FLAGS <<<"${COMMAND_FLAGS_BENCH:--XX:+UseSerialGC -XX:TieredStopAtLevel=1}"
lane_begin
: "${PRISTINE:=$LANE_DIR/pristine}"
need python3 python3 wrk wrk
need_jar
# Every file below is small: what they need is blocks and inodes.
need_disk_gib $((1 + REPOSITORIES * 16 / 10000))
# shellcheck disable=SC2034 # for start_registry
STORAGE_SETTINGS=("gc: {schedule: 'off', grace: 1s, undelete: 0s}")
export WHARFGATE_OPS_CONTROL=$LANE_DIR/control

measure() { python3 "$HERE/measure.py" "$@"; }

figures() { sed "s/^/$1 $2 /" >>"$LANE_DIR/figures"; }

# Both only take names away, so a copy need not copy what the files hold.
fresh_copy() {
    rm -rf "$LANE_DIR/data"
    cp -al "$PRISTINE" "$LANE_DIR/data"
    sync
}

storage() {
    measure run --what "$1" --log "$LANE_DIR/$1.log" -- \
        java "${COMMAND_FLAGS[@]}" "-Xmx$HEAP" -jar "$IT_JAR" storage "${@:2}" -c "$LANE_DIR/wharfgate/wharfgate.yaml"
}

collect_by_wharfgate() { storage collection gc; }

check_by_wharfgate() { storage check check; }

collect_by_distribution() {
    measure run --what collection --log "$LANE_DIR/distribution.log" -- \
        docker-registry garbage-collect -m "$LANE_DIR/distribution/distribution.yaml"
}

# What was measured counts only if it did what it was to do.
round() {
    local target=$1 round=$2
    fresh_copy
    [[ $target != wharfgate ]] || check_by_wharfgate | figures "$target" "$round"
    "collect_by_$target" | figures "$target" "$round"
    measure count --root "$LANE_DIR/data" --repositories "$REPOSITORIES"
}

pull() {
    PULL_WHAT=$1 PULL_PATHS=$LANE_DIR/paths PULL_AUTHORIZATION="Basic $(printf '%s:%s' "$USER_NAME" "$PASSWORD" | base64 -w0)" \
        timeout $((SECONDS_OF_PULLS + 60)) wrk -t2 -c8 "-d${SECONDS_OF_PULLS}s" -s "$HERE/pull.lua" "$REGISTRY_URL" >"$LANE_DIR/wrk.out"
    sed -n 's/^FIGURES //p' "$LANE_DIR/wrk.out"
}

pull_while_collecting() {
    local what=$1 grace=$2 collector
    measure again --control "$WHARFGATE_OPS_CONTROL" --grace "$grace" >>"$LANE_DIR/again.log" &
    collector=$!
    pull "$what"
    kill "$collector" || fail "the collector had ended; see again.log"
    wait "$collector" || true
}

# By turns without and with: what else the machine does falls on both.
pulls() {
    local round=$1
    pull "pulls" | figures alone "$round"
    # Nothing is as old as that: there is always as much to look through.
    pull_while_collecting "pulls" PT999H | figures collecting "$round"
}

for target in $TARGETS; do
    # Started once for its files.
    start_registry "$target" "$LANE_DIR/$target" "$LANE_DIR/data"
    stop_registry "$LANE_DIR/$target"
done
if [[ ! -e $PRISTINE ]]; then
    measure make --root "$PRISTINE" --repositories "$REPOSITORIES"
fi
for ((round = 1; round <= ROUNDS; round++)); do
    for target in $TARGETS; do
        round "$target" "$round"
    done
done
if [[ $TARGETS == *wharfgate* ]]; then
    fresh_copy
    measure paths --root "$LANE_DIR/data" --repositories "$REPOSITORIES" --pulls 2000 >"$LANE_DIR/paths"
    # shellcheck disable=SC2034
    JAVA_FLAGS=("-Xmx$HEAP")
    start_registry wharfgate "$LANE_DIR/wharfgate" "$LANE_DIR/data"
    # Until files have been read once and code is compiled, each run is faster than the one before.
    for _ in 1 2 3; do pull "before" >/dev/null; done
    for ((round = 1; round <= ROUNDS; round++)); do
        pulls "$round"
    done
    pull_while_collecting "pulls" PT1S | figures deleting 1
    stop_registry "$LANE_DIR/wharfgate"
fi
mkdir -p "$(dirname "$JSON")"
measure report --json "$JSON" <"$LANE_DIR/figures"
printf 'single figures: %s\n' "$JSON"
