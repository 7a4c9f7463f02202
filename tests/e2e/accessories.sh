#!/usr/bin/env bash
# test: an accessory from setup to its removal: files, secrets, data, a restart that fails
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

"$source_root/tests/server/images.sh" redis
server_up a --with-docker

# project [CMD]: the chatroom with a Redis whose configuration is rendered with its secret
project() {
  chatroom_config a "accessories:
  redis:
    image: liteship-test/redis
    host: $(server a host)
    cmd: ${1:-redis-server /etc/redis.conf}
    port: 6379
    env:
      clear: {MAXMEMORY: 20mb}
      secret: ['REDISCLI_AUTH:REDIS_PASSWORD']
    files:
      - {local: redis.conf.erb, remote: /etc/redis.conf, mode: '0644', options: ro}
    directories:
      - {local: data, remote: /data, owner: '0:0'}"
}
redis() { deploy_ok accessory exec redis --reuse redis-cli "$@"; }
container() { root_on a docker container inspect --format "$1" chatroom-redis; }

chatroom_project a
cat >"$project/redis.conf.erb" <<'END'
bind *
requirepass <%= ENV["REDISCLI_AUTH"] %>
maxmemory <%= ENV["MAXMEMORY"] %>
appendonly yes
dir /data
END
mkdir -p "$project/.kamal"
printf 'REDIS_PASSWORD=sesame-%s\n' "$run_id" >"$project/.kamal/secrets"
printf '.kamal/secrets\n' >"$project/.gitignore"
project
chatroom_commit first >/dev/null

note 'setup starts it before the app, a release leaves it alone'
deploy_ok setup
expect_equal 'the container' 'running 127.0.0.1' \
  "$(container '{{.State.Status}} {{(index (index .HostConfig.PortBindings "6379/tcp") 0).HostIp}}')"
expect_equal 'Kamal'\''s label' chatroom-redis "$(container '{{index .Config.Labels "service"}}')"
expect_equal 'the mode of a file' 644 "$(on a stat -c %a chatroom-redis/etc/redis.conf)"
redis ping
expect_out PONG
redis set key kept
started=$(container '{{.State.StartedAt}}')
second=$(chatroom_commit second)
deploy_ok
chatroom_serves a "$second"
expect_equal 'since when it runs' "$started" "$(container '{{.State.StartedAt}}')"
deploy_ok setup
deploy_ok accessory boot all
expect_out 'runs already'
expect_equal 'since when it runs' "$started" "$(container '{{.State.StartedAt}}')"

note 'the password is in no argument and in nothing that --dry-run shows'
! root_on a sh -c 'cat /proc/[0-9]*/cmdline | tr "\0" " "' | grep -q "sesame-$run_id" ||
  fail 'the password is in an argument'
deploy_ok accessory reboot redis --dry-run
expect_out 'set_aside 10 chatroom-redis'
refute_out "sesame-$run_id"

note 'others reach it by its name'
deploy_ok accessory exec redis redis-cli -h chatroom-redis get key
expect_out kept
deploy_fails 7 accessory exec redis sh -c 'exit 7'

note 'stop, start, restart, details, logs'
deploy_ok accessory stop redis
deploy_ok accessory details redis
expect_out 'stopped'
deploy_ok accessory start redis
deploy_ok accessory restart redis
redis get key
expect_out kept
deploy_ok accessory logs redis -n 5
expect_equal 'lines' 5 "$(wc -l <"$work/out")"
deploy_ok accessory logs redis --grep READY --grep-options -i
expect_out 'Ready to accept'
deploy_ok status --json
expect_equal 'status' true "$(jq 'select(.type == "answer").data.accessories.redis.running' "$work/out")"

note 'reboot brings new settings and keeps the data'
sed -i 's/^maxmemory.*/maxmemory 30mb/' "$project/redis.conf.erb"
deploy_ok accessory boot redis
expect_err 'deploy accessory reboot redis'
deploy_ok accessory reboot redis
redis config get maxmemory
expect_out 31457280
redis get key
expect_out kept

note 'one that does not stay up: its words are shown, the old one serves on'
project 'redis-server /etc/missing.conf'
deploy_fails 4 accessory reboot redis
expect_err 'the accessory does not stay up'
expect_err 'missing.conf'
redis get key
expect_out kept
expect_equal 'containers of the accessory' 1 \
  "$(root_on a docker ps --all --quiet --filter name=chatroom-redis | wc -l)"
project

note 'a container that is somebody else'\''s stays'
deploy_ok accessory remove redis --yes
! on a test -e chatroom-redis || fail 'its directory is still there'
root_on a docker create --name chatroom-redis basecamp/kamal-proxy:v0.9.2 >/dev/null
deploy_fails 2 accessory boot redis
expect_err 'that is no accessory'
root_on a docker rm chatroom-redis >/dev/null

note 'remove takes the container and leaves what it wrote'
deploy_ok accessory boot redis
redis set key again
deploy_ok accessory restart redis # writes its file
deploy_ok remove --yes
expect_equal 'containers' '' "$(root_on a docker ps --all --quiet)"
on a test -d chatroom-redis/data || fail 'its data is gone'
deploy_ok setup
redis get key
expect_out again
deploy_ok audit
expect_out 'Ran deploy accessory restart redis'

note 'a file with accessories alone: they are set up, and there is no app to release'
deploy_ok remove --yes
sed -i -e '/^servers:/,/^  -/d' -e '/^proxy:/,/^  migrate:/d' "$project/deploy.yml"
deploy_ok config
deploy_ok setup
expect_out 'the accessories run'
redis get key
expect_out again
deploy_ok setup
expect_out 'the accessories run already'
deploy_fails 2
expect_err 'there is no app in this configuration'
for verb in 'app stop' 'app boot' rollback logs 'exec true' 'app maintenance' releases; do
  # shellcheck disable=SC2086  # words
  deploy_fails 2 $verb
  expect_err 'there is no app in this configuration'
done
deploy_ok status
expect_out chatroom-redis
deploy_ok remove --yes
expect_equal 'containers' '' "$(root_on a docker ps --all --quiet --filter name=chatroom)"
