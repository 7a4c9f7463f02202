#!/usr/bin/env bash
# test: ten commands at once from ten laptops: one works, the others wait or leave
# serial
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/load.sh"
. "$(dirname "$0")/laptops.sh"

team=(ann bob cid dan eve fay gus hal ida jon)

# one_serves SHA: one healthy version, no lock, nothing half-done.
one_serves() {
  chatroom_serves a "$1"
  expect_equal 'running containers' "chatroom-web-$1" \
    "$(root_on a docker ps --format '{{.Names}}' --filter label=service=chatroom)"
  deploy_ok lock status
  expect_out 'nobody'
  deploy_ok status --json
  expect_equal 'an interrupted release' null "$(jq -r 'select(.type == "answer").data.interrupted' "$work/out")"
}
ledger_lines() { on a cat .deploy/chatroom/releases.jsonl | wc -l; }

server_up a --with-docker
chatroom_project a '  cutover: overlap'

note 'the very first setup, by two at once'
first=$(chatroom_commit 'first')
laptop_up "${team[@]}"
hold_builds ann bob
start ann setup
start bob setup
held_together ann bob
expect_equal 'how they ended' '0 75' "$(codes ann bob)"
one_serves "$first"
load_begin a

note 'two releases at once, of two versions'
declare -A sha
for name in "${team[@]}"; do sha[$name]=$(laptop_commit "$name" "by $name"); done
hold_builds ann bob
start ann
start bob
held_together ann bob
expect_equal 'how they ended' '0 75' "$(codes ann bob)"
winner=ann loser=bob
[ "$(code_of ann)" = 0 ] || { winner=bob && loser=ann; }
laptop_said $loser "locked by $winner <$winner@example.com>"
one_serves "${sha[$winner]}"
expect_equal 'the ledger' '1 0' "$(released a "${sha[$winner]}") $(released a "${sha[$loser]}")"

note 'ten at once that wait for each other: releases, rollbacks, a setup'
before=$(ledger_lines)
wait=(--lock-wait --lock-wait-interval 1)
for name in cid dan eve fay gus hal; do start $name "${wait[@]}"; done
start ida rollback "${wait[@]}"
start jon rollback "${wait[@]}"
start $winner setup "${wait[@]}"
start $loser redeploy "${wait[@]}"
together
only_codes 0 "${team[@]}"
for name in cid dan eve fay gus hal $loser; do
  expect_equal "releases of $name" 1 "$(released a "${sha[$name]}")"
done
# Each one wrote one line; a setup of what serves already has nothing to do.
added=$(($(ledger_lines) - before))
[ $added = 10 ] || [ $added = 9 ] || fail "$added ledger lines of 10 commands"
last=$(on a tail -n 1 .deploy/chatroom/releases.jsonl | jq -r .version)
one_serves "$last"

note 'ten at once that do not wait, some of them for the lock itself'
before=$(ledger_lines)
for name in ann bob; do start $name lock acquire -m "$name works by hand"; done
for name in cid dan; do start $name; done
start eve rollback
for name in fay gus; do start $name lock status; done
for name in hal ida; do start $name lock release; done
start jon status
together
only_codes '0|75' "${team[@]}"
only_codes 0 fay gus hal ida jon
worked=$(codes cid dan eve | tr ' ' '\n' | grep -c '^0$' || true)
expect_equal 'ledger lines' $((before + worked)) "$(ledger_lines)"
deploy_ok lock release

note 'of ten who want to keep the lock, one does'
for name in "${team[@]}"; do start "$name" lock acquire -m "by $name"; done
together
only_codes '0|75' "${team[@]}"
expect_equal 'who has it' 1 "$(codes "${team[@]}" | tr ' ' '\n' | grep -c '^0$')"
for name in "${team[@]}"; do [ "$(code_of "$name")" != 0 ] || winner=$name; done
deploy_ok lock status
expect_out "by $winner"
deploy_ok lock release

one_serves "$(on a tail -n 1 .deploy/chatroom/releases.jsonl | jq -r .version)"
one_at_a_time a
load_end a 20 # ten laptops share this machine's cores with the load
