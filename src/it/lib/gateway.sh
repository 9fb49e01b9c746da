# shellcheck shell=bash
# A gateway under test, or nginx in its place, and the registry that stands behind it. Sourced by lib.sh.
#
# Both have directories as registries do (lib/registry.sh), and start again from them with the same port and data.

# What the lanes gateway-* put in front: `gateway`, which is Wharfgate, or `nginx`.
: "${IT_GATEWAY:=gateway}"
# Lines for the section `upstream` of Wharfgate's configuration, beside the address.
UPSTREAM_SETTINGS=()

# start_gateway DIR UPSTREAM_URL [KIND]; sets what start_wharfgate sets.
start_gateway() { start_server "${3:-$IT_GATEWAY}" "$1" "$2"; }

# start_upstream DIR [STORAGE_ROOT]: docker-registry in plain HTTP, open to all, as people have it behind a gateway.
# Sets UPSTREAM_URL, UPSTREAM_PORT and UPSTREAM_NAME (its process).
start_upstream() {
    local dir=$1 root=${2:-$1/data}
    need docker-registry docker-registry curl curl python3 python3
    mkdir -p "$dir" "$root"
    [[ -e $dir/port ]] || free_port >"$dir/port"
    UPSTREAM_NAME=${dir##*/}
    UPSTREAM_PORT=$(cat "$dir/port")
    UPSTREAM_URL=http://127.0.0.1:$UPSTREAM_PORT
    write_config_of_upstream "$dir" "$root"
    start_process "$UPSTREAM_NAME" "$dir/server.log" docker-registry serve "$dir/distribution.yaml"
    wait_for_process "$UPSTREAM_NAME" "$dir/server.log" "docker-registry at $UPSTREAM_URL" \
        curl -sf --max-time 5 "$UPSTREAM_URL/v2/"
}

write_config_of_upstream() {
    local dir=$1 root=$2
    cat >"$dir/distribution.yaml" <<-YAML
	version: 0.1
	log: {level: error, accesslog: {disabled: true}}
	storage:
	  filesystem: {rootdirectory: $root}
	  delete: {enabled: true}
	http:
	  addr: "127.0.0.1:$UPSTREAM_PORT"
	  secret: only-for-tests
	YAML
}

write_config_of_gateway() {
    local dir=$1 upstream=$2
    {
        write_front_of_wharfgate "$dir"
        printf 'upstream:\n  url: %s\n' "$upstream"
        ((${#UPSTREAM_SETTINGS[@]} == 0)) || printf '  %s\n' "${UPSTREAM_SETTINGS[@]}"
    } >"$dir/wharfgate.yaml"
}

# Connections of the gateway to its upstream; idle ones of its pool among them.
connections_to_upstream() { ss -Htn state established "dport = :$UPSTREAM_PORT" | wc -l; }

# --- nginx, to compare with --------------------------------------------------------------------------------------

# The recipe of distribution's documentation, with its header lines; and bodies passed on as they come, which without
# proxy_http_version 1.1 would not be true of those in chunks.
write_config_of_nginx() {
    write_nginx "$@" "server ${2#http://};" "proxy_buffering off; proxy_request_buffering off;"
}

# What somebody who knows nginx would add: connections kept, and buffers that fit layers.
# shellcheck disable=SC2317 # called by its kind
write_config_of_nginx-tuned() {
    write_nginx "$@" "server ${2#http://}; keepalive 64;" 'proxy_request_buffering off; proxy_set_header Connection "";
	      proxy_buffering on; proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0;'
}

# write_nginx DIR UPSTREAM_URL SERVERS PASSING
write_nginx() {
    local dir=$1 servers=$3 passing=$4
    cat >"$dir/nginx.conf" <<-NGINX
	daemon off;
	user root;
	pid $dir/nginx.pid;
	worker_processes auto;
	worker_rlimit_nofile 20000;
	events { worker_connections 8192; }
	http {
	  access_log off;
	  client_body_temp_path $dir/body;
	  proxy_temp_path $dir/proxy;
	  fastcgi_temp_path $dir/fastcgi;
	  uwsgi_temp_path $dir/uwsgi;
	  scgi_temp_path $dir/scgi;
	  upstream docker-registry { $servers }
	  map \$upstream_http_docker_distribution_api_version \$docker_distribution_api_version { '' 'registry/2.0'; }
	  server {
	    listen $(cat "$dir/address"):$(cat "$dir/port") ssl;
	    ssl_certificate $dir/server.crt;
	    ssl_certificate_key $dir/server.key;
	    ssl_session_cache shared:SSL:10m;
	    client_max_body_size 0;
	    chunked_transfer_encoding on;
	    location /v2/ {
	      auth_basic "Registry realm";
	      auth_basic_user_file $dir/htpasswd;
	      add_header Docker-Distribution-Api-Version \$docker_distribution_api_version always;
	      proxy_pass http://docker-registry;
	      proxy_http_version 1.1;
	      proxy_set_header Host \$http_host;
	      proxy_set_header X-Real-IP \$remote_addr;
	      proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
	      proxy_set_header X-Forwarded-Proto \$scheme;
	      proxy_read_timeout 900;
	      $passing
	    }
	  }
	}
	NGINX
}
