# shellcheck shell=bash
# Starts the registry under test, or another server in its place, and talks to it. Sourced by lib.sh.
#
# A registry has a directory: config, certificates, htpasswd, log, and `data`, its storage root. Started again from the same
# directory it has the same port, certificates and data.

# What start_wharfgate starts: `wharfgate`, all in one; `gateway`, Wharfgate in front of docker-registry; or, to tell a fault
# of the lane from one of ours, `distribution` (docker-registry by itself) or `nginx` in front of it.
: "${IT_SERVER:=wharfgate}"
: "${IT_JAR:=$REPO_HOME/target/wharfgate.jar}"
readonly USER_NAME=alice
# Options of the JVM for the next start.
read -ra JAVA_FLAGS <<<"${IT_JAVA_FLAGS:-}"
# A file of such options that names class data (make_class_data), as the packages have them; without it, each start is that of
# a plain jar.
: "${IT_CLASS_DATA:=}"

# Lines for the section `storage` of Wharfgate's configuration, beside its root.
STORAGE_SETTINGS=()
# Lines for its section `auth`, beside the password file.
AUTH_SETTINGS=()
# Lines of further sections, from the first column on.
MORE_SETTINGS=()

# start_wharfgate DIR [STORAGE_ROOT]; sets REGISTRY (host:port), REGISTRY_URL, CA and REGISTRY_NAME (its process).
start_wharfgate() { start_registry "$IT_SERVER" "$@"; }

start_registry() {
    local kind=$1 dir=$2 root=${3:-$2/data}
    case $kind in
        gateway | nginx)
            start_upstream "$dir-upstream" "$root"
            start_gateway "$dir" "$UPSTREAM_URL" "$kind" ;;
        *)
            mkdir -p "$root"
            start_server "$kind" "$dir" "$root" ;;
    esac
}

# start_server KIND DIR BACKEND: what lies behind it is a storage root, or for a gateway the address of its upstream.
start_server() {
    local kind=$1 dir=$2 backend=$3
    [[ -e $dir/port ]] || prepare_registry "$dir"
    use_registry "$dir"
    "write_config_of_$kind" "$dir" "$backend"
    server_command "$kind" "$dir"
    start_process "$REGISTRY_NAME" "$dir/server.log" "${SERVER_COMMAND[@]}"
    wait_for_process "$REGISTRY_NAME" "$dir/server.log" "$kind at $REGISTRY_URL" registry_answers
}

# Points REGISTRY, REGISTRY_URL, CA and REGISTRY_NAME at the registry of that directory.
use_registry() {
    local dir=$1
    REGISTRY=$(cat "$dir/host"):$(cat "$dir/port")
    REGISTRY_URL=https://$REGISTRY
    CA=$dir/ca.crt
    REGISTRY_NAME=${dir##*/}
    # shellcheck disable=SC2034 # for lanes
    PASSWORD=$(cat "$dir/password")
    NETRC=$dir/netrc
}

stop_registry() { stop_process "${1##*/}"; }

registry_answers() {
    local status
    status=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --cacert "$CA" "$REGISTRY_URL/v2/")
    [[ $status == 401 ]]
}

need_jar() {
    [[ $IT_SERVER == wharfgate || $IT_SERVER == gateway ]] || return 0
    [[ -r $IT_JAR ]] || skip "no $IT_JAR: run mvn -DskipTests package first"
}

need_wharfgate() {
    [[ $IT_SERVER == wharfgate ]] || skip "shows what only Wharfgate does, not $IT_SERVER"
    need_jar
}

java_program() {
    if [[ -n ${JAVA_HOME:-} ]]; then printf '%s/bin/java' "$JAVA_HOME"; else printf 'java'; fi
}

wharfgate() { "$(java_program)" ${IT_CLASS_DATA:+"@$IT_CLASS_DATA"} -jar "$IT_JAR" "$@"; }

