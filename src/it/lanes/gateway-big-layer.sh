#!/usr/bin/env bash
# The lane `big-layer` through the gateway in front of Debian's docker-registry: 2 GiB in one layer, with 64 MiB of heap.
# At most 600 s. Alone.

export IT_SERVER=${IT_GATEWAY:-gateway} IT_JAVA_FLAGS=-Xmx64m
# shellcheck source=big-layer.sh
. "$(dirname "${BASH_SOURCE[0]}")/big-layer.sh"
note "peak RSS of the gateways with -Xmx64m: $(peak_rss_mib "$LANE_DIR/registry") and $(peak_rss_mib "$LANE_DIR/other") MiB"
