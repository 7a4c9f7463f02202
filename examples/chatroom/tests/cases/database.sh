# shellcheck shell=bash disable=SC2154,SC2317  # run.sh sources it after lib.sh and calls the cases by name
# The schema, what a death leaves behind, backups.

a_database_that_needs_migration_is_not_up() { # case
  fresh
  start_app
  [ "$(status "$url/up")" = 503 ] || fail "up before migrate"
  grep -q 'needs migration' "$work/body" || fail "no reason: $(cat "$work/body")"
  [ -z "$(ls "$STORAGE_DIR")" ] || fail "serve created a file: $(ls "$STORAGE_DIR")"
  "$build/chatroom" migrate >"$work/migrate.log"
  [ "$(status "$url/up")" = 200 ] || fail "not up after migrate: $(cat "$work/body")"
}

# Many times, because it is a matter of microseconds who makes the new file.
migrating_again_and_at_once_changes_nothing() { # case
  local round pid pids
  for round in {1..20}; do
    fresh
    pids=()
    for _ in 1 2 3; do "$build/chatroom" migrate >>"$work/at-once" & pids+=($!); done
    for pid in "${pids[@]}"; do wait "$pid" || fail "a migration failed in round $round"; done
  done
  "$build/chatroom" migrate >"$work/3"
  [ "$(grep -c 'nothing to do' "$work/3")" = 2 ] || fail "$(cat "$work/3")"
}

# The version before writes without rooms and jobs' new columns; both must find its messages.
the_schema_serves_the_version_before() { # case
  fresh_app
  sqlite3 "$STORAGE_DIR/app.sqlite3" "INSERT INTO messages(author, body, client_id, created_at)
    VALUES('old', 'from the old version', 'o-1', 1)"
  sqlite3 "$STORAGE_DIR/queue.sqlite3" "INSERT INTO jobs(kind, message_id, run_at)
    VALUES('notify', 1, 1) ON CONFLICT DO NOTHING"
  [ "$(status "$url/messages/search?q=version")" = 200 ] || fail "$(cat "$work/body")"
  grep -q 'from the old version' "$work/body" || fail "$(cat "$work/body")"
  is_finished() { [ "$(component jobs.finished)" = 1 ]; }
  wait_for is_finished || fail "$(curl -s "$url/status.json")"
}

# At any moment: each time after another fraction of a second.
kill_9_loses_no_acknowledged_write() { # case
  fresh_app
  rm -f "$work/ack"
  local n
  for n in $(seq "$kills"); do
    load --rps 1000 --reads 0 --for 2s --until-file-exists "$work/dead" --seed "$n" >"$work/tally" &
    local load_pid=$!
    sleep "0.$((RANDOM % 9 + 1))"
    stop_app KILL
    touch "$work/dead"
    wait "$load_pid" || true
    rm "$work/dead"
    start_app
    [ "$(status "$url/up")" = 200 ] || fail "not up again: $(cat "$work/body")"
    verify --url "$url" >"$work/verdict" || fail "$(cat "$work/verdict")"
  done
  [ "$(wc -l <"$work/ack")" -gt $((50 * kills)) ] || fail "too few writes to tell"
}

the_hooks_of_once_save_and_restore() { # case
  fresh_app
  mkdir -p "$work/hooks"
  ln -sf "$build/chatroom" "$work/hooks/pre-backup"
  ln -sf "$build/chatroom" "$work/hooks/post-restore"
  post '{"author":"ann","body":"saved"}' >"$work/code"
  "$work/hooks/pre-backup" >"$work/saved" || fail "$(cat "$work/saved")"
  post '{"author":"ann","body":"later"}' >"$work/code"
  stop_app TERM
  "$work/hooks/post-restore" >"$work/restored" || fail "$(cat "$work/restored")"
  start_app
  [ "$(status "$url/up")" = 200 ] || fail "not up: $(cat "$work/body")"
  [ "$(curl -s "$url/messages/export" | wc -l)" = 1 ] || fail "not what was saved"
}
