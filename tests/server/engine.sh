#!/usr/bin/env bash
# engine.sh: what can this machine's Docker engine give? Starts one when none is running. Prints one
# line a check, `NAME ok|missing DETAIL`, for engine, images and nested; exits 77 when one is missing.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/nested.sh"

fail() { printf '%s missing %s\n' "$1" "$2"; exit 77; }

# start_engine: by systemd where there is one, else by hand, in a session of its own, for this user
# (root's is for group docker, as Debian has it).
start_engine() {
  local log=$cache_dir/dockerd.log group=docker
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker && return
  fi
  [ "$(id -u)" = 0 ] || group=$(id -gn)
  as_root setsid -f dockerd --group "$group" </dev/null >"$log" 2>&1
}

find_engine() {
  local try
  command -v docker >/dev/null || fail engine 'no docker here: tests/server/packages.sh test'
  docker version >/dev/null 2>&1 && return
  [ -z "${DOCKER_HOST:-}" ] || fail engine "no answer from DOCKER_HOST=$DOCKER_HOST: start it or unset it"
  command -v dockerd >/dev/null || fail engine 'no dockerd here: apt-get install docker.io'
  ! pidof dockerd >/dev/null || fail engine "no access to Docker: run as root or usermod -aG docker $(id -un)"
  start_engine || fail engine 'dockerd does not start: journalctl -u docker'
  for ((try = 0; try < 150; try++)); do
    docker version >/dev/null 2>&1 && return
    sleep 0.2
  done
  fail engine "dockerd does not start: see $cache_dir/dockerd.log"
}

check_engine() {
  find_engine
  printf 'engine ok %s\n' "$(docker version -f '{{.Server.Version}}')"
}

# The real images, pulled or made; the reason is the last thing that images.sh said.
check_images() {
  local said
  said=$("$server_dir/images.sh" debian-12 kamal-proxy 2>&1 | tee >(cat >&2)) ||
    fail images "neither pulled nor made: $(tail -n 1 <<<"$said")"
  if [ -e "$cache_dir/no-registry" ]; then echo 'images ok made here'; else echo 'images ok pulled'; fi
}

# A nested engine has to mount file systems and to write cgroups.
check_nested() {
  local said
  said=$(docker run --rm --label "$label=check" "${nested_flags[@]}" "$label/debian:12" sh -c \
    'unshare --mount --net mount -t tmpfs none /mnt' 2>&1) ||
    fail nested "this engine gives containers no SYS_ADMIN, run on a machine of your own: ${said##*$'\n'}"
  echo 'nested ok'
}

check_engine
check_images
check_nested
