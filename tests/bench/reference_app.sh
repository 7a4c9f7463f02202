#!/usr/bin/env bash
# What examples/chatroom does on this machine, beside the settings it replaces, in one go of about three
# minutes. Needs no engine but for --image. Other work on the machine makes every number worse.
#
#   tests/bench/reference_app.sh [--page FILE] [--image IMAGE] [BUILD_DIR]
#
#   --page    also write the Markdown to FILE; docs/reference_app.md is made so
#   --image   the app's program is that of this image (docker build examples/chatroom), with the SQLite
#             that it ships, not the system's; the load tool is BUILD_DIR's in any case
#
# A Release build is made when BUILD_DIR has none. BENCH_SECONDS is the time per level (default 4),
# BENCH_USERS the WebSockets (default 1000). Exit 1 when something failed or got lost.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD

page=()
[ "${1:-}" != --page ] || { page=(--page "${2:?--page needs a FILE}") && shift 2; }
image=''
[ "${1:-}" != --image ] || { image=${2:?--image needs an IMAGE} && shift 2; }
build=${1:-$root/build/bench-chatroom}
seconds=${BENCH_SECONDS:-4}
levels=1,2,4,8,16,32
work=$(mktemp -d)
app_pid=''
trap '[ -z "$app_pid" ] || kill -9 "$app_pid" 2>/dev/null; rm -rf "$work"' EXIT

make_build() {
  cmake -S "$root/examples/chatroom" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
  cmake --build "$build"
}

# Static, so it runs here, too.
take_from_image() {
  local container
  container=$(docker create "$image")
  docker cp "$container:/chatroom" "$work/chatroom" >/dev/null
  docker rm "$container" >/dev/null
}

start_app() {
  export PORT=0 STORAGE_DIR=$work/storage PUBLIC_DIR=$root/examples/chatroom/public
  mkdir -p "$STORAGE_DIR"
  "$app" migrate >/dev/null
  "$app" >"$work/app.log" &
  app_pid=$!
  local port=''
  while [ -z "$port" ]; do
    sleep 0.05
    kill -0 "$app_pid"
    port=$(sed -n 's/.*listening on port \([0-9]*\),.*/\1/p' "$work/app.log")
  done
  url=http://127.0.0.1:$port
}

# load FILE WORD…: what failed is in the numbers, too.
load() { "$build/chatroom-load" "${@:2}" --json >"$work/$1.json" || true; }

{ [ -x "$build/chatroom-load" ] && [ -x "$build/chatroom" ]; } || make_build >&2
app=$build/chatroom
[ -z "$image" ] || { take_from_image && app=$work/chatroom; }
mkdir "$work/contend"
ulimit -n "$(ulimit -Hn)"
load contend contend --db "$work/contend" -c $levels --for "${seconds}s"
start_app
load write write --url "$url" -c $levels --for "${seconds}s" --ack-log "$work/acks"
load chat chat --url "$url" --users "${BENCH_USERS:-1000}" --arrival 10s
curl -fsS "$url/status.json" >"$work/status.json"
load mixed mixed --url "$url" --rps 1000 --for 10s --connections 64 --ack-log "$work/acks"
load verify verify --url "$url" --ack-log "$work/acks"
python3 -B "$root/tests/bench/reference_app.py" "$work" "${page[@]}"
