#!/usr/bin/env bash
# test: maintenance page and back, pause and resume, under load and over a release
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

server_up a --with-docker
chatroom_project a
deploy_ok setup
# code [FILE]: of one answer, whose body goes to the file
code() { curl -sS --max-time 20 -o "${1:-/dev/null}" -w '%{http_code}' "$(server_url a)/messages" || true; }

note 'maintenance: a page with our words, nothing else, and back'
watch_begin a
deploy_ok app maintenance --message 'Back at noon'
expect_equal 'the code' 503 "$(code "$work/page")"
grep -q 'Back at noon' "$work/page" || fail 'the page lacks the message'
deploy_ok proxy details
expect_out maintenance
sleep 1
deploy_ok app live
expect_equal 'the code' 200 "$(code)"
sleep 0.5
watch_end '200 503'

note 'a release under it, which holds requests itself, does not end it'
deploy_ok app maintenance
second=$(chatroom_commit second)
deploy_ok
expect_equal 'the code' 503 "$(code)"
deploy_ok app live
chatroom_serves a "$second"

note 'nor does a restart of the proxy'
deploy_ok app maintenance
deploy_ok proxy restart
expect_equal 'the code' 503 "$(code)"
deploy_ok app live
chatroom_serves a "$second"

note 'pause: requests wait, none is lost'
deploy_ok app pause --max-pause 30
watch_begin a
sleep 1
deploy_ok status
expect_equal 'answers while it is paused' 0 "$(grep -c . "$work/watch.log" || true)"
deploy_ok app resume
sleep 0.5
watch_end 200

note 'a release ends a pause'
deploy_ok app pause --max-pause 60
third=$(chatroom_commit third)
deploy_ok
chatroom_serves a "$third"

note 'what is not possible says so'
deploy_ok app stop
deploy_fails 2 app maintenance
expect_err 'the proxy sends no requests'
deploy_ok app start
chatroom_serves a "$third"
