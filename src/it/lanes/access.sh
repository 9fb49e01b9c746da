#!/usr/bin/env bash
# Access rules on one host: the anonymous pull what is public and nothing else, alice pushes, bob may only read, a robot's token
# reaches what it was made for; with Docker engine, podman, skopeo, containerd, and crane and oras where they can be had.
# At most 600 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=../lib/go.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/go.sh"
lane_begin
[[ $IT_SERVER == wharfgate || $IT_SERVER == gateway ]] || skip "shows what only Wharfgate does, not $IT_SERVER"
need docker docker.io podman podman skopeo skopeo containerd containerd jq jq python3 python3
need_root "engines of its own"

# What clients say when they are not let in, and when they are but may not.
NOT_IN='authorization failed|nauthorized|UNAUTHORIZED|authentication required|no basic auth credentials|pull access denied|denied|401'
DENIED='denied|DENIED|403|Forbidden'
IMAGE=

# --- the clients: push_CLIENT WHO REPOSITORY and pull_CLIENT WHO REPOSITORY, where WHO may be anonymous ---------------

password_of() { cat "$LANE_DIR/password-$1"; }

credentials_of() { printf '%s:%s' "$1" "$(password_of "$1")"; }

docker_as() {
    local who=$1 engine=$2 config=$LANE_DIR/docker-$1
    shift 2
    if [[ $who != anonymous && ! -e $config/config.json ]]; then
        password_of "$who" | DOCKER_CONFIG=$config docker -H "unix://$LANE_DIR/$engine/docker.sock" \
            login --username "$who" --password-stdin "$REGISTRY"
    fi
    DOCKER_CONFIG=$config docker -H "unix://$LANE_DIR/$engine/docker.sock" "$@"
}

push_docker() {
    on_engine first tag base:1 "$REGISTRY/$2:1"
    docker_as "$1" first push "$REGISTRY/$2:1"
}

# The second engine never has the image yet.
pull_docker() {
    docker_as "$1" second pull "$REGISTRY/$2:1" &&
        assert_equal "id of $2" "$(image_id first base:1)" "$(image_id second "$REGISTRY/$2:1")" &&
        on_engine second rmi -f "$(image_id second "$REGISTRY/$2:1")" >/dev/null
}

podman_as() {
    local who=$1 store=$2 given=()
    shift 2
    [[ $who == anonymous ]] || given=(--creds "$(credentials_of "$who")")
    podman --root "$LANE_DIR/$store/root" --runroot "$LANE_DIR/$store/run" --tmpdir "$LANE_DIR/$store/tmp" \
        --storage-driver vfs --cgroup-manager cgroupfs --events-backend file \
        "$1" --cert-dir "$CERTIFICATES" --authfile "$LANE_DIR/no-login.json" "${given[@]}" "${@:2}"
}

push_podman() { podman_as "$1" podman-first push "$IMAGE" "docker://$REGISTRY/$2:1"; }
pull_podman() { podman_as "$1" podman-second pull "$REGISTRY/$2:1"; }

skopeo_copy() {
    local side=$1 who=$2 given=(--"$1"-no-creds)
    shift 2
    [[ $who == anonymous ]] || given=(--"$side"-creds "$(credentials_of "$who")")
    skopeo --insecure-policy copy -q --"$side"-cert-dir "$CERTIFICATES" "${given[@]}" "$@"
}

push_skopeo() { skopeo_copy dest "$1" "$SOURCE" "docker://$REGISTRY/$2:1"; }
pull_skopeo() { skopeo_copy src "$1" "docker://$REGISTRY/$2:1" "dir:$LANE_DIR/skopeo-$RANDOM$RANDOM"; }

containerd_as() {
    local who=$1 given=()
    shift
    [[ $who == anonymous ]] || given=(--user "$(credentials_of "$who")")
    ctr -a "$LANE_DIR/containerd.sock" "$1" "$2" --tlscacert "$CA" "${given[@]}" "${@:3}"
}

push_containerd() {
    ctr -a "$LANE_DIR/containerd.sock" images tag --force "$IMAGE" "$REGISTRY/$2:1" >/dev/null
    containerd_as "$1" images push "$REGISTRY/$2:1"
}
pull_containerd() { containerd_as "$1" content fetch "$REGISTRY/$2:1"; }

go_client_as() {
    local client=$1 who=$2 home=$LANE_DIR/$1-$2
    shift 2
    mkdir -p "$home"
    (cd "$LANE_DIR/files" && HOME=$home DOCKER_CONFIG=$home SSL_CERT_FILE=$CA "$(cat "$LANE_DIR/tool-$client")" "$@")
}

