# shellcheck shell=bash
# Runs lanes one after the other and reports. Sourced by run.sh and by .ci/run.

PASSED=0 FAILED=0 SKIPPED_COUNT=0
RUNNING_LANE=
LANE_LOGS=$REPO_HOME/target/it

# run_lane NAME SECONDS COMMAND...: one line for the result; the log is shown only when it failed.
run_lane() {
    local name=$1 limit=$2 dir status=0 began=$SECONDS
    shift 2
    mkdir -p "$LANE_LOGS"
    rm -rf "${LANE_LOGS:?}/$name"*
    dir=$(mktemp -d "$IT_PLACE/wharfgate-it.XXXXXX")
    IT_REPORTED=1 IT_LANE_DIR=$dir timeout --kill-after=60 "$limit" "$@" \
        >"$LANE_LOGS/$name.log" 2>&1 </dev/null &
    RUNNING_LANE=$!
    RUNNING_DIR=$dir
    wait "$RUNNING_LANE" 2>/dev/null || status=$?
    RUNNING_LANE=
    clean_up_after "$dir"
    report_lane "$name" "$status" $((SECONDS - began)) "$dir" "$limit"
    remove_lane_directory "$dir"
}

report_lane() {
    local name=$1 status=$2 seconds=$3 dir=$4 limit=$5
    case $status in
        0)
            PASSED=$((PASSED + 1))
            printf 'PASS %s (%s s)\n' "$name" "$seconds"
            ;;
        "$SKIPPED")
            SKIPPED_COUNT=$((SKIPPED_COUNT + 1))
            printf 'SKIP %s: %s\n' "$name" "$(cat "$dir/skip-reason" 2>/dev/null)"
            ;;
        *)
            FAILED=$((FAILED + 1))
            show_logs "$name" "$dir"
            ((status != 124 && status != 137)) || printf '%s was stopped after %s s\n' "$name" "$limit"
            printf 'FAIL %s (%s s)\n' "$name" "$seconds"
            ;;
    esac
    [[ ! -e $dir/notes ]] || sed 's/^/     /' "$dir/notes"
}

show_logs() {
    local name=$1 dir=$2 log
    printf '===== %s: what it printed\n' "$name"
    tail -n 120 "$LANE_LOGS/$name.log"
    mkdir -p "$LANE_LOGS/$name"
    while read -r log; do
        printf '===== %s: end of %s\n' "$name" "${log#"$dir"/}"
        tail -n 60 "$log"
        cp "$log" "$LANE_LOGS/$name/$(printf '%s' "${log#"$dir"/}" | tr / -)"
    done < <(find "$dir" -maxdepth 2 -name '*.log' -type f)
    printf '===== (whole: %s)\n' "$LANE_LOGS/$name"
}

# A lane that cannot be run at all, told by its caller.
skip_lane() {
    SKIPPED_COUNT=$((SKIPPED_COUNT + 1))
    printf 'SKIP %s: %s\n' "$1" "$2"
}

# Prints the totals; fails when a lane has failed.
report_totals() {
    printf '%s passed, %s failed, %s skipped\n' "$PASSED" "$FAILED" "$SKIPPED_COUNT"
    ((FAILED == 0))
}

# On Ctrl-C the running lane gets the time to stop what it has started.
stop_on_signals() {
    local signal
    for signal in INT TERM HUP; do
        # shellcheck disable=SC2064 # the name is meant now
        trap "printf 'stopped by SIG%s\n' $signal >&2; stop_running_lane; exit 130" "$signal"
    done
}

stop_running_lane() {
    [[ -n $RUNNING_LANE ]] || return 0
    kill -TERM "$RUNNING_LANE" 2>/dev/null || true
    wait "$RUNNING_LANE" 2>/dev/null || true
    clean_up_after "$RUNNING_DIR"
    remove_lane_directory "$RUNNING_DIR"
}

# run_named_lanes NAME...: lanes of this directory, each with the time limit that its file states.
run_named_lanes() {
    local name file limit
    for name in "$@"; do
        file=$IT_HOME/lanes/$name.sh
        [[ -e $file ]] || { printf 'no lane %s; there are: %s\n' "$name" "${ALL_LANES[*]}" >&2; return 2; }
        limit=$(sed -n 's/^# At most \([0-9]*\) s\.$/\1/p' "$file")
        run_lane "$name" "${limit:?$file lacks its time limit}" bash "$file"
    done
}
