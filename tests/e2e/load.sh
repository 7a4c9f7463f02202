# shellcheck shell=bash disable=SC2154  # lib.sh sets source_root, status and work
# Constant load on a server while it gets release after release; sourced after chatroom.sh. The load
# comes from the reference app's own tool (examples/chatroom/load), which counts every request from
# when it was due, also those that wait, and logs every write that was acknowledged.

CHATROOM_LOAD=${CHATROOM_LOAD:-$source_root/build/dev/chatroom/chatroom-load}

# load_begin SERVER: 220 requests a second, a fifth of them writes. There are more connections than
# requests can wait in 4 s of hold: the rate stays constant, as with real visitors.
load_begin() {
  "$CHATROOM_LOAD" mixed --url "$(server_url "$1")" --rps 220 --connections 1000 --for 20m \
    --until-file-exists "$work/load.end" --ack-log "$work/acks" --json >"$work/load.json" &
  loader=$!
}

# load_saw FILTER: from what the load tool saw; report FILTER: from the last release's `--json`.
load_saw() { jq -r "$1" "$work/load.json"; }
report() { jq -r "select(.type == \"answer\").data | $1" "$work/out"; }

# load_end SERVER [RATE]: no request failed, there were so many a second (200), no acknowledged write is
# lost.
load_end() {
  touch "$work/load.end"
  wait "$loader" || true
  note "load: $(load_saw '"\(.requests) requests in \(.seconds) s (\(.rps)/s), \(.failed) failed, p50 \(.p50_ms) ms, p99 \(.p99_ms) ms, slowest \(.max_ms) ms"')"
  expect_equal 'failed requests' '{}' "$(load_saw '.failures | tostring')"
  expect_equal "at least ${2:-200} requests/s" true "$(load_saw ".rps >= ${2:-200}")"
  expect_equal 'every write was acknowledged' true "$(load_saw '.writes > 0 and .writes == .acknowledged')"
  "$CHATROOM_LOAD" verify --url "$(server_url "$1")" --ack-log "$work/acks" >"$work/verify" ||
    fail "writes are lost: $(head -n 20 "$work/verify")"
  note "database: $(cat "$work/verify")"
}

# show_failed_requests SERVER: what the proxy wrote of them, to say why.
show_failed_requests() {
  root_on "$1" docker logs --since 2m kamal-proxy 2>&1 | grep -E '"status":5|"level":"(ERROR|WARN)' | tail -n 20 >&2 || true
}

# releases_under_load SERVER CUTOVER: 20, or as many as RELEASES says, one after the other; each sees
# traffic and fails none.
releases_under_load() {
  local number version began=$SECONDS count=${RELEASES:-20}
  for number in $(seq "$count"); do
    version=$(chatroom_commit "release $number")
    deploy_ok --json
    note "release $number: $(report '"\(.duration_ms) ms, cut-over: \(.traffic.requests) requests, \(.traffic.failed) failed, slowest \(.traffic.slowest_ms) ms"')"
    [ "$(report .traffic.failed)" = 0 ] || show_failed_requests "$1"
    expect_equal 'the report' "$version $2 true 0" \
      "$(report '"\(.version) \(.cutover) \(.traffic.requests > 0) \(.traffic.failed)"')"
    chatroom_serves "$1" "$version"
  done
  note "$count releases in $((SECONDS - began)) s"
}
