#!/usr/bin/env bash
# test: two windows of a real browser chat across a release
# With SCREENSHOT=FILE a picture of the page at the end; docs/chatroom.png is made so.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

command -v chromedriver >/dev/null || skip 'no chromedriver: tests/server/packages.sh test'

server_up a --with-docker
chatroom_project a '  cutover: overlap'
deploy_ok setup

python3 -B "$e2e_dir/browser.py" "$(server_url a)" "$work/chatting" "$work/released" "$work/version" \
  ${SCREENSHOT:+"$SCREENSHOT"} >"$work/browser.log" 2>&1 &
browser=$!
until [ -e "$work/chatting" ]; do
  kill -0 "$browser" 2>/dev/null || fail "before the release: $(tail -n 5 "$work/browser.log")"
  sleep 0.1
done
chatroom_commit 'while they chat' >"$work/version"
deploy_ok
touch "$work/released"
wait "$browser" || fail "after the release: $(tail -n 5 "$work/browser.log")"
