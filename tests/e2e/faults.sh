#!/usr/bin/env bash
# test: whatever breaks at whatever step, one healthy version serves and the same command finishes
# timeout: 3600
# serial
#
# FAULTS=all runs every combination of a cut point and a fault (hours); else FAULTS is how many (200;
# CI takes 8, other seeds each time).
# FAULTS_SEED chooses which; it is printed. FAULTS_ONLY='SCENARIO POINT FAULT' runs this one (or these,
# one a line).
# FAULTS_WORKERS servers work side by side (4).
#
# In $folder: `scenarios`, then `combinations`, of which each worker takes the next line;
# points.SCENARIO, written by a run without a fault; `results`; evidence/ of what was not survived.
set -euo pipefail
here=$(cd "$(dirname "$0")/faults" && pwd)
release=${1:-12}
seed=${FAULTS_SEED:-$RANDOM}
folder=$(mktemp -d "${TMPDIR:-/tmp}/liteship-faults.XXXXXX")
scenarios=() faults=()
. "$(dirname "$0")/faults/scenarios.sh"
. "$(dirname "$0")/faults/inject.sh"

end() {
  jobs -p | xargs -r kill 2>/dev/null || true
  wait
}
trap end EXIT
trap 'exit 130' INT TERM

# workers_alive: one that gave up is a failure of the test, and nobody waits for it.
workers_alive() {
  local pid
  for pid in "${workers[@]}"; do kill -0 "$pid" 2>/dev/null || return 1; done
}

start_workers() {
  local number
  workers=()
  for number in $(seq "${FAULTS_WORKERS:-4}"); do
    "$here/worker.sh" "$release" "$number" "$folder" >"$folder/worker.$number.log" 2>&1 </dev/null &
    workers+=($!)
  done
}

# All cut points, once every scenario has been through.
collect_points() {
  local scenario
  for scenario in "${scenarios[@]}"; do
    until [ -e "$folder/points.$scenario" ]; do
      workers_alive || { tail -n 20 "$folder"/worker.*.log >&2; echo 'a worker gave up' >&2; exit 1; }
      sleep 0.2
    done
    cat "$folder/points.$scenario"
  done
}

began=$SECONDS
[ -z "${FAULTS_ONLY:-}" ] || scenarios=()
printf '%s\n' "${scenarios[@]}" >"$folder/scenarios"
start_workers
collect_points >"$folder/points"
echo "FAULTS_SEED=$seed, $(wc -l <"$folder/points") cut points × ${#faults[@]} faults, after $((SECONDS - began)) s" >&2
if [ -n "${FAULTS_ONLY:-}" ]; then
  echo "$FAULTS_ONLY" >"$folder/picked"
else
  python3 "$here/pick.py" "$seed" "${FAULTS:-200}" "${faults[@]}" <"$folder/points" >"$folder/picked"
fi
mv "$folder/picked" "$folder/combinations"
failed=
for worker in "${workers[@]}"; do wait "$worker" || failed=1; done
[ -z "$failed" ] || tail -n 20 "$folder"/worker.*.log >&2
python3 "$here/table.py" "${faults[@]}" <"$folder/results"
echo "FAULTS_SEED=$seed, $((SECONDS - began)) s" >&2
[ -z "$failed" ]
[ "$(wc -l <"$folder/results")" = "$(wc -l <"$folder/combinations")" ]
if grep -qv '^[^ ]* [^ ]* [^ ]* survived ' "$folder/results"; then
  echo "see $folder/evidence" >&2
  exit 1
fi
rm -rf "$folder"
