#!/usr/bin/env bash
# Lists of many repositories and of many tags, by Wharfgate and by docker-registry on the same directory; README.md beside this
# file tells how to read what it prints.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${TARGETS:=wharfgate distribution}" "${ROUNDS:=5}" "${REPOSITORIES:=10000}" "${TAGS:=50000}" "${PAGE:=1000}" "${AGAIN:=4}"
: "${JSON:=$REPO_HOME/target/bench-listing.json}"
lane_begin
need python3 python3
need_disk_gib 4

# A round is a start, so that each measures what a registry knows right after it.
measure() {
    local target=$1 round=$2 dir=$LANE_DIR/$1
    start_registry "$target" "$dir" "$LANE_DIR/data"
    PYTHONPATH=$IT_HOME/tools python3 "$HERE/measure.py" list --port "$(cat "$dir/port")" --ca "$CA" --user "$USER_NAME" \
        --password-file "$dir/password" --page "$PAGE" --again "$AGAIN" --repositories "$((REPOSITORIES + 1))" --tags "$TAGS" |
        sed "s/^/$target $round /" >>"$LANE_DIR/figures"
    stop_registry "$dir"
}

python3 "$HERE/measure.py" make --root "$LANE_DIR/data" --repositories "$REPOSITORIES" --tags "$TAGS"
for ((round = 1; round <= ROUNDS; round++)); do
    for target in $TARGETS; do
        measure "$target" "$round"
    done
done
mkdir -p "$(dirname "$JSON")"
python3 "$HERE/measure.py" report --json "$JSON" <"$LANE_DIR/figures"
printf 'single figures: %s\n' "$JSON"
