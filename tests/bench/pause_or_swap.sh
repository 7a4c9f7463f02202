#!/usr/bin/env bash
# What requests see of kamal-proxy's `pause`, and of a swap to a second, paused kamal-proxy, on processors
# that are taken away for 5-60 ms at a time: docs/adr/0013-waiting-room.md. Prints a line for each.
#
#   tests/bench/pause_or_swap.sh [SECONDS]     SECONDS of load for each, 60
#
# Needs root (a real-time priority), the images of tests/server/images.sh and the dev build.
# shellcheck disable=SC2016 # expanded in the container
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
label=pause-or-swap-$$
work=$(mktemp -d)
trap 'jobs -p | xargs -r kill 2>/dev/null || true
  docker ps -aq --filter "label=$label" | xargs -r docker rm -fv >/dev/null
  docker network rm "$label" >/dev/null 2>&1 || true
  rm -rf "$work"' EXIT

up() { docker run --detach --label "$label" --network "$label" "$@"; }
proxy() { docker exec --env "app=$app" "$proxy" sh -c "room='env XDG_RUNTIME_DIR=/tmp/room kamal-proxy'; $1"; }

steal() { # steal CPU: a real-time loop, off and on, until the test ends
  exec python3 - "$1" <<'END'
import os, random, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
while True:
    end = time.perf_counter() + random.uniform(0.005, 0.06)
    while time.perf_counter() < end:
        pass
    time.sleep(random.uniform(0.01, 0.06))
END
}

# Ten at a time: a `docker exec` takes longer than what is measured.
ten() { proxy "for time in 1 2 3 4 5 6 7 8 9 10; do $1; done"; }
hold_by_pause() { ten 'kamal-proxy pause app --drain-timeout 10s; kamal-proxy resume app'; }
hold_by_swap() {
  ten '$room pause app; kamal-proxy deploy app --target localhost:8402 --target-timeout 60s
    $room resume app; kamal-proxy deploy app --target "$app"'
}

measure() { # measure WHAT: load while it happens again and again
  local times=0 end=$((SECONDS + seconds))
  build/dev/chatroom/chatroom-load mixed --url "http://$address" --rps 400 --connections 600 --for 20m \
    --until-file-exists "$work/end.$1" --json >"$work/$1" &
  local loader=$!
  while [ $SECONDS -lt $end ]; do
    "$1" >/dev/null 2>&1
    times=$((times + 10))
  done
  touch "$work/end.$1"
  wait "$loader" || true
  printf '%s: %s times, %s\n' "$1" "$times" \
    "$(jq -r '"\(.requests) requests, \(.failed) failed \(.failures), slowest \(.max_ms) ms"' "$work/$1")"
}

docker network create "$label" >/dev/null
app=$(up --user 0 --volume /storage --env PORT=3000 --env AUTO_MIGRATE=1 liteship-test/chatroom)
app=${app:0:12}:3000
proxy=$(up --publish 127.0.0.1::80 basecamp/kamal-proxy:v0.9.2)
address=$(docker port "$proxy" 80 | head -n 1)
docker exec --detach "$proxy" sh -c 'mkdir /tmp/room; export HOME=/tmp/room XDG_RUNTIME_DIR=/tmp/room
  exec kamal-proxy run --http-port 8402 --https-port 8403'
sleep 1
proxy 'kamal-proxy deploy app --target "$app"; $room deploy app --target "$app"'
for ((cpu = 0; cpu < $(nproc); cpu++)); do steal "$cpu" & done
measure hold_by_pause
measure hold_by_swap
