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

# What the packages run it with.
packaged_options() { sed -n 's:.*<java\.options>\(.*\)</java\.options>.*:\1:p' "$REPO_HOME/pom.xml"; }

measure() {
    local name=$1
    shift
    python3 "$HERE/measure.py" --port "$(cat "$DIR/port")" --rounds "$ROUNDS" --name "$name" -- \
        "$JAVA" "$@" -jar "$IT_JAR" serve -c "$DIR/wharfgate.yaml"
}

# As src/packaging/files/class-data makes it.
make_class_data() {
    start_process training "$DIR/training.log" "$JAVA" "$1" "${OPTIONS[@]}" -jar "$IT_JAR" serve -c "$DIR/wharfgate.yaml"
    wait_for_process training "$DIR/training.log" "the training" registry_answers
    stop_process training
}

for version in 17 25; do
    home=$(find_jdk "$version") || continue
    JAVA=$home/bin/java
    read -ra OPTIONS < <(packaged_options)
    measure "JDK $version, no options"
    measure "JDK $version, options" "${OPTIONS[@]}"
    if ((version < 25)); then
        make_class_data "-XX:ArchiveClassesAtExit=$DIR/$version.jsa"
        measure "JDK $version, as packaged" "-XX:SharedArchiveFile=$DIR/$version.jsa" "${OPTIONS[@]}"
    else
        make_class_data "-XX:AOTCacheOutput=$DIR/$version.aot"
        measure "JDK $version, as packaged" "-XX:AOTCache=$DIR/$version.aot" "${OPTIONS[@]}"
    fi
    [[ -z ${EXTRA:-} ]] || {
        read -ra more <<<"$EXTRA"
        measure "JDK $version, with EXTRA" "${OPTIONS[@]}" "${more[@]}"
    }
done
