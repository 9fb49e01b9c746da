#!/usr/bin/env bash
# Real data directories, one pushed to us by skopeo and one to docker-registry, damaged in every way: `storage check` finds each
# thing, offline and asked of the running service; `--repair` puts aside what is damaged, what was whole stays, and a push heals
# the rest. A check that was broken off goes on; a bar is drawn on a terminal only.
# At most 300 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need skopeo skopeo jq jq docker-registry docker-registry python3 python3 script bsdutils
need_wharfgate

# Java starts a dozen times.
# shellcheck disable=SC2034 # for start_wharfgate
JAVA_FLAGS=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
OURS=$LANE_DIR/ours
# A path for a socket may have no more than some hundred bytes.
CONTROL=$(mktemp -u "${TMPDIR:-/tmp}/wharfgate-check.XXXXXX")
export WHARFGATE_OPS_CONTROL=$CONTROL WHARFGATE_SERVER_DATA_DIRECTORY=$LANE_DIR/state
CERTIFICATES=$LANE_DIR/certificates

# --- images --------------------------------------------------------------------------------------------------------

skopeo_copy() {
    skopeo --insecure-policy copy -q --src-cert-dir "$CERTIFICATES" --dest-cert-dir "$CERTIFICATES" "$@"
}

# Of three layers; --preserve-digests, so that it is the same image wherever it is pushed.
push() { skopeo_copy --preserve-digests --dest-creds "$USER_NAME:$PASSWORD" "oci:$LANE_DIR/$1:amd64" "docker://$REGISTRY/$2"; }

# skopeo verifies every digest.
pull() {
    rm -rf "$LANE_DIR/pulled"
    skopeo_copy --src-creds "$USER_NAME:$PASSWORD" "docker://$REGISTRY/$1" "dir:$LANE_DIR/pulled"
}

digest_of() { jq -r '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == "amd64") | .digest' "$LANE_DIR/$1/index.json"; }
layer_of() {
    local manifest
    manifest=$(digest_of "$1")
    jq -r '.layers[1].digest' "$LANE_DIR/$1/blobs/sha256/${manifest#*:}"
}

make_images() {
    local name
    mkdir -p "$CERTIFICATES"
    for name in "$@"; do
        make_root "$LANE_DIR/root-$name" "$name"
        python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root-$name" --platforms amd64 "$LANE_DIR/$name"
    done
}

REPOSITORIES=(whole flipped cut lost links empty-tag stray-tag history type)

push_all() {
    local name
    cp "$CA" "$CERTIFICATES/$1.crt"
    for name in flipped cut lost; do push "$name" "app/$name:1"; done
    for name in whole links empty-tag stray-tag history type; do push whole "app/$name:1"; done
}

# --- damage --------------------------------------------------------------------------------------------------------

