#!/usr/bin/env bash
# shellcheck disable=SC2317  # the cases are called by name
# run.sh BUILD_DIR [CASE…]: tries the built chatroom under real load; without a CASE all of them.
# Needs curl and python3. Prints one line per case; exit 1 when one failed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
app_pid=''
trap 'stop_app KILL; rm -rf "$work"' EXIT

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

a_database_that_needs_migration_is_not_up() {
  fresh
  start_app
  [ "$(status "$url/up")" = 503 ] || fail "up before migrate"
  grep -q 'needs migration' "$work/body" || fail "no reason: $(cat "$work/body")"
  [ -z "$(ls "$STORAGE_DIR")" ] || fail "serve created a file: $(ls "$STORAGE_DIR")"
  "$build/chatroom" migrate >"$work/migrate.log"
  [ "$(status "$url/up")" = 200 ] || fail "not up after migrate: $(cat "$work/body")"
}

migrating_again_and_at_once_changes_nothing() {
  fresh
  "$build/chatroom" migrate >"$work/1" & local one=$!
  "$build/chatroom" migrate >"$work/2" & local two=$!
  wait "$one" || fail "the first migration failed"
  wait "$two" || fail "the second migration failed"
  "$build/chatroom" migrate >"$work/3"
  [ "$(grep -c 'nothing to do' "$work/3")" = 2 ] || fail "$(cat "$work/3")"
}

the_same_client_id_is_one_message() {
  fresh_app
  [ "$(post '{"author":"ann","body":"hi","client_id":"a-1"}')" = 201 ] || fail "not created"
  [ "$(post '{"author":"ann","body":"hi","client_id":"a-1"}')" = 200 ] || fail "not found again"
  grep -q '"id":1' "$work/body" || fail "another id: $(cat "$work/body")"
  [ "$(status -d 'author=bo&body=h%C3%A9' "$url/messages")" = 201 ] || fail "form refused"
  [ "$(curl -s "$url/messages/export" | wc -l)" = 2 ] || fail "not two messages"
}

bad_input_is_refused_with_4xx() {
  fresh_app
  [ "$(post '{"author":"ann"}')" = 400 ] || fail "no body"
  [ "$(post '[1')" = 400 ] || fail "broken JSON"
  [ "$(post '{"author":1,"body":"x"}')" = 400 ] || fail "a number as author"
  [ "$(status -d 'author=a&body=%ff' "$url/messages")" = 400 ] || fail "not UTF-8"
  [ "$(status -d 'author=a&body=%zz' "$url/messages")" = 400 ] || fail "broken escape"
  [ "$(status "$url/messages?after=x")" = 400 ] || fail "after=x"
  [ "$(status --path-as-is "$url/../../etc/passwd")" = 404 ] || fail "a path out of public/"
  [ "$(status -X DELETE "$url/messages")" = 405 ] || fail "DELETE"
  [ "$(head -c 70000 /dev/zero | status --data-binary @- "$url/messages")" = 413 ] || fail "70 kB"
  [ "$(curl -s "$url/messages/export" | wc -l)" = 0 ] || fail "something was stored"
}

events_go_on_after_the_last_id() {
  fresh_app
  for n in 1 2 3; do post "{\"author\":\"ann\",\"body\":\"$n\"}" >"$work/code"; done
  (timeout 2 curl -sN -H 'Last-Event-ID: 1' "$url/events" || true) >"$work/events" &
  local listener=$!
  sleep 0.5
  post '{"author":"ann","body":"4"}' >"$work/code"
  # Another process writes to the same files, as the old container does during a release.
  local first=$app_pid first_url=$url
  start_app
  post '{"author":"ann","body":"5"}' >"$work/code"
  stop_app TERM
  app_pid=$first url=$first_url
  wait "$listener"
  [ "$(grep '^id:' "$work/events" | tr -d '\n')" = 'id: 2id: 3id: 4id: 5' ] ||
    fail "$(cat "$work/events")"
}

load_fails_no_request_and_loses_no_write() {
  fresh_app
  rm -f "$work/ack"
  load --rps 400 --for 2s >"$work/tally" || fail "$(cat "$work/tally")"
  [ "$(field failed "$work/tally")" = 0 ] || fail "$(cat "$work/tally")"
  [ "$(field requests "$work/tally")" = 800 ] || fail "$(cat "$work/tally")"
  verify --url "$url" >"$work/verdict" || fail "$(cat "$work/verdict")"
  verify --db "$STORAGE_DIR/app.sqlite3" >"$work/verdict" || fail "$(cat "$work/verdict")"
  # The check itself can fail: a write that nobody stored, and one that is stored out of order.
  echo load-1-1-999 >>"$work/ack"
  verify --url "$url" >"$work/verdict" && fail "a missing write was not noticed"
  grep -q 'missing load-1-1-999' "$work/verdict" || fail "$(cat "$work/verdict")"
}

