#!/usr/bin/env bash
# test: rollback serves an earlier version and says which ones there are
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

server_up a --with-docker
chatroom_project a
one=$(chatroom_commit 'one')
deploy_ok setup

note 'nothing to go back to'
deploy_fails 2 rollback
chatroom_serves a "$one"

two=$(chatroom_commit 'two')
deploy_ok
three=$(chatroom_commit 'three')
deploy_ok
chatroom_serves a "$three"

watch_begin a
note 'without a version: the release before'
deploy_ok rollback
chatroom_serves a "$two"
expect_http "$(server_url a)/" 'two'

note 'again: back to where it was'
deploy_ok rollback
chatroom_serves a "$three"

note 'by the beginning of a version'
deploy_ok rollback "${one:0:7}"
chatroom_serves a "$one"

note 'to what serves already'
deploy_ok rollback "$one"
expect_out 'nothing to do'

note 'to what is not there: an error with the list'
deploy_fails 2 rollback 0123456789
expect_err '0123456789'
expect_err "$two"
expect_err "$three"
refute_err "possible: $one"
chatroom_serves a "$one"
watch_end 200

deploy_ok releases --json
expect_equal 'the ledger' 'rollback rollback rollback deploy deploy setup' \
  "$(jq -r 'select(.type == "answer").data | map(.action) | join(" ")' "$work/out")"
