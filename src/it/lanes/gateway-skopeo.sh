#!/usr/bin/env bash
# The lane `skopeo` through the gateway in front of Debian's docker-registry: skopeo, all its steps and refusals.
# At most 180 s.

export IT_SERVER=${IT_GATEWAY:-gateway}
# shellcheck source=skopeo.sh
. "$(dirname "${BASH_SOURCE[0]}")/skopeo.sh"
