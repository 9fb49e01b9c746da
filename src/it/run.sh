#!/usr/bin/env bash
# Runs real clients and servers against the packaged jar: every lane, or those named as arguments.
# README.md beside this file tells what each lane proves.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=lib/report.sh
. "$IT_HOME/lib/report.sh"
# shellcheck source=lib/lanes.sh
. "$IT_HOME/lib/lanes.sh"

stop_on_signals
run_named_lanes "${@:-${ALL_LANES[@]}}"
report_totals