# What the packages run Wharfgate with.
packaged_options() { sed -n 's:.*<java\.options>\(.*\)</java\.options>.*:\1:p' "$REPO_HOME/pom.xml"; }

# make_class_data PLACE JAVA_HOME: by the packages' own script, in another place, and without their user. Java is told of them by
# the options in PLACE/java.options.
make_class_data() {
    local place=$1
    mkdir "$place"
    sed -e "s|@java.options@|$(packaged_options)|" -e "s|^jar=.*|jar=$IT_JAR|" -e "s|^place=.*|place=$place|" \
        -e 's|^if ((EUID == 0)); then|if false; then|' "$REPO_HOME/src/packaging/files/class-data" >"$place/make"
    JAVA_HOME=$2 bash "$place/make"
}

# --- setting up --------------------------------------------------------------------------------------------------

# LISTEN_ADDRESS may be another loopback address, with LISTEN_HOST as its name.
prepare_registry() {
    local dir=$1 address=${LISTEN_ADDRESS:-127.0.0.1}
    need curl curl openssl openssl htpasswd apache2-utils python3 python3
    need_jar
    mkdir -p "$dir"
    free_port >"$dir/port"
    # In brackets where it is of IPv6, as both servers want it.
    if [[ $address == *:* ]]; then printf '[%s]\n' "$address"; else printf '%s\n' "$address"; fi >"$dir/address"
    printf '%s\n' "${LISTEN_HOST:-localhost}" >"$dir/host"
    openssl rand -hex 12 >"$dir/password"
    add_user "$dir" "$USER_NAME" "$(cat "$dir/password")"
    printf 'machine %s login %s password %s\n' "$(cat "$dir/host")" "$USER_NAME" "$(cat "$dir/password")" >"$dir/netrc"
    make_authority "$dir"
    make_certificate "$dir" "$dir/server.crt" "$dir/server.key"
}

# With Apache's htpasswd, as users have it; cost 5 so that it is not bcrypt that a lane waits for.
add_user() {
    local dir=$1 name=$2 password=$3 create=()
    [[ -e $dir/htpasswd ]] || create=(-c)
    printf '%s' "$password" | htpasswd -i "${create[@]}" -B -C 5 "$dir/htpasswd" "$name" 2>/dev/null
}

make_authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Wharfgate test CA" \
        -keyout "$1/ca.key" -out "$1/ca.crt" 2>/dev/null
}

# make_certificate DIR CERTIFICATE KEY: signed by the authority in DIR.
make_certificate() {
    local dir=$1 certificate=$2 key=$3 request
    request=$(mktemp "$dir/request.XXXXXX")
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$(cat "$dir/host")" \
        -keyout "$key" -out "$request" 2>/dev/null
    openssl x509 -req -in "$request" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -days 30 -out "$certificate" \
        -set_serial "0x$(openssl rand -hex 15)" -extfile <(
            printf 'subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:%s\n' "$(cat "$dir/host")"
            printf 'extendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n'
        ) 2>/dev/null
    rm -f "$request"
}

# Gives the command as an array in SERVER_COMMAND, so that a lane may hand it to a program that restarts the server.
server_command() {
    local kind=$1 dir=$2
    case $kind in
        wharfgate | gateway)
            SERVER_COMMAND=("$(java_program)" ${IT_CLASS_DATA:+"@$IT_CLASS_DATA"} "${JAVA_FLAGS[@]}"
                -jar "$IT_JAR" serve -c "$dir/wharfgate.yaml") ;;
        distribution)
            need docker-registry docker-registry
            SERVER_COMMAND=(docker-registry serve "$dir/distribution.yaml") ;;
        nginx*)
            need nginx nginx-light
            SERVER_COMMAND=(nginx -p "$dir" -e "$dir/server.log" -c "$dir/nginx.conf") ;;
        *) fail "no such server: $kind" ;;
    esac
}

