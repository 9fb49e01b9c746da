# shellcheck shell=bash
# Runs lanes, several at once where they bear it, and reports. Sourced by run.sh and by .ci/run.

PASSED=0 FAILED=0 SKIPPED_COUNT=0
LANE_LOGS=$REPO_HOME/target/it
# Most of a lane is waiting; more than two at once wait for the processors and no longer for what they test.
: "${IT_AT_ONCE:=2}"
# By process id, of the lanes that run now.
declare -A RUNNING=() RUNNING_DIR=() RUNNING_SINCE=() RUNNING_LIMIT=()

# run_lane NAME SECONDS COMMAND...: by itself, nothing beside it.
run_lane() {
    await_lanes 0
    start_lane "$@"
    await_lanes 0
}

# start_lane NAME SECONDS COMMAND...: in the background.
start_lane() {
    local name=$1 limit=$2 dir pid
    shift 2
    mkdir -p "$LANE_LOGS"
    rm -rf "${LANE_LOGS:?}/$name" "$LANE_LOGS/$name.log"
    dir=$(mktemp -d "$IT_PLACE/wharfgate-it.XXXXXX")
    IT_REPORTED=1 IT_LANE_DIR=$dir timeout --kill-after=60 "$limit" "$@" \
        >"$LANE_LOGS/$name.log" 2>&1 </dev/null &
    pid=$!
    RUNNING[$pid]=$name RUNNING_DIR[$pid]=$dir RUNNING_SINCE[$pid]=$SECONDS RUNNING_LIMIT[$pid]=$limit
}

# await_lanes MOST: until no more than that are running; one line for the result of each, the log only when it failed.
await_lanes() {
    local pid status
    while ((${#RUNNING[@]} > $1)); do
        status=0
        wait -n -p pid "${!RUNNING[@]}" 2>/dev/null || status=$?
        clean_up_after "${RUNNING_DIR[$pid]}"
        report_lane "${RUNNING[$pid]}" "$status" $((SECONDS - RUNNING_SINCE[$pid])) "${RUNNING_DIR[$pid]}" \
            "${RUNNING_LIMIT[$pid]}"
        remove_lane_directory "${RUNNING_DIR[$pid]}"
        forget_lane "$pid"
    done
}

forget_lane() { unset "RUNNING[$1]" "RUNNING_DIR[$1]" "RUNNING_SINCE[$1]" "RUNNING_LIMIT[$1]"; }

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

# On Ctrl-C the running lanes get the time to stop what they have started.
stop_on_signals() {
    local signal
    for signal in INT TERM HUP; do
        # shellcheck disable=SC2064 # the name is meant now
        trap "printf 'stopped by SIG%s\n' $signal >&2; stop_running_lanes; exit 130" "$signal"
    done
}

stop_running_lanes() {
    local pid
    kill -TERM "${!RUNNING[@]}" 2>/dev/null || true
    for pid in "${!RUNNING[@]}"; do
        wait "$pid" 2>/dev/null || true
        clean_up_after "${RUNNING_DIR[$pid]}"
        remove_lane_directory "${RUNNING_DIR[$pid]}"
        forget_lane "$pid"
    done
}

# The lanes start Java some hundreds of times; with class data it takes half the processor time to be ready.
share_class_data() {
    local place=$LANE_LOGS/class-data
    mkdir -p "$LANE_LOGS"
    rm -rf "${place:?}"
    if make_class_data "$place" "${JAVA_HOME:-}" >"$place.log" 2>&1; then
        export IT_CLASS_DATA=$place/java.options
    else
        printf 'no class data for the lanes: %s\n' "$(tail -n 1 "$place.log")"
    fi
}

# run_named_lanes NAME...: lanes of this directory, each with the time limit that its file states; those that say
# "# Alone." with nothing beside them.
run_named_lanes() {
    local name file limit
    for name in "$@"; do
        [[ -e $IT_HOME/lanes/$name.sh ]] || { printf 'no lane %s; there are: %s\n' "$name" "${ALL_LANES[*]}" >&2; return 2; }
    done
    # For a lane or two they take longer than they save.
    (($# < 4)) || [[ ! -r $IT_JAR ]] || share_class_data
    for name in "$@"; do
        file=$IT_HOME/lanes/$name.sh
        limit=$(sed -n 's/^# At most \([0-9]*\) s\..*$/\1/p' "$file")
        : "${limit:?$file lacks its time limit}"
        if grep -q '^# At most [0-9]* s\. Alone\.$' "$file"; then
            run_lane "$name" "$limit" bash "$file"
        else
            await_lanes $((IT_AT_ONCE - 1))
            start_lane "$name" "$limit" bash "$file"
        fi
    done
    await_lanes 0
}
