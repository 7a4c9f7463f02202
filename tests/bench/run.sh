#!/usr/bin/env bash
# Measures Liteship, beside Kamal where both can do it, with real engines at both ends.
#
#   tests/bench/run.sh [--short|--long] [--page FILE] [TABLE…]
#
#   TABLE    releases overhead local shipping swap hold; all without one
#   --short  about a quarter of an hour (default); --long: more rounds, 10^6 requests
#   --page   also put the tables that were measured into FILE; docs/benchmarks.md is made so
#
# Prints Markdown, writes build/bench/bench.json. LITESHIP_KEEP=1 leaves laptop and server in place.
# DEPLOY=FILE measures another binary than the static one that is built here. ROUNDS=N: so many rounds.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() { sed -n '2,/^set/s/^# \{0,1\}//p' tests/bench/run.sh | sed '$d'; }

again=(tests/bench/run.sh "$@")
options=(--json build/bench/bench.json)
tables=()
while [ $# -gt 0 ]; do
  case $1 in
    --short | --long) options+=(--form "${1#--}") && shift ;;
    --page) options+=(--page "${2:?--page needs a FILE}") && shift 2 ;;
    -h | --help) usage && exit ;;
    -*) usage >&2 && exit 2 ;;
    *) tables+=("$1") && shift ;;
  esac
done

release_binary() {
  cmake --preset release
  cmake --build --preset release -j 2 -t deploy plan-time
}

tests/server/packages.sh test
# shellcheck source=tests/server/docker_group.sh
. tests/server/docker_group.sh "${again[@]}"
tests/server/engine.sh >&2 || exit
[ -n "${DEPLOY:-}" ] || release_binary >&2
mkdir -p build/bench
tools=$(tests/bench/tools.sh)
exec python3 -B tests/bench/main.py --deploy "${DEPLOY:-build/release/deploy}" --tools "$tools" \
  "${options[@]}" "${tables[@]}"
