#!/usr/bin/env bash
# The lane `docker` through the gateway in front of Debian's docker-registry: Docker engine, all its steps and refusals.
# At most 240 s.

export IT_SERVER=${IT_GATEWAY:-gateway}
# shellcheck source=docker.sh
. "$(dirname "${BASH_SOURCE[0]}")/docker.sh"
