# shellcheck shell=bash disable=SC2154  # lib.sh sets source_root and project
# The reference app as a project to release; sourced after lib.sh. The image that the project is FROM
# is made once for all tests (tests/server/images.sh), so that a release only adds its page.

# chatroom_project SERVER [EXTRA_YAML]: $project, released to this server, with a first commit.
# EXTRA_YAML is appended: lines with two spaces in front go on with `sqlite:`, others are the root's.
chatroom_project() {
  "$source_root/tests/server/images.sh" chatroom
  mkdir -p "$project/public"
  printf '%s\n' 'FROM liteship-test/chatroom' 'COPY public /public' >"$project/Dockerfile"
  chatroom_config "$@"
  chatroom_commit 'first page' >/dev/null
}

# chatroom_config SERVER [EXTRA_YAML]: only deploy.yml, without a commit.
# ssh reads the home of the user, whatever HOME says: known_hosts is named instead.
chatroom_config() {
  printf 'UserKnownHostsFile "%s"\n' "$work/home/.ssh/known_hosts" >"$work/ssh_config"
  cat >"$project/deploy.yml" <<END_OF_CONFIG
service: chatroom
image: chatroom
servers:
  - $(server "$1" host)
ssh:
  user: $(server "$1" user)
  port: $(server "$1" ssh_port)
  keys: [$(server "$1" key)]
  keys_only: true
  config: $work/ssh_config
proxy:
  app_port: 3000
  healthcheck:
    path: /up
volumes:
  - chatroom_storage:/storage
sqlite:
  databases:
    - /storage/app.sqlite3
    - /storage/queue.sqlite3
  migrate: /chatroom migrate
${2:-}
END_OF_CONFIG
}

# chatroom_commit TEXT: a page that shows TEXT, committed with whatever else was changed; prints the SHA.
chatroom_commit() {
  printf '<!doctype html><title>Chatroom</title><p>%s</p>\n' "$1" >"$project/public/index.html"
  git_commit "$1"
}

# chatroom_serves SERVER SHA: the proxy's answer comes from this version.
chatroom_serves() { expect_http "$(server_url "$1")/version" "\"$2\""; }

# watch_begin SERVER … watch_end CODES: somebody reads the page all the time, and gets these codes,
# each at least once, and no others: 200 where every answer must be good.
watch_begin() {
  : >"$work/watch.log"
  touch "$work/watch" # gone with the test's files, too
  while [ -e "$work/watch" ]; do
    curl -sS -o /dev/null -w '%{http_code}\n' --max-time 30 "$(server_url "$1")/messages" \
      >>"$work/watch.log" || true
    sleep 0.05
  done 2>/dev/null &
  watcher=$!
}
watch_end() {
  rm "$work/watch"
  wait "$watcher"
  [ "$(sort -u "$work/watch.log" | xargs)" = "$1" ] ||
    { sort "$work/watch.log" | uniq -c >&2 && fail "these are the answers, wanted only $1"; }
}