login_go_client() {
    case $1 in
        crane) go_client_as crane "$2" auth login "$REGISTRY" -u "$2" -p "$(password_of "$2")" ;;
        # It asks /v2/ with what it is given.
        oras) go_client_as oras "$2" login "$REGISTRY" -u "$2" --password-stdin <"$LANE_DIR/password-$2" ;;
    esac
}

push_crane() { go_client_as crane "$1" push "$LANE_DIR/image.tar" "$REGISTRY/$2:1"; }
pull_crane() { go_client_as crane "$1" pull "$REGISTRY/$2:1" "$LANE_DIR/crane-$RANDOM$RANDOM.tar"; }
push_oras() { go_client_as oras "$1" push "$REGISTRY/$2:1" artifact.txt; }
pull_oras() { go_client_as oras "$1" pull -o "$LANE_DIR/oras-$RANDOM$RANDOM" "$REGISTRY/$2:1"; }

# --- what each of them has to find -------------------------------------------------------------------------------

refused() {
    local what=$1 pattern=$2
    shift 2
    must_fail "$@"
    assert_matches "$what" "$OUTPUT" "$pattern"
}

walk_with() {
    local client=$1 public=public/$1 team=team/$1
    step "$client"
    refused "$client: anonymous push" "$NOT_IN" "push_$client" anonymous "$public"
    "push_$client" alice "$public"
    "push_$client" alice "$team"
    "pull_$client" anonymous "$public"
    refused "$client: anonymous pull of team" "$NOT_IN" "pull_$client" anonymous "$team"
    # Of what is there already containerd would push nothing, and not find out.
    refused "$client: bob pushes" "$DENIED" "push_$client" bob "$team-new"
    "pull_$client" bob "$team"
    "pull_$client" alice "$team"
    refused "$client: bob pulls from elsewhere" "$DENIED" "pull_$client" bob "private/$client"
}

# Pulled from one repository and pushed to another: containerd then asks for a token of two scopes, for the mount.
mount_with_containerd() {
    containerd_as anonymous content fetch "$REGISTRY/public/containerd:1"
    ctr -a "$LANE_DIR/containerd.sock" images tag --force "$REGISTRY/public/containerd:1" "$REGISTRY/team/mounted:1" >/dev/null
    containerd_as alice images push "$REGISTRY/team/mounted:1"
    pull_skopeo bob team/mounted
}

catalog_of() {
    local given=()
    [[ $1 == anonymous ]] || given=(-u "$(credentials_of "$1")")
    curl -sS --cacert "$CA" "${given[@]}" "$REGISTRY_URL/v2/_catalog?n=1000" | jq -c '[.repositories[] | split("/")[0]] | unique'
}

lists() {
    assert_equal "alice's catalog" '["public","team"]' "$(catalog_of alice)"
    assert_equal "bob's catalog" '["public"]' "$(catalog_of bob)"
    assert_equal "everybody's catalog" '["public"]' "$(catalog_of anonymous)"
}

check_command() {
    assert_matches "alice" "$(wharfgate access check alice push team/x -c "$CONFIG")" "^allowed"
    refused "bob" "denied" wharfgate access check bob push team/x -c "$CONFIG"
    assert_matches "everybody" "$(wharfgate access check anonymous pull public/x -c "$CONFIG")" "^allowed"
}

# A token in the place of a password; good until it is revoked.
robot() {
    local id
    wharfgate token create --user alice --repository 'team/*' --actions pull,push --expires 1d -c "$CONFIG" \
        >"$LANE_DIR/password-robot" 2>"$LANE_DIR/token-messages"
    cp "$LANE_DIR/password-robot" "$LANE_DIR/password-alice"
    wait_until 20 "the service to know the token" push_skopeo alice team/robot
    rm -rf "$LANE_DIR/docker-alice"
    push_docker alice team/robot
    refused "robot elsewhere" "$DENIED" push_skopeo alice public/robot
    id=$(wharfgate token list -c "$CONFIG" | grep -o 'wgt_[A-Za-z0-9]*\|^[A-Za-z0-9]\{6,\} ' | head -n 1 | tr -d ' ')
    wharfgate token list -c "$CONFIG"
    wharfgate token revoke "${id#wgt_}" -c "$CONFIG"
    # shellcheck disable=SC2317 # called by wait_until
    revoked() { ! push_skopeo alice team/robot; }
    wait_until 20 "the revoked token to be refused" revoked
    refused "revoked" "$NOT_IN|too many requests" push_skopeo alice team/robot
}

