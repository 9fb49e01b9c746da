#!/usr/bin/env bash
# What a new user does: start the jar in an empty directory, paste the lines that it prints, push and pull; then add a
# user while it runs, and start it again. Also on JDK 25, where there is one.
# At most 240 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need curl curl docker docker.io

# Everything as it comes, but for the port: 5443 may be in use.
start_without_configuration() {
    local dir=$1
    mkdir -p "$dir"
    cd "$dir"
    start_process wharfgate "$dir/server.log" env WHARFGATE_SERVER_LISTEN="127.0.0.1:$PORT" \
        "$(java_program)" -jar "$IT_JAR" serve
    wait_for_process wharfgate "$dir/server.log" "the printed lines" grep -q 'docker push' "$dir/server.log"
}

# The lines to paste are those that are indented and begin with a command.
printed_commands() { sed -n "s/^  \\($1 .*\\)/\\1/p" "$DIR/server.log"; }

# What the user would type them into: root needs no sudo here, and docker is this lane's engine.
paste() {
    sudo() { "$@"; }
    docker() { on_engine first "$@"; }
    IMAGE=hello:1
    printf 'pasted: %s\n' "$1"
    eval "${1//IMAGE/$IMAGE}"
}

paste_all() {
    local line count=0
    while read -r line; do
        paste "$line"
        count=$((count + 1))
    done < <(printed_commands "$1")
    ((count > 0)) || fail "no line '$1 ...' was printed"
}

paste_what_is_printed() {
    [[ ! -e /etc/docker/certs.d/$REGISTRY ]] || fail "/etc/docker/certs.d/$REGISTRY is there already"
    made_outside directory "/etc/docker/certs.d/$REGISTRY"
    paste_all sudo
    assert_equal "the CA in Docker's place" "$(cat "$CA")" "$(cat "/etc/docker/certs.d/$REGISTRY/ca.crt")"
    paste_all "docker login"
    paste_all "docker tag"
    paste_all "docker push"
}

pull_again() {
    local id
    id=$(image_id first "$REGISTRY/hello:1")
    on_engine first rmi -f "$id" >/dev/null
    on_engine first pull -q "$REGISTRY/hello:1"
    assert_equal "image id" "$id" "$(image_id first "$REGISTRY/hello:1")"
    assert_equal "what it prints" quickstart-lane "$(on_engine first run --rm --network none "$REGISTRY/hello:1")"
}

# An engine does not verify localhost, curl does.
certificate_is_right() {
    assert_equal "ping with the CA" 401 "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$CA" "$REGISTRY_URL/v2/")"
    must_fail curl -sS "$REGISTRY_URL/v2/"
    assert_matches "ping without the CA" "$OUTPUT" certificate
}

password_stays_secret() {
    local file=$DIR/wharfgate-data/initial-admin-password
    assert_equal "mode of the password file" 600 "$(stat -c %a "$file")"
    assert_equal "mode of the CA's key" 600 "$(stat -c %a "$DIR/wharfgate-data/tls/ca.key")"
    ! grep -qF "$(cat "$file")" "$DIR/server.log" || fail "the password is in what was printed, and this is no terminal"
}

status_of_user() { curl -s -o /dev/null -w '%{http_code}' --cacert "$CA" -u "$1" "$REGISTRY_URL/v2/"; }

user_is_known() { [[ $(status_of_user "$1") == 200 ]]; }
user_is_unknown() { [[ $(status_of_user "$1") == 401 ]]; }

users_come_and_go() {
    local file=$DIR/wharfgate-data/htpasswd
    printf 'a-long-password' | wharfgate user add bob --file "$file" --password-stdin
    wait_until 20 "bob to be known" user_is_known bob:a-long-password
    wharfgate user list --file "$file"
    wharfgate user remove bob --file "$file"
    wait_until 20 "bob to be unknown" user_is_unknown bob:a-long-password
}

again_after_restart() {
    local authority
    authority=$(cat "$CA")
    stop_process wharfgate
    : >"$DIR/server.log"
    start_without_configuration "$DIR"
    assert_equal "CA after a restart" "$authority" "$(cat "$CA")"
    user_is_known "admin:$(cat "$DIR/wharfgate-data/initial-admin-password")" || fail "admin is unknown after a restart"
    on_engine first pull -q "$REGISTRY/hello:1"
}

on_jdk_25() {
    local home
    home=$(find_jdk 25) || {
        note "not run on JDK 25: there is none in JAVA_HOME_25 or /usr/lib/jvm"
        return 0
    }
    stop_process wharfgate
    : >"$DIR/server.log"
    JAVA_HOME=$home start_without_configuration "$DIR"
    ! grep -i '^WARNING' "$DIR/server.log" || fail "JDK 25 warns, see above"
    on_engine first pull -q "$REGISTRY/hello:1"
}

PORT=$(free_port)
REGISTRY=localhost:$PORT
REGISTRY_URL=https://$REGISTRY
DIR=$LANE_DIR/empty
CA=$DIR/wharfgate-data/tls/ca.crt

step "start" && start_without_configuration "$DIR"
start_engine first
make_root "$LANE_DIR/root" quickstart-lane
tar -C "$LANE_DIR/root" -c . | on_engine first import --change 'CMD ["/bin/cat","/etc/marker"]' - hello:1
step "paste the printed lines" && paste_what_is_printed
step "pull and run" && pull_again
step "certificate and password" && certificate_is_right && password_stays_secret
step "users" && users_come_and_go
step "start again" && again_after_restart
assert_log_clean "$DIR"
step "JDK 25" && on_jdk_25
assert_log_clean "$DIR"
wharfgate version