# Requests that arrived are answered; what comes later is refused by a closed port, not cut off.
term_under_load_cuts_no_request() {
  fresh_app
  (timeout 5 curl -sN "$url/events" >"$work/events"; echo $? >"$work/listener") &
  rm -f "$work/ack"
  load --rps 400 --for 2s >"$work/tally" & local load_pid=$!
  sleep 1
  local begin end
  begin=$(date +%s%N)
  stop_app TERM
  end=$(date +%s%N)
  [ "$app_code" = 0 ] || fail "exit code $app_code"
  [ $(((end - begin) / 1000000)) -lt 1000 ] || fail "took $(((end - begin) / 1000000)) ms"
  wait "$load_pid" || true
  python3 - "$work/tally" <<'P' || fail "$(cat "$work/tally")"
import json, sys
kinds = set(json.load(open(sys.argv[1]))["failures"])
sys.exit(kinds != {"connect: Connection refused"})
P
  sleep 0.2
  [ "$(cat "$work/listener")" = 0 ] || fail "the stream did not end properly"
  verify --db "$STORAGE_DIR/app.sqlite3" >"$work/verdict" || fail "$(cat "$work/verdict")"
}

kill_9_loses_no_acknowledged_write() {
  fresh_app
  rm -f "$work/ack"
  load --rps 1000 --reads 0 --for 2s >"$work/tally" & local load_pid=$!
  sleep 1
  stop_app KILL
  wait "$load_pid" || true
  start_app
  [ "$(status "$url/up")" = 200 ] || fail "not up again: $(cat "$work/body")"
  [ "$(wc -l <"$work/ack")" -gt 100 ] || fail "too few writes to tell"
  verify --url "$url" >"$work/verdict" || fail "$(cat "$work/verdict")"
}

faults_are_what_they_say() {
  fresh
  local code=0
  CRASH_AT_BOOT=1 "$build/chatroom" 2>"$work/err" || code=$?
  [ "$code" = 3 ] || fail "CRASH_AT_BOOT: $code"
  grep -q CRASH_AT_BOOT "$work/err" || fail "CRASH_AT_BOOT: no reason"
  code=0
  MIGRATE_FAIL=1 "$build/chatroom" migrate 2>"$work/err" || code=$?
  [ "$code" = 4 ] || fail "MIGRATE_FAIL: $code"
  [ -z "$(ls "$STORAGE_DIR")" ] || fail "MIGRATE_FAIL: left $(ls "$STORAGE_DIR")"
  MIGRATE_SLEEP_MS=50 "$build/chatroom" migrate >"$work/migrate.log"
  grep -q '50 ms' "$work/migrate.log" || fail "MIGRATE_SLEEP_MS"
  UNHEALTHY=1 start_app
  [ "$(status "$url/up")" = 500 ] || fail "UNHEALTHY"
  AUTO_MIGRATE=1 start_auto
}

start_auto() {
  fresh
  start_app
  [ "$(status "$url/up")" = 200 ] || fail "AUTO_MIGRATE"
}

all='a_database_that_needs_migration_is_not_up migrating_again_and_at_once_changes_nothing
the_same_client_id_is_one_message bad_input_is_refused_with_4xx events_go_on_after_the_last_id
load_fails_no_request_and_loses_no_write term_under_load_cuts_no_request
kill_9_loses_no_acknowledged_write faults_are_what_they_say'

# One case: the shell ends at its first failed command. Several: a shell for each, because `set -e`
# does not reach into a function that is called in a condition.
if [ $# = 1 ]; then
  name=$1
  trap 'stop_app KILL; rm -rf "$work"; echo "FAIL $name"' EXIT
  "$name"
  trap 'stop_app KILL; rm -rf "$work"' EXIT
  echo "ok   $name"
  exit 0
fi
# shellcheck disable=SC2086  # one word per case
[ $# -gt 0 ] || set -- $all
failed=0
for case in "$@"; do
  "$0" "$build" "$case" || failed=1
done
exit "$failed"