write_config_of_wharfgate() {
    local dir=$1 root=$2
    {
        write_front_of_wharfgate "$dir"
        printf 'storage:\n  filesystem: {root: %s}\n' "$root"
        ((${#STORAGE_SETTINGS[@]} == 0)) || printf '  %s\n' "${STORAGE_SETTINGS[@]}"
    } >"$dir/wharfgate.yaml"
}

write_front_of_wharfgate() {
    local dir=$1
    cat <<-YAML
	server:
	  listen: "$(cat "$dir/address"):$(cat "$dir/port")"
	  data-directory: $dir
	tls:
	  certificate: $dir/server.crt
	  key: $dir/server.key
	auth:
	  htpasswd: $dir/htpasswd
	YAML
    ((${#AUTH_SETTINGS[@]} == 0)) || printf '  %s\n' "${AUTH_SETTINGS[@]}"
    ((${#MORE_SETTINGS[@]} == 0)) || printf '%s\n' "${MORE_SETTINGS[@]}"
}

write_config_of_distribution() {
    local dir=$1 root=$2
    # The secret: without one an upload cannot be continued after a restart.
    cat >"$dir/distribution.yaml" <<-YAML
	version: 0.1
	log: {level: warn, accesslog: {disabled: true}}
	storage:
	  filesystem: {rootdirectory: $root}
	  delete: {enabled: true}
	http:
	  addr: "$(cat "$dir/address"):$(cat "$dir/port")"
	  secret: only-for-tests
	  tls: {certificate: $dir/server.crt, key: $dir/server.key}
	auth:
	  htpasswd: {realm: test, path: $dir/htpasswd}
	YAML
}

# --- talking to it -----------------------------------------------------------------------------------------------

# curl as the known user; the last argument is a path below /v2/ or the Location of an upload.
registry_curl() {
    local arguments=("${@:1:$#-1}")
    curl -sS --cacert "$CA" --netrc-file "$NETRC" "${arguments[@]}" "$(absolute_url "${!#}")"
}

absolute_url() {
    case $1 in
        https://*) printf '%s' "$1" ;;
        *) printf '%s%s' "$REGISTRY_URL" "$1" ;;
    esac
}

# The status of a request; its body is in LANE_DIR/body, its headers in LANE_DIR/headers.
status_of() {
    registry_curl -o "$LANE_DIR/body" -D "$LANE_DIR/headers" -w '%{http_code}' "$@"
}

assert_status() {
    local wanted=$1 got
    shift
    got=$(status_of "$@")
    [[ $got == "$wanted" ]] || fail "expected status $wanted, got $got for: $* ($(head -c 600 "$LANE_DIR/body"))"
}

# The value of a header of the last answer.
header() {
    tr -d '\r' <"$LANE_DIR/headers" | sed -n "s/^$1: //Ip" | tail -n 1
}

# with_digest LOCATION DIGEST: the address that ends an upload.
with_digest() {
    case $1 in
        *\?*) printf '%s&digest=%s' "$1" "$2" ;;
        *) printf '%s?digest=%s' "$1" "$2" ;;
    esac
}

# push_file REPOSITORY FILE: in one PUT; sets DIGEST.
push_file() {
    local repository=$1 file=$2
    DIGEST=sha256:$(sha256_of <"$file")
    registry_curl -f -o /dev/null -D "$LANE_DIR/headers" -X POST -H 'Content-Length: 0' "/v2/$repository/blobs/uploads/"
    registry_curl -f -o /dev/null -T "$file" "$(with_digest "$(header Location)" "$DIGEST")"
}

# Nothing that went well for the client may look like a failure in the log.
assert_log_clean() {
    local log=$1/server.log
    if grep -nE 'OutOfMemoryError|\bERROR\b|^\s+at [a-z]+\.' "$log" >&2; then
        fail "the lines above do not belong in the log of a run without failures"
    fi
}

peak_rss_mib() { awk '/^VmHWM:/ { print int($2 / 1024) }' "/proc/$(process_id "${1##*/}")/status"; }
