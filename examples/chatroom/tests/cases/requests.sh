# shellcheck shell=bash disable=SC2154,SC2317  # run.sh sources it after lib.sh and calls the cases by name
# Requests one at a time, good and bad.

the_same_client_id_is_one_message() { # case
  fresh_app
  [ "$(post '{"author":"ann","body":"hi","client_id":"a-1"}')" = 201 ] || fail "not created"
  [ "$(post '{"author":"ann","body":"hi","client_id":"a-1"}')" = 200 ] || fail "not found again"
  grep -q '"id":1' "$work/body" || fail "another id: $(cat "$work/body")"
  [ "$(status -d 'author=bo&body=h%C3%A9' "$url/messages")" = 201 ] || fail "form refused"
  [ "$(curl -s "$url/messages/export" | wc -l)" = 2 ] || fail "not two messages"
}

bad_input_is_refused_with_4xx() { # case
  fresh_app
  [ "$(post '{"author":"ann"}')" = 400 ] || fail "no body"
  [ "$(post '[1')" = 400 ] || fail "broken JSON"
  [ "$(post '{"author":1,"body":"x"}')" = 400 ] || fail "a number as author"
  [ "$(status -d 'author=a&body=%ff' "$url/messages")" = 400 ] || fail "not UTF-8"
  [ "$(status -d 'author=a&body=%zz' "$url/messages")" = 400 ] || fail "broken escape"
  [ "$(status "$url/messages?after=x")" = 400 ] || fail "after=x"
  [ "$(status --path-as-is "$url/../../etc/passwd")" = 404 ] || fail "a path out of public/"
  [ "$(status -X DELETE "$url/messages")" = 405 ] || fail "DELETE"
  [ "$(status -d 'x=y' "$url/events")" = 405 ] || fail "a POST to a stream"
  [ "$(head -c 70000 /dev/zero | status --data-binary @- "$url/messages")" = 413 ] || fail "70 kB"
  [ "$(curl -s "$url/messages/export" | wc -l)" = 0 ] || fail "something was stored"
}

search_finds_other_forms_of_a_word() { # case
  fresh_app
  post '{"author":"ann","body":"we were connecting"}' >"$work/code"
  post '{"author":"bo","body":"nothing of the kind"}' >"$work/code"
  [ "$(status "$url/messages/search?q=connections")" = 200 ] || fail "$(cat "$work/body")"
  grep -q 'were connecting' "$work/body" || fail "$(cat "$work/body")"
  ! grep -q 'kind' "$work/body" || fail "found too much: $(cat "$work/body")"
  # What is an operator to FTS5 is a word to us.
  for q in 'NEAR(' '%22' 'a%20OR%20*' '-x' 'body:we' "%27;DROP%20TABLE%20messages"; do
    [ "$(status "$url/messages/search?q=$q")" = 200 ] || fail "$q: $(cat "$work/body")"
  done
  [ "$(status "$url/messages/search")" = 400 ] || fail "no words"
}

hostile_requests_are_refused_with_4xx() { # case
  fresh_app
  "$here/hostile.py" "$url" "$hostile_requests" >"$work/hostile" || fail "$(cat "$work/hostile")"
  local evil="<script>alert(1)</script>'; DROP TABLE messages; --"
  [ "$(status --data-urlencode "author=${evil:0:40}" --data-urlencode "body=$evil" \
    --data-urlencode "client_id=$evil" "$url/messages")" = 201 ] || fail "$(cat "$work/body")"
  curl -s "$url/messages?limit=1" | grep -qF 'DROP TABLE messages' || fail "not stored as it was said"
  APP_VERSION=$evil start_second
  [ "$(status "$url/up")" = 200 ] || fail "not up any more"
  kill -0 "$app_pid" || fail "it crashed"
}

start_second() {
  stop_app TERM
  [ "$app_code" = 0 ] || fail "exit code $app_code"
  start_app
  curl -s "$url/status" >"$work/page"
  grep -q '&lt;script&gt;' "$work/page" || fail "no version on the page"
  ! grep -q '<script' "$work/page" || fail "a script got into the page"
}

faults_are_what_they_say() { # case
  fresh
  local code=0
  CRASH_AT_BOOT=1 "$build/chatroom" 2>"$work/err" || code=$?
  [ "$code" = 3 ] || fail "CRASH_AT_BOOT: $code"
  grep -q CRASH_AT_BOOT "$work/err" || fail "CRASH_AT_BOOT: no reason"
  code=0
  MIGRATE_FAIL=1 "$build/chatroom" migrate 2>"$work/err" || code=$?
  [ "$code" = 4 ] || fail "MIGRATE_FAIL: $code"
  [ -z "$(ls "$STORAGE_DIR")" ] || fail "MIGRATE_FAIL: left $(ls "$STORAGE_DIR")"
  MIGRATE_SLEEP_MS=50 "$build/chatroom" migrate >"$work/migrate.log"
  grep -q '50 ms' "$work/migrate.log" || fail "MIGRATE_SLEEP_MS"
  UNHEALTHY=1 start_app
  [ "$(status "$url/up")" = 500 ] || fail "UNHEALTHY"
  AUTO_MIGRATE=1 start_auto
}

start_auto() {
  fresh
  start_app
  [ "$(status "$url/up")" = 200 ] || fail "AUTO_MIGRATE"
}
