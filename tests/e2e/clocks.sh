#!/usr/bin/env bash
# test: a laptop whose clock is an hour off changes nothing but the times that it shows
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/laptops.sh"

library=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$library" ] || skip 'libfaketime is not installed: tests/server/packages.sh test'

# at_clock OFFSET NAME ARG…: as laptop, on one whose clock is so far off ("+1h", "-1h", "+0"). Only the
# time of day is: a clock that counts seconds since the start has nothing to be wrong about.
at_clock() {
  ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$library FAKETIME=$1 \
    FAKETIME_DONT_FAKE_MONOTONIC=1 laptop "${@:2}"
}
ok_at_clock() { at_clock "$@" || fail "${*:2} at $1: $(cat "$work/laptops/$2/err")"; }
answer() { jq -r "select(.type == \"answer\").data | $2" "$work/laptops/$1/out"; }
snapshots() { on a ls -1 .deploy/chatroom/snapshots; }

server_up a --with-docker
chatroom_project a '  snapshots: {keep: 2}'
laptop_up ann bob
ok_at_clock +1h ann version
expect_equal 'the wrong clock' 1 "$(($( (LD_PRELOAD=$library FAKETIME=+1h date +%s) ) / 3600 - $(date +%s) / 3600))"

note 'releases from a laptop an hour ahead and one an hour behind, in turns'
began=$(date +%s)
ok_at_clock +1h ann setup
declare -a sha
for number in 1 2 3 4; do
  name=ann offset=+1h
  [ $((number % 2)) = 1 ] || { name=bob && offset=-1h; }
  sha[number]=$(laptop_commit $name "page $number")
  ok_at_clock $offset $name --json
  chatroom_serves a "${sha[number]}"
  expect_equal 'the report' "${sha[number]} 0" "$(answer $name '"\(.version) \(.traffic.failed)"')"
  [ "$(answer $name .duration_ms)" -lt 1200000 ] || fail "it took $(answer $name .duration_ms) ms"
done

note "the ledger has the order of the releases and the server's times"
ledger=$(on a cat .deploy/chatroom/releases.jsonl)
expect_equal 'versions' "${sha[*]}" "$(jq -r .version <<<"$ledger" | tail -n 4 | xargs)"
expect_equal 'times that cannot be' '[]' "$(jq -cs --argjson began "$began" --argjson now "$(date +%s)" \
  '[.[] | select(.started < $began - 2 or .finished > $now + 2 or .started > .finished)]' <<<"$ledger")"
one_at_a_time a

note 'the two newest snapshots are kept'
expect_equal 'snapshots' "$(jq -r .snapshot <<<"$ledger" | tail -n 2 | sort | xargs)" "$(snapshots | sort | xargs)"

note 'rollback goes to the release before, and back again'
ok_at_clock -1h bob rollback
chatroom_serves a "${sha[3]}"
ok_at_clock +1h ann rollback
chatroom_serves a "${sha[4]}"
ok_at_clock -1h bob releases --json
expect_equal 'newest first' "${sha[4]} ${sha[3]} ${sha[4]}" "$(answer bob '.[0:3] | map(.version) | join(" ")')"
expect_equal 'what serves' 1 "$(answer bob 'map(select(.standing == "serves")) | length')"

note 'who waits for the lock waits as long as it takes'
hold_builds ann
sha[5]=$(laptop_commit ann 'page 5')
sha[6]=$(laptop_commit bob 'page 6')
rm -f "$work"/laptops/*/code
at_clock +1h ann &
started+=($!)
ann_has_lock() { deploy lock status && grep -qF 'ann <' "$work/out"; }
eventually ann_has_lock
at_clock -1h bob --lock-wait --lock-wait-interval 1 &
started+=($!)
eventually grep -qsF 'waiting for the lock' "$work/laptops/bob/err"
[ ! -e "$work/laptops/bob/code" ] || fail 'bob did not wait'
rm "$work/hold"
together
only_codes 0 ann bob
chatroom_serves a "${sha[6]}"

note 'a wait has its end by either clock'
laptop ann lock acquire -m 'by hand' || fail 'lock acquire'
at_clock -1h bob || true
expect_equal 'exit code' 75 "$(code_of bob)"