# A changed file counts within seconds; a broken one changes nothing.
change_rules() {
    printf 'rules: nonsense\n' >"$LANE_DIR/access.yaml"
    # shellcheck disable=SC2317 # called by wait_until
    said() { grep -q 'access.*refused' "$LANE_DIR/registry/server.log"; }
    wait_until 20 "the broken file to be told of" said
    pull_skopeo anonymous public/skopeo
    write_rules '{users: [bob], repositories: ["team/**"], actions: [pull]}'
    # shellcheck disable=SC2317 # called by wait_until
    closed() { ! pull_skopeo anonymous public/skopeo; }
    wait_until 20 "the anonymous to be out" closed
    pull_skopeo bob team/skopeo
}

# --- ---------------------------------------------------------------------------------------------------------------

write_rules() {
    local rule
    {
        printf 'groups:\n  team: [alice]\nrules:\n'
        for rule in "$@"; do printf '  - %s\n' "$rule"; done
    } >"$LANE_DIR/access.new"
    mv "$LANE_DIR/access.new" "$LANE_DIR/access.yaml"
}

set_up() {
    local who
    use_own_name
    prepare_registry "$LANE_DIR/registry"
    for who in alice bob; do
        openssl rand -hex 12 >"$LANE_DIR/password-$who"
        add_user "$LANE_DIR/registry" "$who" "$(password_of "$who")"
    done
    write_rules \
        '{users: [anonymous], repositories: ["public/**"], actions: [pull, list]}' \
        '{groups: [team], repositories: ["team/**", "public/**"], actions: [all]}' \
        '{users: [bob], repositories: ["team/**"], actions: [pull]}'
    # shellcheck disable=SC2034 # for write_front_of_wharfgate
    AUTH_SETTINGS=("access: $LANE_DIR/access.yaml")
    start_wharfgate "$LANE_DIR/registry"
    CONFIG=$LANE_DIR/registry/wharfgate.yaml
    CERTIFICATES=$LANE_DIR/certificates
    mkdir "$CERTIFICATES" "$LANE_DIR/files" && cp "$CA" "$CERTIFICATES/ca.crt"
    printf '{}' >"$LANE_DIR/no-login.json"
}

# The same image in the store of each client.
make_images() {
    local architecture
    architecture=$(dpkg --print-architecture)
    make_root "$LANE_DIR/root" access-lane
    python3 "$IT_HOME/tools/image.py" --root "$LANE_DIR/root" --platforms "$architecture" "$LANE_DIR/source"
    SOURCE=oci:$LANE_DIR/source:$architecture
    IMAGE=$REGISTRY/base:1
    skopeo --insecure-policy copy -q "$SOURCE" "docker-archive:$LANE_DIR/image.tar:$IMAGE"
    start_engine first
    start_engine second
    trust_in_engine
    tar -C "$LANE_DIR/root" -c . | on_engine first import - base:1
    podman_load
    start_containerd
    printf 'an artifact\n' >"$LANE_DIR/files/artifact.txt"
}

podman_load() {
    podman --root "$LANE_DIR/podman-first/root" --runroot "$LANE_DIR/podman-first/run" --tmpdir "$LANE_DIR/podman-first/tmp" \
        --storage-driver vfs --cgroup-manager cgroupfs --events-backend file load -q -i "$LANE_DIR/image.tar"
}

start_containerd() {
    printf 'version = 2\nroot = "%s"\nstate = "%s"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "%s"\n' \
        "$LANE_DIR/containerd/root" "$LANE_DIR/containerd/state" "$LANE_DIR/containerd.sock" >"$LANE_DIR/containerd.toml"
    start_process containerd "$LANE_DIR/containerd.log" containerd --log-level error --config "$LANE_DIR/containerd.toml"
    wait_for_process containerd "$LANE_DIR/containerd.log" containerd ctr -a "$LANE_DIR/containerd.sock" version
    ctr -a "$LANE_DIR/containerd.sock" images import --no-unpack "$LANE_DIR/image.tar"
}

walk_with_go_client() {
    local client=$1
    if ! find_go || ! go_client "$client"; then
        note "left out: $client: ${GO_TROUBLE:-no Go here}"
        return
    fi
    printf '%s' "$GO_TOOL" >"$LANE_DIR/tool-$client"
    login_go_client "$client" alice
    login_go_client "$client" bob
    walk_with "$client"
}

step "rules, users, images"
set_up
make_images
for client in docker podman skopeo containerd; do walk_with "$client"; done
for client in crane oras; do walk_with_go_client "$client"; done
step "a mount between repositories" && mount_with_containerd
step "catalogs" && lists
step "access check" && check_command
step "a robot's token" && robot
assert_log_clean "$LANE_DIR/registry"
step "rules change" && change_rules
