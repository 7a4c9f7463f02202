#!/usr/bin/env bash
# test: a replica on sftp, on s3 and in a directory is current, and what was lost comes back from it
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/replica_lib.sh"

server_up a --with-docker
chatroom_project a

# One server that changes its replica twice: each new place gets all that was said before.
for kind in sftp s3 file; do
  note "$kind"
  replica_up $kind
  replica_config a
  chatroom_commit "$kind" >/dev/null
  deploy_ok setup
  say_things a 20
  status_is 0 current
  [ "$(of_database remote_txid)" -gt 0 ] || fail "nothing is on $kind"
  expect_equal 'positions' "$(of_database local_txid)" "$(of_database remote_txid)"

  lose_data a
  deploy_ok setup
  hears_all a
  say_things a 5
  status_is 0 current
done
