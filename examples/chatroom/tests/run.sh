#!/usr/bin/env bash
# shellcheck disable=SC2317  # the cases are called by name
# run.sh BUILD_DIR [CASE…]: tries the built chatroom under real load; without a CASE all of them.
# Needs curl, python3 and sqlite3. Prints one line per case; exit 1 when one failed.
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

writers_at_once_share_commits_and_fail_nothing() {
  fresh_app
  rm -f "$work/ack"
  "$build/chatroom-load" write --url "$url" -c 1,16 --for 1s --ack-log "$work/ack" --json \
    >"$work/levels" || fail "$(cat "$work/levels")"
  python3 - "$work/levels" <<'P' || fail "$(cat "$work/levels")"
import json, sys
levels = [json.loads(line) for line in open(sys.argv[1])]
sys.exit([level["writers"] for level in levels] != [1, 16] or
         any(level["failed"] or not 0 < level["p50_ms"] <= level["max_ms"] for level in levels))
P
  verify --url "$url" >"$work/verdict" || fail "$(cat "$work/verdict")"
  [ "$(python3 -c "print($(component records.writes_per_commit) > 1.5)")" = True ] ||
    fail "$(component records.writes_per_commit) writes per commit"
}

# One release after the other: the new process serves beside the old one, then the old one stops.
# JOB_LOG has a line for every job that ran, whoever ran it.
releases() {
  local n old
  for n in $(seq "$1"); do
    "$build/chatroom-load" write --url "$url" -c 4 --for 0.3s --seed "1$n" --ack-log "$work/ack" \
      >"$work/old" & local one=$!
    old=$app_pid
    start_app
    echo "$url" >"$work/url"
    "$build/chatroom-load" write --url "$url" -c 4 --for 0.3s --seed "2$n" --ack-log "$work/ack2" \
      >"$work/new" || fail "$(cat "$work/new")"
    wait "$one" || fail "$(cat "$work/old")"
    kill "$old"
    wait "$old" || fail "exit code $?"
  done
}

jobs_run_once_across_releases() {
  fresh
  rm -f "$work/ack" "$work/ack2"
  "$build/chatroom" migrate >"$work/migrate.log"
  export JOB_LOG=$work/jobs
  start_app
  releases 10
  wait_for jobs_are_done || fail "$(curl -s "$url/status.json")"
  [ -z "$(grep '^notify' "$work/jobs" | sort | uniq -d)" ] || fail "a job ran twice"
  [ "$(grep -c '^notify' "$work/jobs")" = "$(cat "$work/ack" "$work/ack2" | wc -l)" ] ||
    fail "$(grep -c '^notify' "$work/jobs") jobs, $(cat "$work/ack" "$work/ack2" | wc -l) messages"
}

a_websocket_misses_nothing_across_releases() {
  fresh_app
  rm -f "$work/ack" "$work/ack2"
  echo "$url" >"$work/url"
  local n listeners=()
  for n in 1 2 3 4 5; do
    "$here/live_client.py" "$work/url" >"$work/heard$n" & listeners+=($!)
  done
  releases 10
  local messages
  messages=$(cat "$work/ack" "$work/ack2" | wc -l)
  all_heard() { [ "$(cat "$work"/heard? | wc -l)" -ge $((5 * messages)) ]; }
  wait_for all_heard || fail "$(wc -l "$work"/heard?), $messages messages"
  rm "$work/url"
  stop_app TERM
  wait "${listeners[@]}"
  [ "$messages" -gt 100 ] || fail "only $messages messages"
  for n in 1 2 3 4 5; do
    seq "$messages" | diff - "$work/heard$n" >"$work/diff" ||
      fail "client $n: not every message once, in order: $(head -n 5 "$work/diff")"
  done
}

events_reach_the_clients_of_every_process() {
  fresh_app
  echo "$url" >"$work/url"
  "$here/live_client.py" "$work/url" typing:1 >"$work/heard" & local listener=$!
  has_listener() { [ "$(component pubsub.listeners)" -ge 1 ]; }
  wait_for has_listener || fail "nobody listens"
  sleep 0.2
  local first=$app_pid
  start_app
  echo "$url" >"$work/url2"
  "$here/live_client.py" "$work/url2" typing:1 bo >"$work/heard2" & local speaker=$!
  both_heard() { grep -qx bo "$work/heard" && grep -qx bo "$work/heard2"; }
  wait_for both_heard || fail "$(cat "$work/heard" "$work/heard2")"
  rm "$work/url" "$work/url2"
  kill "$first"
  wait "$first" || fail "exit code $?"
  stop_app TERM
  wait "$listener" "$speaker"
}

a_job_that_fails_runs_again_later() {
  fresh
  "$build/chatroom" migrate >"$work/migrate.log"
  JOB_LOG=$work/jobs JOBS_FAIL_ONCE=1 start_app
  post '{"author":"ann","body":"see https://example.com/a?b and http://localhost:80"}' >"$work/code"
  is_scheduled() { [ "$(component jobs.scheduled)" = 1 ]; }
  wait_for is_scheduled || fail "not scheduled again: $(curl -s "$url/status.json")"
  [ ! -e "$work/jobs" ] || fail "it did not fail"
  wait_for jobs_are_done || fail "not done: $(curl -s "$url/status.json")"
  [ "$(cat "$work/jobs")" = 'notify 1' ] || fail "$(cat "$work/jobs")"
  [ "$(sqlite3 "$STORAGE_DIR/app.sqlite3" 'SELECT host FROM links ORDER BY id' | tr '\n' ' ')" = \
    'example.com localhost ' ] || fail "not the links"
}

