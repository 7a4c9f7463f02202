#!/usr/bin/env bash
# reference_app.sh [BUILD_DIR]: what examples/chatroom does on this machine, beside the settings it
# replaces, in one run; a Release build is made when BUILD_DIR has none. Exit 1 when a bound does not
# hold. BENCH_SECONDS is the time per level (default 5), BENCH_USERS the WebSockets (default 1000).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build/bench-chatroom}
work=$(mktemp -d)
app_pid=''
trap '[ -z "$app_pid" ] || kill -9 "$app_pid" 2>/dev/null; rm -rf "$work"' EXIT
seconds=${BENCH_SECONDS:-5}
levels=1,2,4,8,16,32

make_build() {
  [ ! -x "$build/chatroom-load" ] || [ ! -x "$build/chatroom" ] || return 0
  cmake -S "$root/examples/chatroom" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_TESTING=OFF >/dev/null
  cmake --build "$build"
}

start_app() {
  export PORT=0 STORAGE_DIR=$work/storage PUBLIC_DIR=$root/examples/chatroom/public
  mkdir -p "$STORAGE_DIR"
  "$build/chatroom" migrate >/dev/null
  "$build/chatroom" >"$work/app.log" &
  app_pid=$!
  local port=''
  while [ -z "$port" ]; do
    sleep 0.05
    kill -0 "$app_pid"
    port=$(sed -n 's/.*listening on port \([0-9]*\),.*/\1/p' "$work/app.log")
  done
  url=http://127.0.0.1:$port
}

load() { "$build/chatroom-load" "$@" --json; }

make_build
mkdir "$work/contend"
ulimit -n "$(ulimit -Hn)"
load contend --db "$work/contend" -c $levels --for "${seconds}s" >"$work/contend.json"
start_app
load write --url "$url" -c $levels --for "${seconds}s" >"$work/write.json" || true
load chat --url "$url" --users "${BENCH_USERS:-1000}" --arrival 10s >"$work/chat.json" || true
python3 "$root/tests/bench/reference_app.py" "$work"
