#!/usr/bin/env bash
# worker.sh RELEASE NUMBER FOLDER: one server of tests/e2e/faults.sh, which explains the folder.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
. "$here/../chatroom.sh"
. "$here/../replica_lib.sh"
. "$here/server.sh"
. "$here/scenarios.sh"
. "$here/inject.sh"
. "$here/traffic.sh"
. "$here/checks.sh"

worker=$2 folder=$3
problems='' detail=''

# take QUEUE: sets $job to its next line; fails when nothing is left.
take() {
  local number
  job=$({
    flock 7
    number=$(($(cat "$folder/$1.next" 2>/dev/null || echo 0) + 1))
    echo $number >"$folder/$1.next"
    sed -n "${number}p" "$folder/$1"
  } 7>"$folder/$1.lock")
  [ -n "$job" ]
}

# begin_tool: the command of the scenario, as a person types it: in a session of its own, because
# signals go to it alone, and what becomes of it is seen in $work/first.*.
begin_tool() {
  (cd "$project" && exec setsid "${tool[@]}" "${command[@]}") \
    >"$work/first.out" 2>"$work/first.err" </dev/null &
  victim=$!
}

# end_tool SECONDS: waits for it; sets $first to its exit code. One that does not end is a hang.
end_tool() {
  local deadline=$((SECONDS + $1))
  while kill -0 "$victim" 2>/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
  if kill -0 "$victim" 2>/dev/null; then
    problem "the command hangs"
    kill -KILL "$victim"
  fi
  first=0
  wait "$victim" 2>/dev/null || first=$?
}

# combination SCENARIO POINT FAULT: sets $problems, empty when it was survived, and $detail.
combination() {
  local scenario=$1 point=$2 fault=$3 began=$SECONDS
  problems='' detail=''
  "prepare_${scenario//-/_}"
  began_at=$(date +%s)
  gate_at "$point"
  [ "$fault" != disk ] || root_on a /usr/local/lib/faults/disk mount
  traffic_begin "$scenario"
  down_from='' down_to=''
  begin_tool
  if gate_reached 120; then
    "inject_${fault//-/_}"
  else
    problem "the point was not reached"
  fi
  end_tool 300
  settle "$fault"
  check_first "$fault"
  check_next_command
  again
  check_server
  traffic_end
  [ "$fault" != disk ] || root_on a /usr/local/lib/faults/disk unmount
  detail="exit $first, $((SECONDS - began)) s${by_itself:+, $by_itself}${detail:+, $detail}"
}

# again: the same command finishes.
again() {
  deploy "${command[@]}"
  mv "$work/out" "$work/again.out"
  mv "$work/err" "$work/again.err"
  [ "$status" = "$wanted_code" ] || problem "the same command ends with $status: $(tail -n 4 "$work/again.err" | tr '\n' ' ')"
  [ -z "$down_from" ] || [ -n "$down_to" ] || down_to=$(now)
}

problem() {
  local text=${*//$'\n'/ }
  problems+="${problems:+; }$text"
  note "PROBLEM $scenario $point $fault: $*"
}

# keep_evidence: what is needed to understand a combination that was lost.
keep_evidence() {
  local to=$folder/evidence/$1-${2//\//_}-$3
  mkdir -p "$to"
  cp "$work"/first.* "$work"/again.* "$work"/status.* "$work"/failures "$to" 2>/dev/null || true
  root_on a /usr/local/lib/faults/evidence >"$to/server" 2>&1 || true
  printf '%s\n' "$problems" >"$to/problems"
}

# list_points SCENARIO: a run without a fault; each gate that is passed is a cut point.
list_points() {
  "prepare_${1//-/_}"
  gate_at none
  deploy "${command[@]}"
  [ "$status" = "$wanted_code" ] || fail "$1 without a fault: exit $status: $(tail -n 5 "$work/err")"
  serving=$wanted
  root_on a cat /run/faults/points | awk -v s="$1" '!seen[$0]++ { print s, $0 }' >"$folder/points.new.$1"
  mv "$folder/points.new.$1" "$folder/points.$1"
}

# report SCENARIO POINT FAULT: one line of the results; $problems says which.
report() {
  local verdict=survived
  if [ -z "$problems" ]; then
    serving=$wanted
  else
    keep_evidence "$@"
    verdict="lost $problems"
    serving= # the next combination begins from nothing
  fi
  echo "$* $verdict ($detail)" | tee -a "$folder/results" >&2
}

# gave_up STATUS: a worker that ends early has not survived what it was at.
gave_up() {
  local why
  [ "$1" != 0 ] || return 0
  why=$(grep -E '^(FAILED|ended):' "$folder/worker.$worker.log" | tail -n 1)
  problems="${problems:+$problems; }the worker gave up: ${why:-exit $1}"
  note "$problems"
  [ -z "${scenario:-}" ] || report "$scenario" "$point" "$fault"
}
set -E
trap 'echo "ended: ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
# shellcheck disable=SC2154  # code is the trap's own
trap 'code=$?; set +eE; gave_up $code; (exit $code); e2e_end' EXIT

faults_server_up
while take scenarios; do list_points "$job"; done
until [ -s "$folder/combinations" ]; do sleep 0.2; done
while take combinations; do
  read -r scenario point fault <<<"$job"
  combination "$scenario" "$point" "$fault" </dev/null
  report "$scenario" "$point" "$fault"
done
