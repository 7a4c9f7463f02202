# shellcheck shell=bash disable=SC2154,SC2317  # run.sh sources it after lib.sh and calls the cases by name
# Many requests at once.

load_fails_no_request_and_loses_no_write() { # case
  fresh_app
  rm -f "$work/ack"
  load --rps 400 --for 2s >"$work/tally" || fail "$(cat "$work/tally")"
  [ "$(field failed "$work/tally")" = 0 ] || fail "$(cat "$work/tally")"
  [ "$(field requests "$work/tally")" = 800 ] || fail "$(cat "$work/tally")"
  verify --url "$url" >"$work/verdict" || fail "$(cat "$work/verdict")"
  verify --db "$STORAGE_DIR/app.sqlite3" >"$work/verdict" || fail "$(cat "$work/verdict")"
  # The check itself can fail: a write that nobody stored, and one that is stored out of order.
  echo load-1-1-999 >>"$work/ack"
  verify --url "$url" >"$work/verdict" && fail "a missing write was not noticed"
  grep -q 'missing load-1-1-999' "$work/verdict" || fail "$(cat "$work/verdict")"
}

# Most connections wait for a request of some seconds later then; that is no part of the load.
a_load_that_is_stopped_counts_its_time_until_then() { # case
  fresh_app
  rm -f "$work/ack" "$work/end"
  (sleep 1; touch "$work/end") &
  load --rps 100 --connections 1000 --for 1m --until-file-exists "$work/end" >"$work/tally" ||
    fail "$(cat "$work/tally")"
  [ "$(python3 -c "print(80 < $(field rps "$work/tally") < 120)")" = True ] || fail "$(cat "$work/tally")"
}

# Requests that arrived are answered; what comes later is refused by a closed port, not cut off.
term_under_load_cuts_no_request() { # case
  fresh_app
  (timeout 5 curl -sN "$url/events" >"$work/events"; echo $? >"$work/listener") &
  rm -f "$work/ack"
  load --rps 400 --for 2s >"$work/tally" & local load_pid=$!
  sleep 1
  local begin end
  begin=$(date +%s%N)
  stop_app TERM
  end=$(date +%s%N)
  [ "$app_code" = 0 ] || fail "exit code $app_code"
  [ $(((end - begin) / 1000000)) -lt 1000 ] || fail "took $(((end - begin) / 1000000)) ms"
  wait "$load_pid" || true
  python3 - "$work/tally" <<'P' || fail "$(cat "$work/tally")"
import json, sys
kinds = set(json.load(open(sys.argv[1]))["failures"])
sys.exit(kinds != {"connect: Connection refused"})
P
  sleep 0.2
  [ "$(cat "$work/listener")" = 0 ] || fail "the stream did not end properly"
  verify --db "$STORAGE_DIR/app.sqlite3" >"$work/verdict" || fail "$(cat "$work/verdict")"
}

writers_at_once_share_commits_and_fail_nothing() { # case
  fresh_app
  rm -f "$work/ack"
  "$build/chatroom-load" write --url "$url" -c 1,16 --for 1s --ack-log "$work/ack" --json \
    >"$work/levels" || fail "$(cat "$work/levels")"
  python3 - "$work/levels" <<'P' || fail "$(cat "$work/levels")"
import json, sys
levels = [json.loads(line) for line in open(sys.argv[1])]
sys.exit([level["writers"] for level in levels] != [1, 16] or
         any(level["failed"] or not 0 < level["p50_ms"] <= level["max_ms"] for level in levels))
P
  verify --url "$url" >"$work/verdict" || fail "$(cat "$work/verdict")"
  [ "$(python3 -c "print($(component records.writes_per_commit) > 1.5)")" = True ] ||
    fail "$(component records.writes_per_commit) writes per commit"
}

chat_loses_no_message() { # case
  fresh_app
  "$build/chatroom-load" chat --url "$url" --users 50 --arrival 0.5s --messages 40 --json \
    >"$work/chat" || fail "$(cat "$work/chat")"
  [ "$(field delivered "$work/chat")" = 2000 ] || fail "$(cat "$work/chat")"
}
