# shellcheck shell=bash disable=SC2034,SC2154  # lib.sh sets work, worker.sh the rest
# Visitors while something goes wrong. Each combination has its own, so that its failures are its own;
# the acknowledged writes of all of them are looked for again and again.

# traffic_begin SCENARIO: before a setup there is nobody to visit.
traffic_begin() {
  visitors=
  : >"$work/failures"
  [ "$1" != setup ] || return 0
  rm -f "$work/traffic.end"
  python3 "$here/visitors.py" "$(server a http_port)" 25 "$work/traffic.end" "$work/acks" \
    "$work/failures" "v$RANDOM$RANDOM" >"$work/traffic.json" &
  visitors=$!
}

# traffic_end: no request failed that did not have to, no acknowledged write is lost.
traffic_end() {
  local needless
  [ -n "$visitors" ] || return 0
  touch "$work/traffic.end"
  wait "$visitors" || problem 'the visitors gave up'
  needless=$(needless_failures)
  [ -z "$needless" ] || problem "requests failed: $needless"
  detail=$(jq -r '"\(.requests) requests, \(.failed) of them failed, slowest \(.slowest * 10 | round / 10) s"' "$work/traffic.json")
  nothing_lost
}

# needless_failures: those outside of the time in which the host, its engine or its proxy was down,
# by kind.
needless_failures() {
  awk -v from="${down_from:-9e9}" -v to="${down_to:-0}" '
    !($2 >= from && $1 <= to) { $1 = $2 = ""; count[$0]++ }
    END { for (kind in count) printf "%d%s ", count[kind], kind }' "$work/failures"
}

nothing_lost() {
  local lost
  [ -s "$work/acks" ] || return 0
  curl -fsS --max-time 10 "$(server_url a)/messages/export" | jq -r .client_id | sort >"$work/heard" || true
  lost=$(sort -u "$work/acks" | comm -23 - "$work/heard" | wc -l)
  [ "$lost" = 0 ] || problem "$lost acknowledged writes are lost of $(wc -l <"$work/acks")"
}
