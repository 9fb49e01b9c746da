# shellcheck shell=bash
# Programs written in Go, built here from their pinned source. Sourced before lane_begin, which hides the real home directory.

# Go keeps its settings and what it has downloaded and built below it.
GO_HOME=$HOME GO_CONFIG=${XDG_CONFIG_HOME:-$HOME/.config}
GO_TOOLS=$REPO_HOME/target/it-tools

# Sets GO; fails when there is none.
find_go() {
    for GO in "$(command -v go || true)" /usr/local/go/bin/go; do
        [[ ! -x $GO ]] || return 0
    done
    return 1
}

# run_go SECONDS ARGUMENTS...: bounded, for networks that swallow what is sent.
run_go() {
    local limit=$1
    shift
    HOME=$GO_HOME XDG_CONFIG_HOME=$GO_CONFIG timeout "$limit" "$GO" "$@"
}

# go_tool NAME MODULE VERSION DIRECTORY: sets GO_TOOL to the program, which is built when it was not yet. Without it, by a
# failure, GO_TROUBLE says why. Go checks the source against its public database of checksums.
go_tool() {
    local name=$1 module=$2 version=$3 directory=$4 log
    GO_TOOL=$GO_TOOLS/$name-$version
    [[ ! -x $GO_TOOL ]] || return 0
    log=$LANE_DIR/go-$name.log
    mkdir -p "$GO_TOOLS"
    ! locked "go-$name" build_go_tool "$module@$version" "$directory" "$log" || return 0
    cat "$log" >&2
    GO_TROUBLE=$(jq -r '.Error // empty' "$LANE_DIR/module.json" 2>/dev/null || true)
    GO_TROUBLE=${GO_TROUBLE:-$(tail -n 1 "$log")}
    GO_TROUBLE=$(tr '\n' ' ' <<<"${GO_TROUBLE:-it took too long}" | cut -c1-300)
    return 1
}

# Unless another lane has built it in the meantime.
build_go_tool() {
    local module=$1 directory=$2 log=$3 source
    [[ ! -x $GO_TOOL ]] || return 0
    # In the module's own directory: its own choice of versions counts then, and no list of its versions is asked for.
    (cd "$LANE_DIR" && run_go 120 mod download -json "$module") >"$LANE_DIR/module.json" 2>"$log" &&
        source=$(jq -r .Dir "$LANE_DIR/module.json") &&
        (cd "$source" && run_go 400 build -o "$GO_TOOL.new" "$directory") >>"$log" 2>&1 &&
        mv "$GO_TOOL.new" "$GO_TOOL"
}

# go_client NAME: as go_tool, for a registry's client in the version that the lanes are made for.
go_client() {
    case $1 in
        crane) go_tool crane github.com/google/go-containerregistry v0.22.1 ./cmd/crane ;;
        regctl) go_tool regctl github.com/regclient/regclient v0.11.7 ./cmd/regctl ;;
        oras) go_tool oras oras.land/oras v1.3.1 ./cmd/oras ;;
        *) fail "no such client: $1" ;;
    esac
}
