#!/bin/bash
# Process 1 of a test server, in place of an init system: sshd, and Docker when it is installed.
# bash, because it reaps orphans. /run is a tmpfs: nothing stale survives a reboot.
set -u

# Docker may be started by someone else after boot, so the one that runs is found by its pid file.
stop() {
  local pid
  pid=$(cat /run/docker.pid 2>/dev/null) && kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  exit 0
}
trap stop TERM INT

mkdir -p /run/sshd
ssh-keygen -A >/dev/null
/usr/sbin/sshd -D &
if [ -e /var/lib/docker.tar ]; then # the first boot of one with Docker
  tar -C /var/lib -xf /var/lib/docker.tar
  rm /var/lib/docker.tar
fi
if command -v dockerd >/dev/null; then
  setsid dockerd </dev/null >>/var/log/dockerd.log 2>&1 &
fi
while :; do
  sleep 1000 &
  wait $!
done
