#!/usr/bin/env bash
# From the process' start to the first answered ping, and the memory of the idle service; README.md beside this file tells
# how to read what it prints.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${ROUNDS:=10}"
lane_begin
need python3 python3 curl curl
DIR=$LANE_DIR/registry
prepare_registry "$DIR"
use_registry "$DIR"
write_config_of_wharfgate "$DIR" "$DIR/data"

measure() {
    local name=$1
    shift
    python3 "$HERE/measure.py" --port "$(cat "$DIR/port")" --rounds "$ROUNDS" --name "$name" -- \
        "$JAVA" "$@" -jar "$IT_JAR" serve -c "$DIR/wharfgate.yaml"
}

for version in 17 25; do
    home=$(find_jdk "$version") || continue
    JAVA=$home/bin/java
    read -ra OPTIONS < <(packaged_options)
    measure "JDK $version, no options"
    measure "JDK $version, options" "${OPTIONS[@]}"
    make_class_data "$DIR/class-data-$version" "$home" || fail "no class data"
    measure "JDK $version, as packaged" "@$DIR/class-data-$version/java.options" "${OPTIONS[@]}"
    [[ -z ${EXTRA:-} ]] || {
        read -ra more <<<"$EXTRA"
        measure "JDK $version, with EXTRA" "${OPTIONS[@]}" "${more[@]}"
    }
done
