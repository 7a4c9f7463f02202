#!/usr/bin/env bash
# test: setup makes a bare server serve the app, and a second setup changes nothing
# releases: 12 13 14
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

server_up bare
chatroom_project bare
version=$(chatroom_commit 'hello')

note 'a release before setup says what to do'
! root_on bare sh -c 'command -v docker' >/dev/null || fail 'the server has Docker already'
deploy_fails 2
expect_err 'deploy setup'
! root_on bare sh -c 'command -v docker' >/dev/null || fail 'a mere release installed Docker'

note 'setup'
deploy_ok setup
chatroom_serves bare "$version"
expect_http "$(server_url bare)/" 'hello'
expect_err 'sent'

note 'again: nothing changes'
state() {
  root_on bare sh -c 'docker ps --all --no-trunc --format "{{.ID}} {{.Names}} {{.Status}}" | sed "s/ Up .*/ up/" | sort
    docker image ls --no-trunc --quiet | sort; find ~deployer/.deploy -type f ! -path "*/run/*" ! -name "lock*" -exec sha256sum {} + | sort'
}
before=$(state)
deploy_ok setup
expect_out 'nothing to do'
expect_equal 'containers, images and files' "$before" "$(state)"

note 'status, releases and version agree'
deploy_ok status --json
expect_equal 'status' "$version" "$(jq -r 'select(.type == "answer").data.roles.web.version' "$work/out")"
deploy_ok releases --json
expect_equal 'releases' "$version setup serves" \
  "$(jq -r 'select(.type == "answer").data[0] | "\(.version) \(.action) \(.standing)"' "$work/out")"
deploy_ok status
expect_out "${version:0:7}"
deploy_ok releases
expect_out "${version:0:7}"
deploy_ok version
expect_out "$("$DEPLOY" --version | tr -dc '0-9.\n')"

note 'a message survives the next release, and a reboot of the server'
curl -fsS -d author=ann -d body=stays "$(server_url bare)/messages" >/dev/null
next=$(chatroom_commit 'second')
deploy_ok
chatroom_serves bare "$next"
expect_http "$(server_url bare)/messages" 'stays'
server_reboot bare
expect_http "$(server_url bare)/version" "$next"
expect_http "$(server_url bare)/messages" 'stays'
