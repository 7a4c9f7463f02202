# shellcheck shell=bash disable=SC2154,SC2317  # run.sh sources it after lib.sh and calls the cases by name
# Two processes on the same files, as during a release.

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

jobs_run_once_across_releases() { # case
  fresh
  rm -f "$work/ack" "$work/ack2"
  "$build/chatroom" migrate >"$work/migrate.log"
  export JOB_LOG=$work/jobs
  start_app
  releases "$releases"
  wait_for jobs_are_done || fail "$(curl -s "$url/status.json")"
  [ -z "$(grep '^notify' "$work/jobs" | sort | uniq -d)" ] || fail "a job ran twice"
  [ "$(grep -c '^notify' "$work/jobs")" = "$(cat "$work/ack" "$work/ack2" | wc -l)" ] ||
    fail "$(grep -c '^notify' "$work/jobs") jobs, $(cat "$work/ack" "$work/ack2" | wc -l) messages"
}

a_websocket_misses_nothing_across_releases() { # case
  fresh_app
  rm -f "$work/ack" "$work/ack2"
  echo "$url" >"$work/url"
  local n listeners=()
  for n in 1 2 3 4 5; do
    "$here/live_client.py" "$work/url" >"$work/heard$n" & listeners+=($!)
  done
  releases "$releases"
  local messages
  messages=$(cat "$work/ack" "$work/ack2" | wc -l)
  all_heard() { [ "$(cat "$work"/heard? | wc -l)" -ge $((5 * messages)) ]; }
  wait_for all_heard || fail "$(wc -l "$work"/heard?), $messages messages"
  rm "$work/url"
  stop_app TERM
  wait "${listeners[@]}"
  [ "$messages" -gt 50 ] || fail "only $messages messages"
  for n in 1 2 3 4 5; do
    seq "$messages" | diff - "$work/heard$n" >"$work/diff" ||
      fail "client $n: not every message once, in order: $(head -n 5 "$work/diff")"
  done
}

events_go_on_after_the_last_id() { # case
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

events_reach_the_clients_of_every_process() { # case
  fresh_app
  echo "$url" >"$work/url"
  "$here/live_client.py" "$work/url" typing:1 >"$work/heard" & local listener=$!
  has_listener() { [ "$(component pubsub.listeners)" -ge 1 ]; }
  wait_for has_listener || fail "nobody listens"
  sleep 0.2
  local first=$app_pid
  start_app
  echo "$url" >"$work/url2"
  "$here/live_client.py" "$work/url2" --say '{"typing":"room:1","author":"bo"}' typing:1 >"$work/heard2" & local speaker=$!
  both_heard() { grep -qx bo "$work/heard" && grep -qx bo "$work/heard2"; }
  wait_for both_heard || fail "$(cat "$work/heard" "$work/heard2")"
  rm "$work/url" "$work/url2"
  kill "$first"
  wait "$first" || fail "exit code $?"
  stop_app TERM
  wait "$listener" "$speaker"
}

a_job_that_fails_runs_again_later() { # case
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
