#!/usr/bin/env bash
# The scripts themselves: shellcheck finds nothing, and the Python programs compile.
# At most 180 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need shellcheck shellcheck python3 python3
cd "$REPO_HOME"
find .ci src -type f \( -name '*.sh' -o -path '.ci/run' \) -print0 | xargs -0 shellcheck -x
find src -name '*.py' -print0 | PYTHONPYCACHEPREFIX=$LANE_DIR/pycache xargs -0 python3 -W error -m py_compile
