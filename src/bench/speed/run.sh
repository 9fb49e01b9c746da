#!/usr/bin/env bash
# Wharfgate beside docker-registry, nginx in front of docker-registry, and nginx with files; README.md beside this file tells
# what is measured and how. `--json FILE` says where every single figure goes.

# shellcheck source=../../it/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../it/lib.sh"
# shellcheck source=../lib/targets.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/targets.sh"
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${TARGETS:=wharfgate registry nginx static}" "${ROUNDS:=5}" "${WARM_UP:=2}" "${SIZE_MIB:=1024}" "${SECONDS_EACH:=4}" "${ONLY:=}"
: "${LAYERS:=40}" "${LAYER_MIB:=5}" "${PULLERS:=100}" "${CONNECTIONS:=32}" "${SMALL_HEAP:=no}" "${HEAP_GIB:=10}"
: "${JSON:=$REPO_HOME/target/bench-speed.json}"
if (($#)); then
    [[ $# == 2 && $1 == --json ]] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
    JSON=$(realpath -m "$2")
fi
lane_begin
need curl curl wrk wrk skopeo skopeo python3 python3 nginx nginx-light docker-registry docker-registry htpasswd apache2-utils
need_disk_gib $((6 * SIZE_MIB / 1024 + 8 * LAYERS * LAYER_MIB / 1024 + 1))

# All with the same certificate and the same password file.
prepare_target() {
    local dir=$1 first=$LANE_DIR/${TARGETS%% *}
    add_bench_users "$dir"
    [[ $dir == "$first" ]] || cp "$first"/{ca.crt,server.crt,server.key,htpasswd,password,netrc} "$dir"
    # skopeo takes every key beside a certificate for its own.
    mkdir "$dir/trust"
    cp "$dir/ca.crt" "$dir/trust"
}

start_target() {
    local target=$1 dir=$LANE_DIR/$1 data=$LANE_DIR/$1-data
    prepare_target "$dir"
    ARGUMENTS+=("$target=$dir")
    case $target in
        wharfgate) start_server wharfgate "$dir" "$data" ;;
        registry) start_server distribution "$dir" "$data" ;;
        nginx)
            start_upstream "$dir-upstream" "$data"
            start_server nginx "$dir" "$UPSTREAM_URL"
            ARGUMENTS[-1]+="+$dir-upstream" ;;
        static) start_static "$dir" ;;
        *) fail "no such target: $target" ;;
    esac
}

# The files of the image and of the blob, as the others answer them, without a login: what this machine and TLS allow.
start_static() {
    local dir=$1
    mkdir -p "$dir/files"
    cat >"$dir/nginx.conf" <<-NGINX
	daemon off;
	user root;
	pid $dir/nginx.pid;
	worker_processes auto;
	worker_rlimit_nofile 20000;
	events { worker_connections 8192; }
	http {
	  access_log off;
	  sendfile on;
	  tcp_nopush on;
	  keepalive_requests 1000000;
	  open_file_cache max=1000;
	  client_body_temp_path $dir/body;
	  proxy_temp_path $dir/proxy;
	  fastcgi_temp_path $dir/fastcgi;
	  uwsgi_temp_path $dir/uwsgi;
	  scgi_temp_path $dir/scgi;
	  default_type application/octet-stream;
	  server {
	    listen 127.0.0.1:$(cat "$dir/port") ssl;
	    ssl_certificate $dir/server.crt;
	    ssl_certificate_key $dir/server.key;
	    root $dir/files;
	    add_header Docker-Distribution-Api-Version registry/2.0;
	    location = /v2/ { default_type application/json; return 200 '{}'; }
	    location ~ /manifests/ { default_type application/vnd.docker.distribution.manifest.v2+json; }
	  }
	}
	NGINX
    start_process "${dir##*/}" "$dir/server.log" nginx -p "$dir" -e "$dir/server.log" -c "$dir/nginx.conf"
    wait_for_process "${dir##*/}" "$dir/server.log" "nginx with files" \
        curl -sf --max-time 5 --cacert "$dir/ca.crt" "https://localhost:$(cat "$dir/port")/v2/"
}

compare() {
    local target ARGUMENTS=()
    for target in $TARGETS; do start_target "$target"; done
    mkdir -p "$(dirname "$JSON")"
    python3 "$HERE/measure.py" --work "$LANE_DIR" --pids "$LANE_DIR/pids" --static "$LANE_DIR/static/files" --json "$JSON" \
        --rounds "$ROUNDS" --warm-up "$WARM_UP" --seconds "$SECONDS_EACH" --size-mib "$SIZE_MIB" --layers "$LAYERS" \
        --layer-mib "$LAYER_MIB" --pullers "$PULLERS" --connections "$CONNECTIONS" --only "$ONLY" "${ARGUMENTS[@]}"
    printf 'single figures: %s\n' "$JSON"
}

# As dockerd pushes it: one PATCH in chunks. The peak tells whether memory grows with what goes through.
push_with_small_heap() {
    local dir=$LANE_DIR/small-heap data=$LANE_DIR/small-heap-data bytes=$((HEAP_GIB << 30)) began
    # shellcheck disable=SC2034 # for start_server
    JAVA_FLAGS=(-Xmx64m)
    start_server wharfgate "$dir" "$data"
    registry_curl -f -o /dev/null -D "$LANE_DIR/headers" -X POST -H 'Content-Length: 0' /v2/bench/heap/blobs/uploads/
    began=$SECONDS
    noise "$bytes" heap | tee "$LANE_DIR/noise" | registry_curl -f -o /dev/null -D "$LANE_DIR/headers" -X PATCH -T - -H 'Expect:' \
        -H 'Content-Type: application/octet-stream' "$(header Location)" &
    sha256_of <"$LANE_DIR/noise" >"$LANE_DIR/digest"
    wait $!
    registry_curl -f -o /dev/null -X PUT -H 'Content-Length: 0' "$(with_digest "$(header Location)" "sha256:$(cat "$LANE_DIR/digest")")"
    printf '\nA push of %s GiB with -Xmx64m: %s s, %s\n' "$HEAP_GIB" $((SECONDS - began)) "$(memory_of small-heap)"
}

# As the packages run it.
: "${JAVA_FLAGS_BENCH:=$(packaged_options) -Xmx256m}"
make_class_data "$LANE_DIR/classes" "${JAVA_HOME:-}" || fail "no class data"
export IT_CLASS_DATA=$LANE_DIR/classes/java.options
# shellcheck disable=SC2034 # for start_server
read -ra JAVA_FLAGS <<<"$JAVA_FLAGS_BENCH"
compare
stop_all_processes
rm -rf "$LANE_DIR"/*-data
if [[ $SMALL_HEAP == yes ]]; then
    need_disk_gib $((HEAP_GIB + 1))
    mkfifo "$LANE_DIR/noise"
    push_with_small_heap
fi
