#!/usr/bin/env bash
# test: two deploys at once: one wins, the other says who holds the lock
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# The hook says that a build is about to begin, and holds the release there while $work/hold exists.
slow_build_hook() {
  mkdir -p "$project/.deploy/hooks"
  cat >"$project/.deploy/hooks/pre-build" <<END
#!/bin/sh
echo begun >>$work/builds
while [ -e $work/hold ]; do sleep 0.1; done
END
  chmod +x "$project/.deploy/hooks/pre-build"
}
builds() { wc -l <"$work/builds"; }
has_built_since() { [ "$(builds)" != "$1" ]; }

# first_begin … first_end: a release that is at work meanwhile; its exit code is in $first.
first_begin() {
  touch "$work/hold"
  local before
  before=$(builds)
  (deploy && exit "$status") &
  first_pid=$!
  eventually has_built_since "$before" || fail 'the first release did not come to its build'
}
first_end() {
  rm "$work/hold"
  first=0
  wait "$first_pid" || first=$?
  expect_equal 'exit code of the release that had the lock' 0 "$first"
}
# second ARG…: the tool beside the first release, with output files of its own.
second() {
  status=0
  (cd "$project" && "${tool[@]}" "$@") \
    >"$work/second.out" 2>"$work/second.err" </dev/null || status=$?
}
second_said() { grep -qF -- "$1" "$work/second.err" "$work/second.out" || fail "the second one lacks \`$1\`: $(cat "$work/second.err")"; }

server_up a --with-docker
chatroom_project a
touch "$work/builds"
deploy_ok setup
slow_build_hook

note 'the second one is told who is at work, and builds nothing'
two=$(chatroom_commit 'two')
first_begin
second
expect_equal 'exit code of the second release' 75 "$status"
second_said 'locked by '
expect_equal 'builds' 1 "$(builds)"
second lock status
expect_equal 'exit code of lock status' 0 "$status"
second_said 'held by '
second status
expect_equal 'exit code of status, which needs no lock' 0 "$status"
first_end
chatroom_serves a "$two"

note 'with --lock-wait it waits, then works'
three=$(chatroom_commit 'three')
first_begin
second_done=$work/second.done
(second rollback --lock-wait --lock-wait-interval 1 && echo "$status" >"$second_done") &
second_pid=$!
sleep 2
[ ! -e "$second_done" ] || fail 'the second one did not wait'
first_end
wait "$second_pid"
expect_equal 'exit code of the one that waited' 0 "$(cat "$second_done")"
second_said 'waiting for the lock'
chatroom_serves a "$two"

note 'a lock by hand holds until it is released'
deploy_ok lock status
expect_out 'nobody'
deploy_ok lock acquire -m 'moving the database'
deploy_fails 75
expect_err 'moving the database'
deploy_fails 75 lock acquire -m 'me too'
deploy_ok lock status --json
expect_equal 'the holder' 'manual moving the database' \
  "$(jq -r 'select(.type == "answer").data | "\(.kind) \(.command)"' "$work/out")"
deploy_ok lock release
deploy_ok
chatroom_serves a "$three"

note "Kamal's lock counts, too"
on a "mkdir -p .kamal/lock-chatroom && printf 'Locked by: Bob\nVersion: 1\nMessage: kamal deploy\n' | base64 >.kamal/lock-chatroom/details"
deploy_fails 75
expect_err 'Bob'
on a 'rm -r .kamal/lock-chatroom'

note 'the lock ends with the one who had it, however that ended'
four=$(chatroom_commit 'four')
touch "$work/hold"
before=$(builds)
(cd "$project" && exec "${tool[@]}") >"$work/killed" 2>&1 </dev/null &
killed=$!
eventually has_built_since "$before"
kill -KILL "$killed"
wait "$killed" || true
rm "$work/hold"
deploy_ok
chatroom_serves a "$four"
