#!/usr/bin/env bash
# test: after a release that was undone, and after a rollback, the replica is that of the old database
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/replica_lib.sh"

# The app with a migration that this test writes: what it does to the data must not be seen again.
destructive_project() {
  cat >"$project/Dockerfile" <<'END'
FROM liteship-test/chatroom AS app
FROM litestream/litestream:0.5.18
COPY --from=app /chatroom /chatroom
COPY --from=app /public /public
COPY --chown=1000:1000 --from=app /storage /storage
COPY migrate /migrate
COPY public /public
USER 1000:1000
ENV PORT=3000
ENTRYPOINT ["/chatroom"]
CMD ["serve"]
END
  migration '/chatroom migrate'
}
migration() {
  printf '#!/bin/sh\nset -e\n%s\n' "$1" >"$project/migrate"
  chmod +x "$project/migrate"
}
config() { # config SERVER [FAULT]
  replica_config "$1" chat "env: {clear: {FAULT: none${2:+, $2}}}"
  sed -i 's|migrate: .*|migrate: /migrate|' "$project/deploy.yml"
}

replica_up sftp
server_up a --with-docker
chatroom_project a
destructive_project
config a
one=$(chatroom_commit 'one')
deploy_ok setup
say_things a 50
two=$(chatroom_commit 'two')
deploy_ok
say_things a 50
status_is 0 current

note 'a release that deletes everything, then dies at boot'
migration 'sqlite3 /storage/app.sqlite3 "DELETE FROM messages; CREATE TABLE junk AS
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT x, hex(randomblob(50)) FROM n"
sleep 3 # long enough for the replica to have seen it'
config a 'CRASH_AT_BOOT: "1"'
chatroom_commit 'destructive' >/dev/null
deploy_fails 4
expect_err "version ${two:0:7} still serves"
chatroom_serves a "$two"
hears_all a
status_is 0 current
say_things a 20
status_is 0 current

note 'a rollback'
migration '/chatroom migrate'
config a
deploy_ok rollback
chatroom_serves a "$one"
hears_all a
say_things a 20
status_is 0 current
deploy_ok rollback
chatroom_serves a "$two"
say_things a 20
status_is 0 current
expect_equal 'the replicator runs as' 1000:1000 \
  "$(root_on a docker container inspect --format '{{.Config.User}}' chatroom-litestream)"

note 'what a second server gets'
server_down a
server_up b --with-docker
config b
chatroom_commit 'three' >/dev/null
deploy_ok setup
hears_all b
status_is 0 current
