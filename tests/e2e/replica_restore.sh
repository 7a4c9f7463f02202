#!/usr/bin/env bash
# test: a fresh second server has all messages from the replica, and never begins empty by mistake
# releases: 12
# also: 14
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/replica_lib.sh"

replica_up s3
server_up a --with-docker
chatroom_project a
replica_config a
chatroom_commit 'first' >/dev/null
deploy_ok setup
say_things a 100
status_is 0 current

note 'the first server is gone, the second one is given a wrong path'
server_down a
server_up b --with-docker
replica_config b wrong
deploy_fails 4 setup
expect_err 'the replica is empty, but a backup must be there'
expect_err '--start-empty'
nothing_booted b

note 'a replica out of reach is never taken for an empty one'
# unreachable HOW: says so in less than two minutes, also to those who would begin empty.
unreachable() {
  local began empty
  for empty in '' --start-empty; do
    began=$SECONDS
    deploy_fails 4 setup $empty
    expect_err 'the replica cannot be reached'
    [ $((SECONDS - began)) -lt 120 ] || fail "$1: it took $((SECONDS - began)) s to say so"
    nothing_booted b
    note "$1: said after $((SECONDS - began)) s"
  done
}
replica_config b
sed -i 's/:7070/:7071/' "$project/deploy.yml"
unreachable 'nobody listens'
replica_config b
peer_pause s3
unreachable 'nobody answers'
peer_resume s3
printf 'LITESTREAM_ACCESS_KEY_ID=wrong\nLITESTREAM_SECRET_ACCESS_KEY=wrong\n' >"$project/.deploy/secrets"
unreachable 'wrong credentials'

note 'with the right path everything is there, and goes on from there'
replica_config b
deploy_ok setup
hears_all b
say_things b 20
status_is 0 current

note 'what the server replicated before must be there, whatever this machine knows'
lose_data b
rm "$project/.deploy/replicas"
replica_config b wrong
deploy_fails 4 setup
expect_err 'the replica is empty, but a backup must be there'
nothing_booted b
replica_config b
deploy_ok setup
hears_all b

note 'beginning anew is possible, but has to be said'
lose_data b
replica_config b anew
deploy_fails 4 setup
deploy_ok setup --start-empty
: >"$work/said"
hears_all b
say_things b 5
hears_all b
status_is 0 current