chat_loses_no_message() {
  fresh_app
  "$build/chatroom-load" chat --url "$url" --users 50 --arrival 0.5s --messages 40 --json \
    >"$work/chat" || fail "$(cat "$work/chat")"
  [ "$(field delivered "$work/chat")" = 2000 ] || fail "$(cat "$work/chat")"
}

search_finds_other_forms_of_a_word() {
  fresh_app
  post '{"author":"ann","body":"we were connecting"}' >"$work/code"
  post '{"author":"bo","body":"nothing of the kind"}' >"$work/code"
  [ "$(status "$url/messages/search?q=connections")" = 200 ] || fail "$(cat "$work/body")"
  grep -q 'were connecting' "$work/body" || fail "$(cat "$work/body")"
  ! grep -q 'kind' "$work/body" || fail "found too much: $(cat "$work/body")"
  # What is an operator to FTS5 is a word to us.
  for q in 'NEAR(' '%22' 'a%20OR%20*' '-x' 'body:we' "%27;DROP%20TABLE%20messages"; do
    [ "$(status "$url/messages/search?q=$q")" = 200 ] || fail "$q: $(cat "$work/body")"
  done
  [ "$(status "$url/messages/search")" = 400 ] || fail "no words"
}

hostile_requests_are_refused_with_4xx() {
  fresh_app
  "$here/hostile.py" "$url" "${HOSTILE_REQUESTS:-3000}" >"$work/hostile" || fail "$(cat "$work/hostile")"
  local evil="<script>alert(1)</script>'; DROP TABLE messages; --"
  [ "$(status --data-urlencode "author=${evil:0:40}" --data-urlencode "body=$evil" \
    --data-urlencode "client_id=$evil" "$url/messages")" = 201 ] || fail "$(cat "$work/body")"
  curl -s "$url/messages?limit=1" | grep -qF 'DROP TABLE messages' || fail "not stored as it was said"
  APP_VERSION=$evil start_second
  [ "$(status "$url/up")" = 200 ] || fail "not up any more"
  kill -0 "$app_pid" || fail "it crashed"
}

start_second() {
  stop_app TERM
  [ "$app_code" = 0 ] || fail "exit code $app_code"
  start_app
  curl -s "$url/status" >"$work/page"
  grep -q '&lt;script&gt;' "$work/page" || fail "no version on the page"
  ! grep -q '<script' "$work/page" || fail "a script got into the page"
}

the_hooks_of_once_save_and_restore() {
  fresh_app
  mkdir -p "$work/hooks"
  ln -sf "$build/chatroom" "$work/hooks/pre-backup"
  ln -sf "$build/chatroom" "$work/hooks/post-restore"
  post '{"author":"ann","body":"saved"}' >"$work/code"
  "$work/hooks/pre-backup" >"$work/saved" || fail "$(cat "$work/saved")"
  post '{"author":"ann","body":"later"}' >"$work/code"
  stop_app TERM
  "$work/hooks/post-restore" >"$work/restored" || fail "$(cat "$work/restored")"
  start_app
  [ "$(status "$url/up")" = 200 ] || fail "not up: $(cat "$work/body")"
  [ "$(curl -s "$url/messages/export" | wc -l)" = 1 ] || fail "not what was saved"
}

# The version before writes without rooms and jobs' new columns; both must find its messages.
the_schema_serves_the_version_before() {
  fresh_app
  sqlite3 "$STORAGE_DIR/app.sqlite3" "INSERT INTO messages(author, body, client_id, created_at)
    VALUES('old', 'from the old version', 'o-1', 1)"
  sqlite3 "$STORAGE_DIR/queue.sqlite3" "INSERT INTO jobs(kind, message_id, run_at)
    VALUES('notify', 1, 1) ON CONFLICT DO NOTHING"
  [ "$(status "$url/messages/search?q=version")" = 200 ] || fail "$(cat "$work/body")"
  grep -q 'from the old version' "$work/body" || fail "$(cat "$work/body")"
  is_finished() { [ "$(component jobs.finished)" = 1 ]; }
  wait_for is_finished || fail "$(curl -s "$url/status.json")"
}

all='a_database_that_needs_migration_is_not_up migrating_again_and_at_once_changes_nothing
the_same_client_id_is_one_message bad_input_is_refused_with_4xx events_go_on_after_the_last_id
load_fails_no_request_and_loses_no_write term_under_load_cuts_no_request
kill_9_loses_no_acknowledged_write faults_are_what_they_say
writers_at_once_share_commits_and_fail_nothing jobs_run_once_across_releases
a_websocket_misses_nothing_across_releases events_reach_the_clients_of_every_process
a_job_that_fails_runs_again_later chat_loses_no_message
search_finds_other_forms_of_a_word hostile_requests_are_refused_with_4xx
the_hooks_of_once_save_and_restore the_schema_serves_the_version_before'

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
