#!/usr/bin/env bash
# The lane `podman` through the gateway in front of Debian's docker-registry: podman, all its steps and refusals.
# At most 180 s.

export IT_SERVER=${IT_GATEWAY:-gateway}
# shellcheck source=podman.sh
. "$(dirname "${BASH_SOURCE[0]}")/podman.sh"
