#!/usr/bin/env bash
# The lane `access` through the gateway in front of Debian's docker-registry, which knows nothing of users.
# At most 600 s.

export IT_SERVER=gateway
# shellcheck source=access.sh
. "$(dirname "${BASH_SOURCE[0]}")/access.sh"
