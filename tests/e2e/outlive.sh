#!/usr/bin/env bash
# test: a release outlives its terminal, its connection and the server's power
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# slow_release TEXT: a commit whose migration takes 6 s, and a release of it that has come so far.
slow_release() {
  chatroom_config a "env:
  clear:
    MIGRATE_SLEEP_MS: 6000
    EDITION: $1"
  version=$(chatroom_commit "$1")
  # Of its own session, as a terminal's: signals go to it alone.
  (cd "$project" && exec setsid "${tool[@]}" -v) \
    >"$work/slow.out" 2>"$work/slow.err" </dev/null &
  slow=$!
  eventually on a "cd .deploy/chatroom/run && grep -qx $version version && grep -q '^step migrate' events" ||
    { cat "$work/slow.err" >&2 && fail 'the release did not come to its migration'; }
}
# slow_ends CODE: how the tool ended.
slow_ends() {
  local code=0
  wait "$slow" || code=$?
  [ "$code" = "$1" ] || { cat "$work/slow.err" >&2; fail "the release ended with $code, wanted $1"; }
}
lock_is_free() {
  deploy_ok lock status
  grep -qF 'nobody' "$work/out"
}
nobody_holds() { eventually lock_is_free || fail 'somebody still holds the lock'; }

server_up a --with-docker
chatroom_project a
good=$(chatroom_commit 'good')
deploy_ok setup
curl -fsS -d author=ann -d body=stays "$(server_url a)/messages" >/dev/null

note 'the tool is killed: the release goes on and ends well'
watch_begin a
slow_release 'killed'
kill -KILL "$slow"
slow_ends 137
nobody_holds
chatroom_serves a "$version"
deploy_ok releases --json
expect_equal 'the ledger' "$version serves" \
  "$(jq -r 'select(.type == "answer").data[0] | "\(.version) \(.standing)"' "$work/out")"
good=$version

note 'the next command of the same person follows the one that runs'
slow_release 'followed'
kill -KILL "$slow"
slow_ends 137
deploy_ok
expect_err 'following it'
chatroom_serves a "$version"
good=$version

note 'Ctrl-C: the release is undone, the old version serves'
slow_release 'interrupted'
kill -INT "$slow"
slow_ends 130
grep -q 'still serves' "$work/slow.err" || fail "the tool does not say what serves: $(cat "$work/slow.err")"
nobody_holds
chatroom_serves a "$good"
watch_end 200

note 'the server loses its power: the next release cures what was left'
slow_release 'power cut'
server_power_cut a
slow_ends 3
deploy_ok status
deploy_ok
chatroom_serves a "$version"
expect_http "$(server_url a)/messages" 'stays'
nobody_holds
