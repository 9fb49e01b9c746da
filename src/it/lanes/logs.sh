#!/usr/bin/env bash
# A whole service at its most talkative, all-in-one and as a gateway that logs in upstream, in both formats: every kind of login,
# right and wrong, tokens, credentials where they do not belong, commands that make users. No log, no audit log, no page of
# metrics, no list of processes and no printed configuration has any of the secrets, in whatever form they were sent.
# At most 600 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need jq jq
SECRETS=$LANE_DIR/secrets.txt
# What is searched, beside the logs.
WRITTEN=$LANE_DIR/written
mkdir "$WRITTEN"

with_logs() {
    OPS=127.0.0.1:$(free_port)
    # shellcheck disable=SC2034 # for the configuration
    MORE_SETTINGS=("log: {level: trace, format: text, audit: $LANE_DIR/$1-audit.log}" "ops: {listen: $OPS}")
}

# The list of processes, again and again.
watch_processes() {
    # shellcheck disable=SC2016 # for the shell that it starts
    start_process processes "$WRITTEN/processes" bash -c 'while sleep 0.1; do ps -eo args; done'
}

# use_all DIR [FILE]...: every credential, and files with more secrets.
use_all() {
    local dir=$1
    shift
    python3 "$IT_HOME/tools/credentials.py" --port "$(cat "$dir/port")" --ca "$CA" --user "$USER_NAME" \
        --passwords "$dir/password" "$dir/robot" --also "$@" --out "$SECRETS"
    # Not as an argument, which this lane itself would find in the list of processes.
    printf 'url = "http://%s/metrics?token=%s"\n' "$OPS" "$(tail -n 1 "$SECRETS")" | curl -sf -K - >>"$WRITTEN/${dir##*/}.metrics"
    curl -sf "http://$OPS/health/ready" >>"$WRITTEN/${dir##*/}.ready"
}

# The same again in JSON and at debug level, by a reload.
again_in_json() {
    local dir=$1
    sed -i 's/level: trace, format: text/level: debug, format: json/' "$dir/wharfgate.yaml"
    kill -HUP "$(process_id "$REGISTRY_NAME")"
    wait_until 20 "the log in JSON" grep -q '^{' "$dir/server.log"
}

# Users and tokens come and go, by commands.
users() {
    local dir=$1
    openssl rand -hex 12 >"$dir/carol"
    openssl rand -hex 12 >"$dir/carol.new"
    wharfgate user add carol --cost 5 --file "$dir/htpasswd" --password-stdin <"$dir/carol"
    wharfgate user passwd carol --cost 5 --file "$dir/htpasswd" --password-stdin <"$dir/carol.new"
    wharfgate user check carol --file "$dir/htpasswd" --password-stdin <"$dir/carol.new"
    ! wharfgate user check carol --file "$dir/htpasswd" --password-stdin <"$dir/carol" || fail "the old password is still good"
    wharfgate user list --file "$dir/htpasswd"
}

nothing_is_told() {
    local file
    sort -u "$SECRETS" -o "$SECRETS"
    cut -d : -f 2 "$LANE_DIR"/*/htpasswd >>"$SECRETS"
    for file in "$LANE_DIR"/*/server.log "$LANE_DIR"/*-audit.log "$WRITTEN"/*; do
        [[ -s $file ]] || fail "nothing was written to $file"
        if grep -nFf "$SECRETS" "$file" | cut -c 1-400 >&2; then
            fail "secrets are in $file, see above"
        fi
    done
    note "$(wc -l <"$SECRETS") secrets in no line of $(cat "$LANE_DIR"/*/server.log "$LANE_DIR"/*-audit.log "$WRITTEN"/* | wc -l)"
}

watch_processes

step "all-in-one"
STORED=$LANE_DIR/stored
prepare_registry "$STORED"
wharfgate token create --user "$USER_NAME" --name it --actions all --file "$STORED/personal-tokens.json" >"$STORED/robot"
# shellcheck disable=SC2034 # for the configuration
AUTH_SETTINGS=("challenge: bearer" "throttle: false")
with_logs stored
start_wharfgate "$STORED"
users "$STORED" >"$WRITTEN/users" 2>&1
use_all "$STORED" "$STORED/carol" "$STORED/carol.new"
again_in_json "$STORED"
use_all "$STORED"
STORED_URL=$REGISTRY_URL
STORED_CA=$CA

step "gateway"
FRONT=$LANE_DIR/front
prepare_registry "$FRONT"
wharfgate token create --user "$USER_NAME" --name it --actions all --file "$FRONT/personal-tokens.json" >"$FRONT/robot"
# Its own login at the first one, by Bearer token.
# shellcheck disable=SC2034 # for the configuration
UPSTREAM_SETTINGS=("username: $USER_NAME" "password-file: $STORED/password" "ca: $STORED_CA"
    "request-headers: {set: {X-Api-Key: $(openssl rand -hex 16 | tee "$FRONT/api-key")}}")
with_logs front
start_gateway "$FRONT" "$STORED_URL"
use_all "$FRONT" "$FRONT/api-key" "$STORED/password"
again_in_json "$FRONT"
# The upstream takes the password no more: what is said of that names none.
openssl rand -hex 12 >"$STORED/changed"
wharfgate user passwd "$USER_NAME" --cost 5 --file "$STORED/htpasswd" --password-stdin <"$STORED/changed"
registry_curl -o /dev/null "/v2/other/tags/list"
use_broken_login() { registry_curl -o /dev/null -w '%{http_code}' "/v2/other-$RANDOM/tags/list" | grep -q '^5'; }
wait_until 30 "the upstream refuses the gateway" use_broken_login
wharfgate check-config --print -c "$FRONT/wharfgate.yaml" >"$WRITTEN/configuration"
printf '%s\n' "$(cat "$STORED/changed")" >>"$SECRETS"
stop_process processes

step "search"
grep -q '"level":"debug"' "$FRONT/server.log" || fail "the reload did not change the level"
grep -q ' TRACE ' "$STORED/server.log" || fail "nothing was traced"
grep '^{' "$FRONT/server.log" | jq -es 'all(has("time") and has("level") and has("logger") and has("message"))' >/dev/null ||
    fail "lines of the log are no JSON with the documented fields"
nothing_is_told
