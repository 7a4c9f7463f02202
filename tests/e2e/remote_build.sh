#!/usr/bin/env bash
# test: another machine's Docker builds the image, with a registry and without
# releases: 12
# shellcheck disable=SC2154  # registry_up sets registry
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/engine_laptop.sh"

# config LINE…: the builder is never this machine.
config() {
  chatroom_config a "builder:
  local: false
  remote: ssh://builder
$(printf '%s\n' "$@")"
}
# built_there IMAGE: it serves, the builder has it, and this machine does not.
built_there() {
  chatroom_serves a "$version"
  expect_err "build $1:$version at ssh://builder"
  root_on builder docker image inspect "$1:$version" >/dev/null || fail 'the builder has not built it'
  ! docker image inspect "$1:$version" >/dev/null 2>&1 || fail 'it was built on this machine'
}

server_up a --with-docker
server_up builder --with-docker
docker save liteship-test/chatroom | root_on builder docker load >/dev/null
chatroom_project a

# Docker's client calls `ssh builder`, which takes its configuration from the passwd entry's home.
server_ssh_config builder "$work/builder.conf"
mkdir "$work/bin"
printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$work/builder.conf" >"$work/bin/ssh"
chmod +x "$work/bin/ssh"
tool=(env PATH="$work/bin:$PATH" "${tool[@]}")

note 'without a registry: from engine to server, the missing layers only'
config
version=$(chatroom_commit 'first')
deploy_ok setup
built_there chatroom
version=$(chatroom_commit 'second')
deploy_ok --json
chatroom_serves a "$version"
expect_equal 'less than 1 MB was sent' true "$(jq 'select(.type == "answer").data.bytes_sent < 1e6' "$work/out")"

note 'through a registry: the builder pushes, the server pulls'
registry_up
trust_registry root_on a
trust_registry root_on builder
mkdir -p "$project/.deploy"
echo /.deploy/secrets >"$project/.gitignore"
(umask 077 && echo "REGISTRY_PASSWORD=$(peer registry password)" >"$project/.deploy/secrets")
config "registry: {server: $registry, username: $(peer registry user), password: [REGISTRY_PASSWORD]}"
version=$(chatroom_commit 'third')
deploy_ok
built_there "$registry/chatroom"

note 'a builder that is away: the reason, exit 4, and the old version serves'
config
good=$version
version=$(chatroom_commit 'fourth')
echo 'Host builder
  Port 1' | cat - "$work/builder.conf" >"$work/away.conf"
sed -i "s/builder.conf/away.conf/" "$work/bin/ssh"
deploy_fails 4
expect_err 'Connection refused'
chatroom_serves a "$good"

note '--build local goes before it'
deploy_ok --build local
chatroom_serves a "$version"
docker image inspect "chatroom:$version" >/dev/null || fail 'it was not built on this machine'
