#!/usr/bin/env bash
# /metrics, all-in-one and in front of a registry: promtool finds nothing to complain of, a parser of OpenMetrics that is not
# ours reads the page, a real Prometheus scrapes it and evaluates the alerts; alerts and dashboard name nothing that is not
# there. Readiness says 503, and why, when the disk has less room than asked for.
# At most 120 s.

# shellcheck source=../lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
lane_begin
need_wharfgate
need jq jq
GRAFANA=$REPO_HOME/docs/grafana
# Debian's, which Debian's packages are for; another one may come first in the path.
PYTHON=/usr/bin/python3

# The package would start a server of its own, so it is unpacked and not installed.
find_prometheus() {
    PROGRAMS=$LANE_DIR/prometheus/usr/bin
    (cd "$LANE_DIR" && { apt-get -q download prometheus || { apt-get -q update && apt-get -q download prometheus; }; }) \
        >"$LANE_DIR/download.log" 2>&1 || skip "Debian's package prometheus cannot be downloaded"
    dpkg -x "$LANE_DIR"/prometheus_*.deb "$LANE_DIR/prometheus"
}

# with_operations [SETTING]...: the operator's listener, for the next start; sets OPS.
with_operations() {
    OPS=127.0.0.1:$(free_port)
    # shellcheck disable=SC2034 # for the configuration
    MORE_SETTINGS=("log: {audit: $LANE_DIR/audit.log}" "ops:" "  listen: $OPS" "${@/#/  }")
}

use_it() {
    local file=$LANE_DIR/blob
    head -c 300000 /dev/urandom >"$file"
    push_file metrics/it "$file"
    registry_curl -f -o /dev/null "/v2/metrics/it/blobs/$DIGEST"
    assert_status 404 /v2/metrics/it/manifests/none
    assert_equal "a wrong password" 401 \
        "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$CA" -u "$USER_NAME:wrong" "$REGISTRY_URL/v2/")"
    # The first request for the page is on the second page.
    curl -sf -o /dev/null "http://$OPS/metrics"
}

page_is_clean() {
    local page=$1 complaints
    curl -sf "http://$OPS/metrics" >"$page"
    complaints=$("$PROGRAMS/promtool" check metrics <"$page" 2>&1) || fail "promtool check metrics: $complaints"
    [[ -z $complaints ]] || fail "promtool check metrics: $complaints"
    curl -sf -H 'Accept: application/openmetrics-text; version=1.0.0' "http://$OPS/metrics" >"$page.open"
    "$PYTHON" -c '
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
print(sum(len(family.samples) for family in families(sys.stdin.read())), "series")' <"$page.open" ||
        fail "not OpenMetrics: $page.open"
    note "${page##*/}: $(grep -vc '^#' "$page") series, $(stat -c %s "$page") bytes"
}

# Every metric that a file names is a family or a series of one of the pages.
names_are_there() {
    local name
    grep -hoE '\b(wharfgate|jvm|process)_[a-z0-9_]+\b' "$@" | sort -u >"$LANE_DIR/named"
    sed -E '/^#/d; s/[{ ].*//' "$LANE_DIR"/*.page | sort -u >"$LANE_DIR/served"
    name=$(comm -23 "$LANE_DIR/named" "$LANE_DIR/served")
    [[ -z $name ]] || fail "named in $*, and on no page: $name"
}

# A real Prometheus, for as long as one scrape and one evaluation take.
prometheus_scrapes() {
    local dir=$LANE_DIR/server port
    port=$(free_port)
    mkdir -p "$dir"
    cat >"$dir/prometheus.yml" <<-YAML
	global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
	rule_files: [$GRAFANA/alerts.yaml]
	scrape_configs:
	  - job_name: wharfgate
	    static_configs: [{targets: ["$1", "$2"]}]
	YAML
    start_process prometheus "$dir/prometheus.log" "$PROGRAMS/prometheus" --config.file="$dir/prometheus.yml" \
        --storage.tsdb.path="$dir/data" --web.listen-address="127.0.0.1:$port"
    QUERY=http://127.0.0.1:$port/api/v1
    wait_until 60 "two targets that are up" both_are_up
    wait_until 30 "all rules evaluated" rules_are_evaluated
    assert_equal "alerts of a service that is well" "" \
        "$(curl -sf "$QUERY/alerts" | jq -r '.data.alerts[] | select(.state == "firing") | .labels.alertname')"
    stop_process prometheus
}

both_are_up() {
    [[ $(curl -sf "$QUERY/query" --data-urlencode 'query=sum(up{job="wharfgate"})' | jq -r '.data.result[0].value[1]') == 2 ]]
}

rules_are_evaluated() {
    curl -sf "$QUERY/rules" | jq -e '[.data.groups[].rules[].health] | all(. == "ok")'
}

readiness_knows_the_disk() {
    local status
    status=$(curl -s -o "$LANE_DIR/ready" -w '%{http_code}' "http://$OPS/health/ready")
    assert_equal "readiness with room" 200 "$status"
    assert_equal "readiness in JSON" ready "$(jq -r .status "$LANE_DIR/ready")"
    stop_registry "$1"
    with_operations "min-free-space: 4000000GiB"
    start_wharfgate "$1"
    status=$(curl -s -o "$LANE_DIR/ready" -w '%{http_code}' "http://$OPS/health/ready")
    assert_equal "readiness without room" 503 "$status"
    assert_equal "what is wrong" disk \
        "$(jq -r '.checks | to_entries[] | select(.value.status != "ok") | .key' "$LANE_DIR/ready")"
}

find_prometheus
"$PYTHON" -c 'import prometheus_client.openmetrics.parser' 2>/dev/null || install_packages python3-prometheus-client

step "alerts" && "$PROGRAMS/promtool" check rules "$GRAFANA/alerts.yaml"

step "all-in-one"
with_operations
start_wharfgate "$LANE_DIR/registry"
use_it
page_is_clean "$LANE_DIR/all-in-one.page"
STORED_OPS=$OPS

step "gateway"
with_operations
start_upstream "$LANE_DIR/upstream"
start_gateway "$LANE_DIR/gateway" "$UPSTREAM_URL"
use_it
page_is_clean "$LANE_DIR/gateway.page"

step "names" && names_are_there "$GRAFANA/alerts.yaml" "$GRAFANA/wharfgate.json"
step "a real Prometheus" && prometheus_scrapes "$STORED_OPS" "$OPS"

step "readiness"
OPS=$STORED_OPS
readiness_knows_the_disk "$LANE_DIR/registry"
