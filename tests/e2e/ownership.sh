#!/usr/bin/env bash
# test: Kamal and deploy take over from each other under load, and nobody sees an error
# releases: 13
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/load.sh"
. "$(dirname "$0")/engine_laptop.sh"

# kamal WORDS…: Kamal 2.12 on a laptop of its own, in the same project with the same key.
kamal() {
  docker exec -w "$project" -e "HOME=$work/home" "$laptop" kamal "$@" >"$work/kamal.log" 2>&1 ||
    { tail -n 40 "$work/kamal.log" >&2 && fail "kamal $*"; }
}
laptop_up() {
  "$source_root/tests/server/images.sh" registry
  # shellcheck disable=SC2119  # it needs nothing special
  engine_laptop_up
  laptop_gets liteship-test/registry liteship-test/chatroom
  on_laptop docker tag liteship-test/registry registry:3
  docker cp "$source_root/tests/e2e/collector.py" "$laptop:/usr/local/bin/" >/dev/null
  docker exec -d "$laptop" collector.py 4318 "$work/collected"
}
# sent QUERY: what jq makes of the records that the collector got of each.
sent() { jq -cs "group_by(.scope) | map({(.[0].scope): $1}) | add" "$work/collected"; }
expect_same_sent() { # expect_same_sent NAME QUERY
  expect_equal "$1" true "$(sent "$2" | jq '.kamal == .liteship and (.kamal | length) > 0')"
}
# release_of NAME: a commit whose page has an asset of its own, and nothing of the one before.
release_of() {
  rm -f "$project"/public/app-*.js
  echo "asset of $1" >"$project/public/app-$1.js"
  chatroom_commit "$1"
}
# kept VERSION NAME BEFORE: it serves, with its asset and that of the version before; nothing happened to
# the accessory.
kept() {
  chatroom_serves app "$1"
  expect_equal 'containers' "chatroom-web-$1 chatroom-cache" "$(running)"
  expect_http "$(server_url app)/app-$2.js" "asset of $2"
  expect_http "$(server_url app)/app-$3.js" "asset of $3"
  expect_equal 'the accessory' "$cache kept" "$(cache_id) $(root_on app docker exec chatroom-cache redis-cli get key)"
}
cache_id() { root_on app docker inspect -f '{{.Id}} {{.State.StartedAt}}' chatroom-cache; }
running() { root_on app docker ps --format '{{.Names}}' | grep -v kamal-proxy | xargs; }

server_up app --with-docker
"$source_root/tests/server/images.sh" redis
docker save liteship-test/redis | root_on app docker load -q >/dev/null
chatroom_project app
# Both see the server under one name: its address in this engine's network.
address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "liteship-server-$run_id-app")
sed "s/^\S*/$address/" "$(server app known_hosts)" >>"$work/home/.ssh/known_hosts"
cp "$(server app key)" "$work/home/.ssh/id_ed25519" # a place that both laptops have
sed -i "s#^  keys: .*#  keys: [$work/home/.ssh/id_ed25519]#; /^sqlite:/,\$d; /^servers:/,/^ssh:/s/^  - .*/  - $address/; s/^  port: .*/  port: 22/" "$project/deploy.yml"
cat >>"$project/deploy.yml" <<'END_OF_CONFIG'
registry: {server: localhost:5555}
builder: {arch: amd64, driver: docker}
env: {AUTO_MIGRATE: 1}
asset_path: /public
END_OF_CONFIG
cat >>"$project/deploy.yml" <<END_OF_CONFIG
accessories:
  cache: {image: liteship-test/redis, host: $address, cmd: redis-server}
END_OF_CONFIG
laptop_up
echo "output: {otel: {endpoint: 'http://$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "$laptop"):4318'}}" \
  >>"$project/deploy.yml"
mkdir -p "$project/config" "$project/.kamal"
mv "$project/deploy.yml" "$project/config/deploy.yml"
: >"$project/.kamal/secrets"
first=$(release_of one)

note 'kamal setup'
kamal setup
chatroom_serves app "$first"
root_on app docker exec chatroom-cache redis-cli set key kept >/dev/null
cache=$(cache_id)
load_begin app

note 'what either writes for the proxy the other one reads'
kamal proxy boot_config set --log-max-size 20m --docker-options label=team=us
deploy_ok proxy boot_config get
expect_out 'options: --publish 80:80 --publish 443:443 --log-opt max-size=20m --label=team=us'
deploy_ok proxy boot_config set --http-port 8080 --debug
kamal proxy boot_config get
grep -qF -- '--publish 8080:80 --publish 443:443 --log-opt max-size=10m basecamp/kamal-proxy:v0.9.2 kamal-proxy run --debug' \
  "$work/kamal.log" || { cat "$work/kamal.log" >&2 && fail 'Kamal reads it otherwise'; }
kamal proxy boot_config reset

note 'deploy'
second=$(release_of two)
deploy_ok
kept "$second" two one

note 'kamal deploy'
third=$(release_of three)
kamal deploy
kept "$third" three two

note 'deploy rollback, to what Kamal has stopped'
deploy_ok rollback "$second"
kept "$second" two three

note 'kamal rollback'
kamal rollback "$third"
kept "$third" three two

note 'deploy again: what Kamal left is known'
fourth=$(release_of four)
deploy_ok
kept "$fourth" four three
load_end app 150

note 'a collector hears the same of both'
expect_same_sent 'events' 'map(.event) | unique'
expect_same_sent 'the names of what is always there' 'map(.resource | keys) | unique'
expect_same_sent 'a release' 'map(select(.event == "kamal.complete" and .attributes["kamal.command"] == "deploy")
  | .attributes | {names: keys, status: .["deployment.status"], name: .["deployment.name"]}) | unique'
expect_same_sent 'the service' 'map(.resource | {"service.name", "service.namespace"}) | unique'

note 'deploy remove'
deploy_ok remove --yes
expect_equal 'containers' '' "$(root_on app docker ps --all --format '{{.Names}}')"
expect_equal 'the data' chatroom_storage "$(root_on app docker volume ls --quiet | grep -v kamal-proxy-config)"