blob() { printf '%s/blobs/sha256/%.2s/%s/data' "$TREE" "${1#*:}" "${1#*:}"; }
in_repository() { printf '%s/repositories/app/%s' "$TREE" "$1"; }
flip_a_byte() { python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(100); b = f.read(1); f.seek(100); f.write(bytes([b[0] ^ 1]))' "$1"; }
wanted() { printf '%s\n' "$@" >>"$LANE_DIR/wanted"; }

# damage ROOT: notes what a check has to find.
damage() {
    local layer whole
    TREE=$1/docker/registry/v2
    : >"$LANE_DIR/wanted"
    whole=$(digest_of whole)
    layer=$(layer_of whole)

    flip_a_byte "$(blob "$(layer_of flipped)")"
    wanted "blob-corrupt $(layer_of flipped)" "manifest-incomplete app/flipped"
    truncate -s 100 "$(blob "$(digest_of cut)")"
    wanted "blob-corrupt $(digest_of cut)" "manifest-missing app/cut" "tag-without-content app/cut"
    rm "$(blob "$(layer_of lost)")"
    wanted "layer-missing app/lost" "manifest-incomplete app/lost"

    : >"$(in_repository links)/_layers/sha256/${layer#*:}/link"
    printf '%s' "$layer" >"$(in_repository links)/_manifests/revisions/sha256/${whole#*:}/link"
    wanted "link-damaged app/links" "link-wrong app/links"
    : >"$(in_repository empty-tag)/_manifests/tags/1/current/link"
    wanted "tag-damaged app/empty-tag"
    printf '%s' "$layer" >"$(in_repository stray-tag)/_manifests/tags/1/current/link"
    wanted "tag-dangling app/stray-tag"
    rm -r "$(in_repository history)/_manifests/tags/1/index"
    wanted "tag-index app/history"
    printf 'nonsense' >"$(in_repository type)/_manifests/revisions/sha256/${whole#*:}/mediatype"
    wanted "media-type-damaged app/type"
    damage_by_hand
}

# What no repair touches.
damage_by_hand() {
    printf 'hello' >"$TREE/blobs/sha256/README"
    wanted "foreign blobs/sha256/README"
    : >"$(in_repository whole)/_manifests/tags/2"
    wanted "wrong-kind app/whole"
    # Root may read everything, but nobody can follow this.
    mkdir -p "$(in_repository whole)/_manifests/tags/3/current"
    ln -s link "$(in_repository whole)/_manifests/tags/3/current/link"
    wanted "unreadable app/whole"
    mkdir -p "$(in_repository whole)/_uploads/0a7d6e2c-6f0a-4d0e-9b36-0d5f2f0c9a11"
    printf 'data' >"$(in_repository whole)/_uploads/0a7d6e2c-6f0a-4d0e-9b36-0d5f2f0c9a11/data"
    wanted "upload-undated app/whole"
}

mend_by_hand() {
    rm "$TREE/blobs/sha256/README" "$(in_repository whole)/_manifests/tags/2"
    rm -r "$(in_repository whole)/_manifests/tags/3" "$(in_repository whole)/_uploads"
}

# --- checks --------------------------------------------------------------------------------------------------------

# check WANTED_EXIT OPTIONS...; by the service, if one answers at the socket.
check() {
    local expected=$1 status=0
    shift
    "$(java_program)" "${JAVA_FLAGS[@]}" -jar "$IT_JAR" storage check -c "$CONFIG" "$@" >"$LANE_DIR/report" 2>"$LANE_DIR/errors" || status=$?
    assert_equal "exit code of check $* ($(head -c 2000 "$LANE_DIR/errors" "$LANE_DIR/report"))" "$expected" "$status"
}

# Findings as "kind repository", or what stands for it.
findings() {
    jq -r 'select(.kind) | .kind + " " + (if .kind == "blob-corrupt" then .digest
        else .repository // (.path | sub("docker/registry/v2/"; "")) end)' "$LANE_DIR/report" | sort
}

# assert_findings MORE...
assert_findings() { assert_equal "findings" "$({ cat "$LANE_DIR/wanted"; printf '%s\n' "$@"; } | sort | sed '/^$/d')" "$(findings)"; }
# What is put aside is missing.
assert_repaired() { assert_findings "layer-missing app/flipped"; }
files_of() { find "$1/docker" -type f -exec sha256sum {} + | sort; }

# heal ROOT: with a running service.
heal() {
    local root=$1 name
    for name in whole history links type empty-tag; do pull "app/$name:1"; done
    for name in flipped cut lost; do must_fail pull "app/$name:1"; done
    must_fail pull "app/stray-tag:1"
    for name in flipped cut lost; do push "$name" "app/$name:1"; done
    push whole app/stray-tag:1
    mend_by_hand
    check 0 --json --rate 0
    assert_equal "findings after all is healed" "" "$(findings)"
    for name in "${REPOSITORIES[@]}"; do pull "app/$name:1"; done
    assert_quarantined "$root" "$(layer_of flipped)"
    assert_quarantined "$root" "$(digest_of cut)"
}

# Put aside with a note, and still what it was.
assert_quarantined() {
    local aside
    aside=$(find "$1/wharfgate/quarantine" -path "*/${2#*:}/data")
    [[ -f $aside && -f $aside.why ]] || fail "$2 is not in quarantine with a note"
    [[ sha256:$(sha256_of <"$aside") != "$2" ]] || fail "$2 is in quarantine, and is whole"
    grep -q "blob-corrupt" "$aside.why" || fail "$aside.why does not say why"
}

# --- the lane ------------------------------------------------------------------------------------------------------

make_images whole flipped cut lost

step "pushed to us; a check of what is whole"
start_wharfgate "$OURS"
CONFIG=$OURS/wharfgate.yaml
push_all ours
check 0
assert_matches "report" "$(cat "$LANE_DIR/report")" "checked 9 repositories, 9 manifests, 9 tags.*nothing is wrong"
grep -q "task asked for task=check" "$OURS/server.log" || fail "the running service was not asked"
check 2 --rate fast
check 2 --repository '/x'
stop_registry "$OURS"

step "damaged; offline"
damage "$OURS/data"
before=$(files_of "$OURS/data")
check 1 --json --rate 0
assert_findings
assert_equal "files after a check" "$before" "$(files_of "$OURS/data")"
check 1 --repair --json --rate 0
assert_repaired
[[ $(jq -s 'last | .repaired' "$LANE_DIR/report") == 9 ]] || fail "repaired: $(tail -n 1 "$LANE_DIR/report")"
start_wharfgate "$OURS"
heal "$OURS/data"

step "damaged and repaired while serving and pushing"
rm -r "$OURS/data/wharfgate/quarantine"
damage "$OURS/data"
touch "$LANE_DIR/go-on"
pushing() {
    local n=0
    # Both move a tag and send blobs that are there already; what is pushed is never damaged.
    while [[ -e $LANE_DIR/go-on ]]; do
        push whole app/busy:1
        n=$((n + 1))
    done
    printf '%s\n' "$n" >"$LANE_DIR/pushes"
}
pushing &
check 1 --repair --json --rate 5
rm "$LANE_DIR/go-on"
wait $! || fail "a push failed while the storage was repaired"
assert_repaired
note "$(cat "$LANE_DIR/pushes") pushes during a repair"
heal "$OURS/data"
pull app/busy:1
stop_registry "$OURS"

step "broken off, and gone on with"
noise $((24 << 20)) check >"$LANE_DIR/large"
start_wharfgate "$OURS"
for part in 1 2 3; do
    { cat "$LANE_DIR/large"; printf '%s' "$part"; } >"$LANE_DIR/part"
    push_file app/large "$LANE_DIR/part"
done
progress_is_kept() { [[ -s $LANE_DIR/state/storage-check.progress ]]; }
is_under_way() { grep -q 'task asked for task=check.*rate=4' "$OURS/server.log"; }
start_process breaking-off "$LANE_DIR/broken-off" "$(java_program)" -jar "$IT_JAR" storage check -c "$CONFIG" --rate 4
wait_until 30 "the check to begin" is_under_way
kill_process breaking-off
wait_until 20 "the place to be noted" progress_is_kept
check 0 --rate 0
assert_matches "errors" "$(cat "$LANE_DIR/errors")" "goes on with a check that was broken off"
! progress_is_kept || fail "the place is noted still"
stop_registry "$OURS"
rm -r "$OURS/data/docker/registry/v2/repositories/app/large"

step "a bar on a terminal, none in a pipe"
on_terminal="$(java_program) -jar '$IT_JAR' storage check -c '$CONFIG' --rate 8"
script -qec "$on_terminal" "$LANE_DIR/terminal" >"$LANE_DIR/shown" </dev/null
assert_matches "what a terminal shows" "$(tr -d '\r\033' <"$LANE_DIR/shown")" "reading blobs, MiB .*\[#* *\]"
assert_matches "what a terminal shows" "$(tr -d '\r\033' <"$LANE_DIR/shown")" "nothing is wrong"
check 0 --rate 8
assert_equal "standard error in a pipe" "" "$(cat "$LANE_DIR/errors")"

step "pushed to docker-registry; damaged; repaired; served by both"
THEIRS=$LANE_DIR/theirs
start_registry distribution "$THEIRS" "$LANE_DIR/shared"
push_all theirs
stop_registry "$THEIRS"
SECOND=$LANE_DIR/second
start_registry wharfgate "$SECOND" "$LANE_DIR/shared"
stop_registry "$SECOND"
CONFIG=$SECOND/wharfgate.yaml
check 0 --json --rate 0
assert_equal "findings in what docker-registry wrote" "" "$(findings)"
damage "$LANE_DIR/shared"
check 1 --repair --json --rate 0
assert_repaired
start_registry wharfgate "$SECOND" "$LANE_DIR/shared"
cp "$CA" "$CERTIFICATES/second.crt"
heal "$LANE_DIR/shared"
stop_registry "$SECOND"
start_registry distribution "$THEIRS" "$LANE_DIR/shared"
for name in "${REPOSITORIES[@]}"; do pull "app/$name:1"; done
