# shellcheck shell=bash disable=SC2154,SC2034  # run.sh sets build, here and work
# What the cases use: starting and stopping the app, asking it, load on it.

# The long form: CHATROOM_LONG=1.
releases=3 kills=3 hostile_requests=10000
[ -z "${CHATROOM_LONG:-}" ] || { releases=10 kills=30 hostile_requests=1000000; }

export STORAGE_DIR=$work/storage PUBLIC_DIR=$here/../public APP_VERSION=test PORT=0

fail() {
  echo "  $*" >&2
  return 1
}

# field NAME FILE: a field of the tool's JSON.
field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[2]))[sys.argv[1]])' "$@"; }

stop_app() {
  [ -n "$app_pid" ] || return 0
  kill -s "$1" "$app_pid" 2>/dev/null || true
  app_code=0
  wait "$app_pid" 2>/dev/null || app_code=$?
  app_pid=''
}

# Starts the app on a free port; sets app_pid and url.
start_app() {
  : >"$work/app.log" # before the fork, or the last app's port is read
  "$build/chatroom" >"$work/app.log" 2>&1 &
  app_pid=$!
  for _ in $(seq 100); do
    port=$(sed -n 's/.*listening on port \([0-9]*\),.*/\1/p' "$work/app.log")
    [ -z "$port" ] || break
    sleep 0.05
  done
  url=http://127.0.0.1:$port
}

fresh() {
  stop_app KILL
  rm -rf "$STORAGE_DIR"
  mkdir "$STORAGE_DIR"
}

fresh_app() {
  fresh
  "$build/chatroom" migrate >"$work/migrate.log"
  start_app
}

status() { curl -s -o "$work/body" -w '%{http_code}' "$@"; }
post() { status -H 'Content-Type: application/json' -d "$1" "$url/messages"; }
load() { "$build/chatroom-load" mixed --url "$url" --ack-log "$work/ack" --json "$@"; }
verify() { "$build/chatroom-load" verify --ack-log "$work/ack" "$@"; }

# component NAME: a number of /status.json, as in jobs.ready
component() {
  curl -s "$url/status.json" | python3 -c '
import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1].split("."): value = value[name]
print(value)' "$1"
}

# wait_for COMMAND…: until it succeeds, at most 10 s.
wait_for() {
  for _ in $(seq 100); do
    ! "$@" || return 0
    sleep 0.1
  done
  return 1
}
jobs_are_done() { [ "$(component jobs.ready) $(component jobs.scheduled) $(component jobs.claimed)" = '0 0 0' ]; }
