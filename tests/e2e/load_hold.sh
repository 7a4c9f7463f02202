#!/usr/bin/env bash
# test: 20 releases under load in hold, each with a migration of 2 s, fail no request and lose no write
# serial
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/load.sh"

server_up a --with-docker
chatroom_project a 'env:
  clear:
    MIGRATE_SLEEP_MS: "2000"'
deploy_ok setup

# With `migrate`, hold is the default.
load_begin a
releases_under_load a hold
load_end a

# The requests did wait: nobody served them while the database was migrated.
migration=$(jq 'select(.type == "step_ended" and .step == "migrate").duration_ms' "$work/out")
[ "$migration" -ge 2000 ] || fail "the migration took only $migration ms"
[ "$(load_saw '.max_ms | floor')" -ge "$migration" ] || fail 'nobody waited for the migration'
[ "$(report .traffic.slowest_ms)" -ge "$migration" ] || fail 'the report lacks those who waited'
