#!/usr/bin/env bash
# test: a release that fails says why, and the old version serves throughout
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# broken CUTOVER TITLE [FAULT]: a commit whose app has this fault; sets $version.
broken() {
  note "$1: $2"
  chatroom_config a "  cutover: $1
deploy_timeout: ${timeout:-300}
env:
  clear:
    FAULT: none${3:+
    $3}"
  version=$(chatroom_commit "$2")
}

# fails REASON TEXT…: the release ends with 4 and says so, is in the ledger, and the good one serves.
fails() {
  local reason=$1 text
  shift
  deploy_fails 4
  for text in "version ${good:0:7} still serves" "$@"; do expect_err "$text"; done
  chatroom_serves a "$good"
  deploy_ok releases --json
  expect_equal 'the ledger' "$version failed $reason" \
    "$(jq -r 'select(.type == "answer").data[0] | "\(.version) \(.status) \(.reason)"' "$work/out")"
}

server_up a --with-docker
chatroom_project a
good=$(chatroom_commit 'good')
deploy_ok setup

for cutover in hold overlap; do
  watch_begin a

  broken $cutover 'crashes at boot' 'CRASH_AT_BOOT: "1"'
  began=$SECONDS
  fails died 'the container exited with code' 'CRASH_AT_BOOT=1: the app crashes'
  [ $((SECONDS - began)) -lt 200 ] || fail 'waited for deploy_timeout though the container was dead'
  deploy_ok logs --failed
  expect_out 'CRASH_AT_BOOT=1'

  timeout=4 broken $cutover 'never healthy' 'UNHEALTHY: "1"'
  fails unhealthy 'last health check:'

  broken $cutover 'its migration fails' 'MIGRATE_FAIL: "1"'
  fails migrate 'MIGRATE_FAIL=1: the migration fails'

  note "$cutover: its image cannot be built"
  cp "$project/Dockerfile" "$work/Dockerfile"
  echo 'COPY missing /missing' >>"$project/Dockerfile"
  chatroom_commit 'no image' >/dev/null
  deploy_fails 4
  expect_err 'missing'
  chatroom_serves a "$good"
  cp "$work/Dockerfile" "$project/Dockerfile"

  broken $cutover 'the next good release works'
  deploy_ok
  good=$version
  chatroom_serves a "$good"
  watch_end 200
done

note 'nothing is left behind'
expect_equal 'running containers' "chatroom-web-$good kamal-proxy" \
  "$(root_on a sh -c 'docker ps --format "{{.Names}}" | sort' | xargs)"
deploy_ok lock status
expect_out 'nobody'
