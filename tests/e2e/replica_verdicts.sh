#!/usr/bin/env bash
# test: db status tells current, lagging, unreachable and diverged apart, by exit code
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/replica_lib.sh"

backup=/home/replica/backup

server_up a --with-docker
chatroom_project a
note 'without a replica there is nothing to ask'
deploy_fails 2 db status
expect_err 'nothing is replicated'

replica_up sftp
replica_config a
deploy_ok setup
say_things a 10

note 'current, for people and for programs'
status_is 0 current
expect_equal 'errors' null "$(of_database error)"
deploy_ok db status
expect_out '/storage/app.sqlite3'
expect_out 'current'

note 'current under load, too: nothing is lagging or diverged because somebody writes'
: >"$work/load"
while [ -e "$work/load" ]; do say_things a 1; done 2>/dev/null &
load=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
  deploy_ok db status
done
rm "$work/load"
wait "$load"

note 'lagging: the replica can be read and not be written to'
status_is 0 current
peer_exec sftp sh -c "chown -R root $backup && chmod -R go+rX $backup"
say_things a 5
status_is 1 lagging
[ "$(of_database remote_txid)" -lt "$(of_database local_txid)" ] || fail 'not behind'
peer_exec sftp chown -R replica "$backup"
status_is 0 current

note 'unreachable: the replica does not answer'
peer_pause sftp
status_is 2 unreachable
deploy db status
expect_out 'why:'
peer_resume sftp
status_is 0 current

note 'diverged: a second server writes to the same replica'
server_up b --with-docker
replica_config b
deploy_ok setup
hears_all b
say_things b 20
status_is 0 current
replica_config a
status_is 3 diverged

note 'no replicator'
root_on a docker stop chatroom-litestream >/dev/null
status_is 4 'no replicator'
