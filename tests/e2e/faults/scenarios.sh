# shellcheck shell=bash disable=SC2034,SC2154  # lib.sh and worker.sh set and read what is shared
# What is interrupted. `prepare_NAME` makes the server ready for it and sets `command`, the version
# that is `wanted` in the end and the exit code that the command has when nothing interferes.
# $serving is the version that serves now; empty: nobody knows.

scenarios=(setup overlap overlap-migrate hold hold-migrate redeploy rollback-overlap rollback-hold hold-fails ship)

# Two versions are built once; both images stay on the server, so that a release takes seconds.
write_project() {
  mkdir -p "$project/public"
  printf '%s\n' 'FROM liteship-test/chatroom' 'COPY public /public' >"$project/Dockerfile"
  write_config overlap overlap ''
  write_config overlap-migrate overlap 'migrate: /chatroom migrate'
  write_config hold hold ''
  write_config hold-migrate hold 'migrate: /chatroom migrate'
  write_config fails hold 'migrate: /chatroom migrate' 'CRASH_AT_BOOT: "1"'
  printf 'UserKnownHostsFile "%s"\nServerAliveInterval 2\n' "$work/home/.ssh/known_hosts" >"$work/ssh_config"
  versions=("$(chatroom_commit 'one')" "$(chatroom_commit 'two')")
  serving='' spoiled=''
  from_nothing
  deploy_ok -c overlap.yml deploy --version "${versions[1]}"
  serving=${versions[1]}
}

write_config() { # write_config NAME CUTOVER MIGRATE [FAULT]
  cat >"$project/$1.yml" <<END_OF_CONFIG
service: chatroom
image: chatroom
servers: [127.0.0.1]
ssh:
  user: $(server a user)
  port: $(cat "$work/relay.port")
  keys: [$(server a key)]
  keys_only: true
  config: $work/ssh_config
proxy:
  app_port: 3000
  healthcheck: {path: /up}
deploy_timeout: 15
volumes: ["chatroom_storage:/storage"]
env: {clear: {MIGRATE_SLEEP_MS: "300"${4:+, $4}}}
sqlite:
  databases: [/storage/app.sqlite3, /storage/queue.sqlite3]
  cutover: $2
${3:+  $3
}$(sftp_yaml chat)
END_OF_CONFIG
  sed -i 's/^    \(url\|host_key\|key_path\):/    \1:/; /^    url:/i\  replica:' "$project/$1.yml"
}

other() { if [ "$1" = "${versions[0]}" ]; then echo "${versions[1]}"; else echo "${versions[0]}"; fi; }

# wipe: as if nobody had ever released here; images stay.
wipe() { root_on a /usr/local/lib/faults/wipe; peer_exec sftp sh -c 'rm -rf /home/replica/backup/*'; rm -f "$project/.deploy/replicas" "$work/acks"; }

from_nothing() {
  relay pass
  wipe
  deploy_ok -c overlap-migrate.yml setup --version "${versions[0]}"
  serving=${versions[0]}
}

# only_serving: no container but the one that serves, so that names are free.
only_serving() {
  [ -n "$serving" ] || from_nothing
  root_on a /usr/local/lib/faults/only "chatroom-web-$serving"
  spoiled=
}

# both: the version before is there, for rollback.
both() {
  local before
  [ -n "$serving" ] || from_nothing
  before=$(other "$serving")
  [ -z "$spoiled" ] || only_serving
  if ! root_on a docker container inspect "chatroom-web-$before" >/dev/null 2>&1; then
    only_serving
    deploy_ok -c overlap.yml deploy --version "$before"
    before=$serving serving=$(other "$serving")
  fi
  wanted=$before
}

release_with() { # release_with CONFIG
  only_serving
  wanted=$(other "$serving") wanted_code=0
  command=(-c "$1.yml" deploy --version "$wanted")
}

prepare_setup() {
  wipe
  serving=
  wanted=${versions[0]} wanted_code=0
  command=(-c overlap-migrate.yml setup --version "$wanted")
}
prepare_overlap() { release_with overlap; }
prepare_overlap_migrate() { release_with overlap-migrate; }
prepare_hold() { release_with hold; }
prepare_hold_migrate() { release_with hold-migrate; }
prepare_redeploy() {
  only_serving
  wanted=$serving wanted_code=0
  command=(-c hold-migrate.yml deploy --version "$wanted")
}
prepare_rollback_overlap() {
  both
  wanted_code=0
  command=(-c overlap.yml rollback "$wanted")
}
prepare_rollback_hold() {
  both
  wanted_code=0
  command=(-c hold.yml rollback "$wanted")
}
# Undone by itself: the cut points are those of the undo, too.
prepare_hold_fails() {
  only_serving
  spoiled=yes # the container that is left has never served
  wanted=$serving wanted_code=4
  command=(-c fails.yml deploy --version "$(other "$serving")")
}
# The image travels.
prepare_ship() {
  release_with overlap
  root_on a docker image rm "chatroom:$wanted" >/dev/null 2>&1 || true
}
