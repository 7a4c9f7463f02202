#!/usr/bin/env bash
# test: a proxy that restarts while it holds requests is an outage of no app
# releases: 12
# also: 14
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# kamal-proxy v0.9.2 reads `paused` back from its state file after a restart, but the next `resume`
# panics it, again and again (docs/design.md). Whatever restarts it, the service must come back.

# hold TITLE [FAULT]: a release, begun in the background, that holds requests for 6 s; sets $version.
hold() {
  note "$1"
  chatroom_config a "env:
  clear:
    MIGRATE_SLEEP_MS: \"6000\"${2:+
    $2}"
  version=$(chatroom_commit "$1")
  (deploy && exit "$status") &
  release=$!
  until root_on a docker ps --format '{{.Names}}' | grep -q chatroom-migrate; do
    kill -0 "$release" 2>/dev/null || fail 'the release ended before it held anything'
    sleep 0.1
  done
}

# ends CODE: how the release in the background ends.
ends() {
  status=0
  wait "$release" || status=$?
  expect_equal 'exit code' "$1" "$status"
}

proxy_is_sound() {
  expect_equal 'restarts of the proxy by the engine' 0 \
    "$(root_on a docker container inspect --format '{{.RestartCount}}' kamal-proxy)"
  ! root_on a docker logs kamal-proxy 2>&1 | grep -q '^panic:' || fail 'the proxy panicked'
}

server_up a --with-docker
chatroom_project a
deploy_ok setup

hold 'the proxy restarts, the new version comes'
root_on a docker restart kamal-proxy >/dev/null
ends 0
expect_err 'route made anew'
chatroom_serves a "$version"
proxy_is_sound
good=$version

hold 'the proxy restarts, the new version crashes' 'CRASH_AT_BOOT: "1"'
root_on a docker restart kamal-proxy >/dev/null
ends 4
chatroom_serves a "$good"
proxy_is_sound

hold 'the server loses power, the next release comes'
server_power_cut a
wait "$release" || true
chatroom_config a
version=$(chatroom_commit 'after the power cut')
deploy_ok
chatroom_serves a "$version"
proxy_is_sound

note 'and the one after that, with the old route'
version=$(chatroom_commit 'the next')
deploy_ok
refute_err 'route made anew'
chatroom_serves a "$version"
proxy_is_sound
