#!/usr/bin/env bash
# `wharfgate doctor` finds what people get wrong in nginx, HAProxy and Apache in front of Wharfgate and of docker-registry, and the
# lines that it prints, pasted in place of the mistake, make it green.
# At most 900 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need curl curl jq jq openssl openssl nginx nginx-light haproxy haproxy apache2 apache2 htpasswd apache2-utils \
    docker-registry docker-registry python3 python3

# --- the registries, in plain HTTP behind the proxies ------------------------------------------------------------

prepare() {
    DIR=$LANE_DIR/front
    mkdir -p "$DIR/wharfgate" "$DIR/distribution" "$DIR/bearer"
    printf 'localhost\n' >"$DIR/host"
    make_authority "$DIR"
    make_certificate "$DIR" "$DIR/server.crt" "$DIR/server.key"
    cat "$DIR/server.crt" "$DIR/server.key" >"$DIR/haproxy.pem"
    openssl rand -hex 12 >"$DIR/password"
    add_user "$DIR" "$USER_NAME" "$(cat "$DIR/password")"
    # As two teams would have it: the same user in both places, with two passwords.
    mkdir "$DIR/other"
    # Apache's children are nobody special, and look into this file.
    chmod a+x "$LANE_DIR"
    add_user "$DIR/other" "$USER_NAME" another-password
}

start_registries() {
    local name
    for name in wharfgate bearer distribution; do free_port >"$DIR/$name/port"; done
    for name in wharfgate bearer; do
        cat >"$DIR/$name/wharfgate.yaml" <<-YAML
	server:
	  listen: "127.0.0.1:$(cat "$DIR/$name/port")"
	  data-directory: $DIR/$name/data
	  trusted-proxies: [127.0.0.0/8]
	tls: {off: true}
	auth:
	  htpasswd: $DIR/htpasswd
	YAML
        [[ $name == wharfgate ]] || printf '  challenge: bearer\n' >>"$DIR/$name/wharfgate.yaml"
        start_process "$name" "$DIR/$name/server.log" "$(java_program)" -jar "$IT_JAR" serve -c "$DIR/$name/wharfgate.yaml"
    done
    cat >"$DIR/distribution/config.yaml" <<-YAML
	version: 0.1
	log: {level: error, accesslog: {disabled: true}}
	storage: {filesystem: {rootdirectory: $DIR/distribution/data}, delete: {enabled: true}}
	http: {addr: "127.0.0.1:$(cat "$DIR/distribution/port")", secret: only-for-tests}
	auth: {htpasswd: {realm: test, path: $DIR/htpasswd}}
	YAML
    start_process distribution "$DIR/distribution/server.log" docker-registry serve "$DIR/distribution/config.yaml"
    for name in wharfgate bearer distribution; do
        wait_for_process "$name" "$DIR/$name/server.log" "$name" answers "http://127.0.0.1:$(cat "$DIR/$name/port")/v2/"
    done
}

answers() { curl -sk -o /dev/null --max-time 5 "$1"; }

# --- the proxies: configured with the lines in OUTER (global, server) and LINES (where requests are passed on) ---------

OUTER='' LINES=''

start_proxy() {
    local kind=$1 backend
    backend=http://127.0.0.1:$(cat "$DIR/$2/port")
    [[ -e $DIR/$kind.port ]] || free_port >"$DIR/$kind.port"
    PORT=$(cat "$DIR/$kind.port")
    "configure_$kind" "$backend"
    case $kind in
        nginx) start_process proxy "$DIR/proxy.log" nginx -p "$DIR" -e "$DIR/proxy.log" -c "$DIR/nginx.conf" ;;
        haproxy) start_process proxy "$DIR/proxy.log" haproxy -db -f "$DIR/haproxy.cfg" ;;
        apache) start_process proxy "$DIR/proxy.log" apache2 -X -f "$DIR/apache.conf" ;;
    esac
    wait_for_process proxy "$DIR/proxy.log" "$kind" answers "https://localhost:$PORT/"
}

configure_nginx() {
    cat >"$DIR/nginx.conf" <<-NGINX
	daemon off;
	user root;
	pid $DIR/nginx.pid;
	worker_processes 1;
	events {}
	http {
	  access_log off;
	  client_body_temp_path $DIR/body;
	  proxy_temp_path $DIR/proxy;
	  fastcgi_temp_path $DIR/fastcgi;
	  uwsgi_temp_path $DIR/uwsgi;
	  scgi_temp_path $DIR/scgi;
	  server {
	    listen 127.0.0.1:$PORT ssl;
	    server_name localhost;
	    ssl_certificate ${CERTIFICATE:-$DIR/server.crt};
	    ssl_certificate_key $DIR/server.key;
	    $OUTER
	    location ${LOCATION:-/} {
	      proxy_pass $1;
	      $LINES
	    }
	  }
	}
	NGINX
}

