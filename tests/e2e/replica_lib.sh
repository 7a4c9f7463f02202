# shellcheck shell=bash disable=SC2154  # lib.sh sets work, project, run_id and peers_tool
# A replica of each kind for the reference app, messages that must never be lost, and what
# `deploy db status` says; sourced after chatroom.sh.

# replica_up sftp|s3|file: where the copies of this test go. $store names it from then on.
replica_up() {
  store=$1
  [ "$store" = file ] || peer_up "$store" "$store"
}

# replica_config SERVER [PATH] [EXTRA_YAML]: deploy.yml with this replica; PATH is a place within it.
replica_config() {
  chatroom_config "$1" "$(replica_yaml "${2:-chat}")${3:+
$3}"
}

replica_yaml() {
  echo '  replica:'
  case $store in
    file) echo "    url: file:///var/backups/$1" ;;
    sftp) sftp_yaml "$1" ;;
    s3) s3_yaml "$1" ;;
  esac
}

sftp_yaml() {
  printf '    %s\n' "url: $(peer sftp url)/$1" "host_key: $(peer sftp host_key)" \
    "key_path: $(peer sftp key)"
}

# The credentials are secrets: deploy.yml has their names only.
s3_yaml() {
  printf '    %s\n' "url: s3://$(peer s3 bucket)/$1" "endpoint: $(peer s3 endpoint)" \
    "region: $(peer s3 region)" 'force_path_style: true' \
    'secret: [LITESTREAM_ACCESS_KEY_ID, LITESTREAM_SECRET_ACCESS_KEY]'
  mkdir -p "$project/.deploy"
  (umask 077 && printf 'LITESTREAM_ACCESS_KEY_ID=%s\nLITESTREAM_SECRET_ACCESS_KEY=%s\n' \
    "$(peer s3 access_key)" "$(peer s3 secret_key)" >"$project/.deploy/secrets")
}

# say_things SERVER COUNT: messages; those that the app acknowledged are in $work/said.
say_things() {
  local id i
  for ((i = 0; i < $2; i++)); do
    id=$1-$i-$RANDOM$RANDOM
    curl -fsS -o /dev/null --max-time 10 -d author=ann -d "body=said $id" -d "client_id=$id" \
      "$(server_url "$1")/messages"
    echo "$id" >>"$work/said"
  done
}

# hears_all SERVER: every acknowledged message is there, and nothing else.
hears_all() {
  curl -fsS --max-time 10 "$(server_url "$1")/messages/export" | jq -r .client_id |
    sort >"$work/heard"
  diff <(sort "$work/said") "$work/heard" >"$work/lost" ||
    fail "$1: $(grep -c '^<' "$work/lost") lost, $(grep -c '^>' "$work/lost") too many of $(wc -l <"$work/said")"
  note "$1: all $(wc -l <"$work/said") acknowledged messages are there"
}

# status_is CODE VERDICT: `deploy db status` ends with CODE and says VERDICT of the first
# database, at the latest after 60 s.
status_is() {
  local deadline=$((SECONDS + 60))
  while true; do
    deploy db status --json
    [ "$status" != "$1" ] || break
    [ $SECONDS -lt $deadline ] || fail "db status: exit $status, wanted $1: $(cat "$work/out")"
    sleep 0.5
  done
  expect_equal 'the verdict' "$2" "$(of_database verdict)"
}
# of_database FIELD: of app.sqlite3, in the answer of the last `db status --json`.
of_database() {
  jq -r --arg field "$1" 'select(.type == "answer").data.databases[] |
    select(.path | endswith("/app.sqlite3"))[$field]' "$work/out"
}

# nothing_booted SERVER: neither the app nor a database of its own making.
nothing_booted() {
  expect_equal 'containers of the app' '' "$(root_on "$1" docker ps --all --quiet --filter label=service=chatroom)"
  expect_equal 'databases' '' "$(root_on "$1" find /var/lib/docker/volumes -name '*.sqlite3*')"
}

# lose_data SERVER: the app, its replicator and its volume are gone; what the server knows is not.
lose_data() {
  root_on "$1" sh -c 'docker ps --all --quiet --filter name=chatroom- | xargs docker rm --force
    docker volume rm chatroom_storage' >/dev/null
}
