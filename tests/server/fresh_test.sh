#!/usr/bin/env bash
# test: a fresh server has no Docker and can get it
# releases: 12
# also: 13 14
# fresh_test.sh 12|13|14: the test server is what it claims to be. It has no Docker; Docker installs
# and starts in it; an image loaded over ssh runs and answers on the forwarded port, also after a
# reboot; nothing is left behind.
. "$(dirname "$0")/common.sh"

[ -z "${LITESHIP_SKIP_E2E:-}" ] || { say "skipped: $LITESHIP_SKIP_E2E"; exit 77; }
name=fresh$1-$$
trap '"$server_dir/server.sh" down "$name"' EXIT
on() { "$server_dir/server.sh" ssh "$name" "$@"; }
answers() { curl -s -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$port/"; }

# From nothing to an answer: the proxy knows no service yet, so it answers 404.
expect_404() {
  local try
  for ((try = 0; try < 100; try++)); do
    [ "$(answers)" != 404 ] || return 0
    sleep 0.1
  done
  die "the proxy does not answer on 127.0.0.1:$port"
}

install_docker() {
  on "sudo apt-get -qq update && sudo DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
    --no-install-recommends $*"
}

start_docker() {
  on 'sudo sh -c "setsid dockerd </dev/null >/var/log/dockerd.log 2>&1 &"
    timeout 60 sh -c "until sudo docker version >/dev/null 2>&1; do sleep 0.1; done"'
}

run_proxy() { on sudo docker run -d --restart unless-stopped -p 80:80 basecamp/kamal-proxy:v0.9.2; }
load_proxy() { docker save basecamp/kamal-proxy:v0.9.2 | on sudo docker load; }

declare -A packages=([12]=docker.io [13]='docker.io docker-cli' [14]='docker.io docker-cli iptables')
"$server_dir/images.sh" kamal-proxy
step "server up" "$server_dir/server.sh" up "$name" --release "$1"
port=$(jq .http_port "$cache_dir/servers/$name/server.json")
! on command -v docker dockerd || die 'a fresh server has Docker'
# shellcheck disable=SC2086  # words on purpose
step "install Docker" install_docker ${packages[$1]}
step "start Docker" start_docker
say "$(on sudo docker info -f "'Docker {{.ServerVersion}}, storage {{.Driver}} {{.DriverStatus}}'")"
step "load an image over ssh" load_proxy
step "run it" run_proxy
expect_404
step "reboot" "$server_dir/server.sh" restart "$name"
expect_404
"$server_dir/server.sh" down "$name"
[ -z "$(docker ps -aq --filter "label=$label=$name")" ] || die 'the container is still there'