configure_haproxy() {
    cat >"$DIR/haproxy.cfg" <<-HAPROXY
	global
	  $OUTER
	defaults
	  mode http
	  timeout connect 5s
	  timeout client 60s
	  timeout server 60s
	userlist users
	  user $USER_NAME insecure-password another-password
	frontend clients
	  bind 127.0.0.1:$PORT ssl crt $DIR/haproxy.pem ssl-min-ver TLSv1.2
	  $LINES
	  default_backend registry
	backend registry
	  server registry ${1#http://}
	HAPROXY
}

configure_apache() {
    local module
    {
        printf 'ServerRoot %s\nPidFile %s/apache.pid\nErrorLog %s/proxy.log\nListen 127.0.0.1:%s\n' "$DIR" "$DIR" "$DIR" "$PORT"
        for module in mpm_event authz_core authz_host authn_core authn_file authz_user auth_basic access_compat proxy proxy_http \
            headers ssl socache_shmcb setenvif env filter deflate rewrite reqtimeout; do
            printf 'LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n' "$module" "$module"
        done
        printf 'User www-data\nGroup www-data\nMutex file:%s default\n' "$DIR"
        printf '%s\n' "$OUTER"
        cat <<-APACHE
	<VirtualHost *:$PORT>
	  ServerName localhost
	  SSLEngine on
	  SSLProtocol -all +TLSv1.2 +TLSv1.3
	  SSLCertificateFile $DIR/server.crt
	  SSLCertificateKeyFile $DIR/server.key
	  AllowEncodedSlashes NoDecode
	  ProxyPass / $1/ nocanon
	  $LINES
	</VirtualHost>
	APACHE
    } >"$DIR/apache.conf"
}

# What a proxy that is right has; a scenario leaves some of it out.
# shellcheck disable=SC2016 # nginx's variables, here and below
declare -A GOOD=(
    [nginx]='client_max_body_size 0;
proxy_http_version 1.1;
proxy_request_buffering off;
proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-Proto $scheme;'
    [haproxy]='http-request set-header X-Forwarded-Proto https if { ssl_fc }'
    [apache]='ProxyPreserveHost On
RequestHeader set X-Forwarded-Proto https'
)

good_but() {
    grep -Ev -- "${2:-^$}" <<<"${GOOD[$1]}" || true
}

# --- the doctor --------------------------------------------------------------------------------------------------

# Some eighty runs: the first keeps its classes for the others.
doctor() {
    local status=0 classes=-XX:SharedArchiveFile=$LANE_DIR/doctor.jsa
    [[ -e $LANE_DIR/doctor.jsa ]] || classes=-XX:ArchiveClassesAtExit=$LANE_DIR/doctor.jsa
    "$(java_program)" -XX:TieredStopAtLevel=1 -Xlog:disable "$classes" -jar "$IT_JAR" doctor "https://localhost:$PORT" --ca "$DIR/ca.crt" --username "$USER_NAME" --password-stdin --json --timeout 8 \
        <"$DIR/password" >"$LANE_DIR/report.json" || status=$?
    ! grep -qF "$(cat "$DIR/password")" "$LANE_DIR/report.json" || fail "the report shows the password"
    return "$status"
}

status_in_report() { jq -r --arg id "$1" '.checks[] | select(.id == $id).status' "$LANE_DIR/report.json"; }

advice_in_report() { jq -r --arg id "$1" '.checks[] | select(.id == $id).advice.id' "$LANE_DIR/report.json"; }

printed_lines() {
    jq -r --arg id "$1" --arg proxy "$2" '.checks[] | select(.id == $id).advice.lines[$proxy][]' "$LANE_DIR/report.json"
}

show_troubles() { jq -c '.checks[] | select(.status == "failed" or .status == "warning") | del(.advice.lines)' "$LANE_DIR/report.json"; }

# healthy KIND BACKEND WHAT
healthy() {
    start_proxy "$1" "$2"
    doctor || { show_troubles; fail "$1 in front of $2, $3: not healthy"; }
    stop_process proxy
}

# mistake KIND BACKEND PLACE CHECK ADVICE WITHOUT WITH: PLACE is where the mistake WITH stands, `lines` or `outer`; WITHOUT says
# which good lines lack. What is printed goes where the mistake was.
mistake() {
    local kind=$1 backend=$2 place=$3 check=$4 advice=$5 good status=0
    step "$kind in front of $backend: ${7:-no ${6}}"
    good=$(good_but "$kind" "$6")
    place_lines "$place" "$good" "$7"
    start_proxy "$kind" "$backend"
    doctor || status=$?
    stop_process proxy
    show_troubles
    assert_matches "what is said of $check" "$(status_in_report "$check")" '^(failed|warning)$'
    assert_equal "advice for $check" "$advice" "$(advice_in_report "$check")"
    [[ $(status_in_report "$check") == warning ]] || assert_equal "exit code" 1 "$status"
    # The one thing that is not known to the doctor: where the registry is.
    place_lines "$place" "$good" "$(printed_lines "$check" "$kind" | sed "s/127.0.0.1:5000/127.0.0.1:$(cat "$DIR/$backend/port")/")"
    healthy "$kind" "$backend" "with the printed lines"
    assert_equal "$check with the printed lines" ok "$(status_in_report "$check")"
    OUTER='' LINES=''
}

place_lines() {
    if [[ $1 == lines ]]; then LINES=$2$'\n'$3; else OUTER=$3 LINES=$2; fi
}

prepare
start_registries

for kind in nginx haproxy apache; do
    for backend in wharfgate bearer distribution; do
        step "$kind as it should be, in front of $backend"
        LINES=$(good_but "$kind") healthy "$kind" "$backend" "as it should be"
        show_troubles
        assert_equal "warnings" "" "$(jq -r '.checks[] | select(.status == "warning").id' "$LANE_DIR/report.json")"
    done
done

mistake nginx wharfgate lines body-over-1-mib body-limit client_max_body_size ''
mistake nginx distribution lines body-over-2-mib body-limit client_max_body_size 'client_max_body_size 2m;'
mistake nginx distribution lines request-buffering buffering 'proxy_http_version|buffering' ''
mistake nginx wharfgate lines request-buffering buffering 'proxy_http_version|buffering' 'proxy_http_version 1.1;'
# shellcheck disable=SC2016
mistake nginx distribution lines location forwarded-proto proxy_set_header 'proxy_set_header Host $http_host;'
# shellcheck disable=SC2016
mistake nginx distribution lines location forwarded-host proxy_set_header 'proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;'
# shellcheck disable=SC2016
mistake nginx bearer lines realm realm proxy_set_header 'proxy_set_header Host $http_host;'
mistake nginx wharfgate lines login login '' "auth_basic nginx; auth_basic_user_file $DIR/other/htpasswd;"
mistake nginx distribution lines challenge challenge '' 'add_header WWW-Authenticate "Basic realm=nginx" always;'
mistake nginx wharfgate lines manifest-pull compression '' 'gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;'
# shellcheck disable=SC2016
mistake nginx wharfgate lines manifest-head head '' 'if ($request_method = HEAD) { return 405; }'
mistake nginx wharfgate lines errors error-pages '' 'proxy_intercept_errors on; error_page 404 /404.html;'
mistake nginx distribution lines delete delete '' 'limit_except GET POST PUT PATCH { deny all; }'
mistake nginx distribution lines range range '' 'proxy_set_header Range "";'
mistake nginx wharfgate lines api-version api-version '' 'proxy_hide_header Docker-Distribution-Api-Version;'
mistake nginx wharfgate lines digest-field digest-field '' 'proxy_hide_header Docker-Content-Digest;'
mistake nginx wharfgate lines keep-alive keep-alive '' 'keepalive_timeout 0;'
mistake nginx wharfgate outer large-header large-header '' 'large_client_header_buffers 4 4k;'
mistake nginx wharfgate outer tls-versions old-tls '' 'ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;'
LOCATION=/v2/ mistake nginx bearer outer token token '' ''

mistake haproxy distribution lines location forwarded-proto X-Forwarded-Proto ''
mistake haproxy distribution lines location forwarded-host '' 'http-request set-header Host registry.internal:5000'
mistake haproxy wharfgate lines body-over-1-mib body-limit '' 'http-request deny deny_status 413 if { req.hdr_val(content-length) gt 1000000 }'
mistake haproxy wharfgate lines chunked-body chunked '' 'http-request deny deny_status 501 if { req.hdr(transfer-encoding) -m found }'
mistake haproxy wharfgate lines login login '' 'http-request auth realm haproxy unless { http_auth(users) }'
mistake haproxy wharfgate lines manifest-head head '' 'http-request deny if METH_HEAD'
mistake haproxy wharfgate lines delete delete '' 'http-request deny if METH_DELETE'
mistake haproxy distribution lines digest-field digest-field '' 'http-response del-header docker-content-digest'
mistake haproxy wharfgate lines range range '' 'http-request del-header range'
mistake haproxy wharfgate lines keep-alive keep-alive '' 'option httpclose'
mistake haproxy wharfgate lines api-version api-version '' 'http-response del-header docker-distribution-api-version'
mistake haproxy wharfgate outer large-header large-header '' 'tune.bufsize 4096'

mistake apache distribution lines location forwarded-proto RequestHeader 'ProxyPreserveHost On'
mistake apache distribution lines location forwarded-host ProxyPreserveHost 'ProxyAddHeaders Off'
mistake apache wharfgate lines login login '' "<Location />
AuthType Basic
AuthName apache
AuthUserFile $DIR/other/htpasswd
Require valid-user
</Location>"
mistake apache wharfgate lines manifest-pull compression '' 'SetOutputFilter DEFLATE'
mistake apache wharfgate lines errors error-pages '' 'ProxyErrorOverride On 404'
mistake apache wharfgate lines range range '' 'RequestHeader unset Range'
mistake apache wharfgate lines keep-alive keep-alive '' 'KeepAlive Off'
mistake apache wharfgate outer large-header large-header '' 'LimitRequestFieldSize 4000'

step "nginx without its registry"
kill_process distribution
LINES=$(good_but nginx) start_proxy nginx distribution
must_fail doctor
assert_equal "advice" backend "$(advice_in_report challenge)"
