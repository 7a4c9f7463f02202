#!/usr/bin/env bash
# Gives the parsers inputs that nobody wrote, until the time is over or something breaks.
#
#   tests/fuzz/run.sh [--seconds N | --runs N] [--build] [NAME…]
#
#   --seconds   for so long each (60)
#   --runs      so many inputs each; with FUZZ=all: 10000000
#   --build     configure and build the preset `fuzz` first
#
# What breaks is written to build/fuzz/crashes/NAME-…; docs/contributing.md says how to go on.
# Exit status 77: not built.
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() { sed -n '2,/^set/s/^# \{0,1\}//p' tests/fuzz/run.sh | sed '$d'; }

limit=(-max_total_time=60)
[ "${FUZZ:-}" != all ] || limit=(-runs=10000000)
build=
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) limit=("-max_total_time=${2:?--seconds needs a number}") && shift 2 ;;
    --runs) limit=("-runs=${2:?--runs needs a number}") && shift 2 ;;
    --build) build=1 && shift ;;
    -h | --help) usage && exit ;;
    -*) usage >&2 && exit 2 ;;
    *) break ;;
  esac
done
[ -z "$build" ] || { cmake --preset fuzz && cmake --build --preset fuzz -j 2; }
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(ls tests/fuzz/seeds)

# fuzz NAME: what it finds new stays in build/fuzz/corpus/NAME for the next time.
fuzz() {
  local name=$1 program=build/fuzz/tests/fuzz/fuzz_$1 corpus=build/fuzz/corpus/$1
  local log=build/fuzz/$1.log dictionary=tests/fuzz/dictionaries/$1 words=()
  [ -x "$program" ] || { echo "not built: $program" && exit 77; }
  mkdir -p "$corpus" build/fuzz/crashes
  [ ! -f "$dictionary" ] || words=("-dict=$dictionary")
  # 2560 MiB: the limit of libFuzzer itself is 2048, and the sanitizers keep what was freed
  if ! "$program" "${limit[@]}" -timeout=5 -rss_limit_mb=2560 -print_final_stats=1 "${words[@]}" \
    "-artifact_prefix=build/fuzz/crashes/$name-" "$corpus" "tests/fuzz/seeds/$name" >"$log" 2>&1; then
    grep -v '^#' "$log" | tail -n 60
    echo "$name: broken; run $program FILE again with the file named above"
    return 1
  fi
  sed -n "s/^stat::number_of_executed_units: */$name: inputs /p;
    s/^stat::average_exec_per_sec: */$name: a second /p" "$log"
}

status=0
for name in "${names[@]}"; do fuzz "$name" || status=1; done
exit "$status"
