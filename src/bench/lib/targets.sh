# shellcheck shell=bash
# What the benches share that compare several servers. Sourced after src/it/lib.sh.

BENCH_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PYTHONPATH=$BENCH_LIB PYTHONDONTWRITEBYTECODE=1

# The same user with a cheap hash and with a dear one.
add_bench_users() {
    local dir=$1
    [[ -e $dir/port ]] || prepare_registry "$dir"
    htpasswd -i -B -C 5 "$dir/htpasswd" cheap <"$dir/password" 2>/dev/null
    htpasswd -i -B -C 10 "$dir/htpasswd" dear <"$dir/password" 2>/dev/null
}
