# shellcheck shell=bash disable=SC2154,SC2317  # run.sh sources it after lib.sh and calls the cases by name
# Accounts, rooms, memberships, presence, unread markers.

# as NAME CURL_ARG…: with the cookies of this person. Prints the status; the body is in $work/body.
as() { status -b "$work/$1.cookies" -c "$work/$1.cookies" "${@:2}"; }
# person WHO [NAME]: signs up; for `as` they are WHO.
person() {
  [ "$(as "$1" --data-urlencode "name=${2:-$1}" -d 'password=secret words' "$url/sign-up")" = 303 ] ||
    fail "$1 could not sign up: $(cat "$work/body")"
}
on_page() { grep -qF -- "$1" "$work/body" || fail "the page lacks: $1"; }
not_on_page() { ! grep -qF -- "$1" "$work/body" || fail "the page has: $1"; }

an_account_is_needed_to_speak_under_its_name() { # case
  fresh_app
  person ann
  [ "$(as ann "$url/rooms/1")" = 200 ] || fail "$(cat "$work/body")"
  on_page '<b>ann</b>'
  [ "$(as bo --data-urlencode 'name=Ann' -d 'password=other words' "$url/sign-up")" = 409 ] || fail 'a name twice'
  on_page 'this name is taken'
  [ "$(as bo -d 'name=bo' -d 'password=short' "$url/sign-up")" = 400 ] || fail 'a short password'
  [ "$(as bo -d 'name=ann' -d 'password=other words' "$url/sign-in")" = 403 ] || fail 'a wrong password'
  [ "$(as bo -d 'name=nobody' -d 'password=other words' "$url/sign-in")" = 403 ] || fail 'a wrong name'
  [ "$(post '{"author":"ANN","body":"I am not"}')" = 403 ] || fail "a guest took a user's name"
  [ "$(as ann -d 'body=it is me' -d 'author=bo' "$url/messages")" = 201 ] || fail "$(cat "$work/body")"
  curl -s "$url/messages" | grep -qF '"author":"ann","body":"it is me"' || fail 'not under her name'
  [ "$(as ann -d '' "$url/sign-out")" = 303 ] || fail 'no way out'
  [ "$(as ann -d 'body=again' "$url/messages")" = 400 ] || fail 'spoke after she had left'
  [ "$(as ann -d 'name=ann' -d 'password=secret words' "$url/sign-in")" = 303 ] || fail 'no way in'
  # Neither a password nor a session is in the database.
  sqlite3 "$STORAGE_DIR/app.sqlite3" .dump >"$work/dump"
  ! grep -q 'secret words' "$work/dump" || fail 'the password is in the database'
  ! grep -q "$(awk '$6 == "session" { print $7 }' "$work/ann.cookies")" "$work/dump" || fail 'the token is in the database'
}

another_site_cannot_act_in_a_users_name() { # case
  fresh_app
  person ann
  [ "$(as ann -H 'Origin: http://evil.example' -d 'body=hi' "$url/messages")" = 403 ] || fail 'it could'
  [ "$(as ann -H "Origin: $url" -d 'body=hi' "$url/messages")" = 201 ] || fail "$(cat "$work/body")"
  curl -s -D "$work/head" -o /dev/null -d 'name=bo' -d 'password=secret words' -H 'X-Forwarded-Proto: https' "$url/sign-up"
  grep -qi '^set-cookie: session=.*; HttpOnly; SameSite=Lax; Secure' "$work/head" || fail "$(cat "$work/head")"
}

a_room_is_for_its_members() { # case
  fresh_app
  person ann
  person bo
  [ "$(as ann -d 'name=Tea' "$url/rooms")" = 303 ] || fail "$(cat "$work/body")"
  [ "$(as bo -d 'name=tea' "$url/rooms")" = 409 ] || fail 'a room twice'
  [ "$(status -d 'name=coffee' "$url/rooms")" = 401 ] || fail 'a guest made a room'
  [ "$(as ann -d 'body=milk first' -d 'room=2' "$url/messages")" = 201 ] || fail "$(cat "$work/body")"
  for who in bo guest; do
    [ "$(as $who "$url/messages?room=2")" = 403 ] || fail "$who read it"
    [ "$(as $who -d 'body=me too' -d 'room=2' -d 'author=x' "$url/messages")" = 403 ] || fail "$who wrote in it"
    [ "$(as $who "$url/messages/search?room=2&q=milk")" = 403 ] || fail "$who searched it"
    [ "$(as $who "$url/messages/export?room=2")" = 403 ] || fail "$who exported it"
    [ "$(as $who "$url/events?room=2")" = 403 ] || fail "$who listened to it"
  done
  as ann "$url/messages/export?room=2" >"$work/code"
  [ "$(wc -l <"$work/body")" = 1 ] || fail "not her room: $(cat "$work/body")"
  (timeout 1 curl -sN -b "$work/ann.cookies" "$url/events?room=2&after=0" || true) >"$work/events"
  grep -q 'milk first' "$work/events" || fail "she heard nothing: $(cat "$work/events")"
  [ "$(status "$url/rooms/2")" = 401 ] || fail 'a guest saw it'
  [ "$(as bo "$url/rooms/2")" = 200 ] || fail "$(cat "$work/body")"
  on_page 'You are not in this room yet'
  not_on_page 'milk first'
  [ "$(as bo -d '' "$url/rooms/2/join")" = 303 ] || fail "$(cat "$work/body")"
  as bo "$url/rooms/2" >"$work/code"
  on_page 'milk first'
  [ "$(as bo "$url/rooms/2/search?q=milks")" = 200 ] || fail "$(cat "$work/body")"
  on_page 'milk first'
  [ "$(as bo -d '' "$url/rooms/2/leave")" = 303 ] || fail "$(cat "$work/body")"
  [ "$(as bo "$url/messages?room=2")" = 403 ] || fail 'bo read it after leaving'
  [ "$(as bo -d '' "$url/rooms/9/join")" = 404 ] || fail 'a room that is not there'
  as bo "$url/rooms/1" >"$work/code"
  on_page 'Tea</a> <small>1</small>'
}

unread_messages_are_marked_until_they_are_seen() { # case
  fresh_app
  person ann
  person bo
  as ann -d 'name=Tea' "$url/rooms" >"$work/code"
  as bo -d '' "$url/rooms/2/join" >"$work/code"
  for n in 1 2 3; do as ann -d "body=cup $n" -d 'room=2' "$url/messages" >"$work/code"; done
  as bo "$url/rooms/1" >"$work/code"
  on_page 'Tea</a> <span class="unread">3</span>'
  as bo "$url/rooms/2" >"$work/code"
  as bo "$url/rooms/1" >"$work/code"
  not_on_page 'class="unread"'
  as ann -d 'body=cup 4' -d 'room=2' "$url/messages" >"$work/code"
  as bo "$url/rooms/1" >"$work/code"
  on_page '<span class="unread">1</span>'
  echo "$url" >"$work/url"
  "$here/live_client.py" "$work/url" --cookies "$work/bo.cookies" --say '{"read":"room:2","id":4}' room:1 >"$work/heard" &
  local reader=$!
  all_read() { as bo "$url/rooms/1" >"$work/code" && ! grep -q 'class="unread"' "$work/body"; }
  wait_for all_read || fail "$(grep unread "$work/body")"
  rm "$work/url"
  stop_app TERM
  wait "$reader"
}

presence_tells_who_is_here() { # case
  fresh_app
  person ann
  person bo
  echo "$url" >"$work/url"
  "$here/live_client.py" "$work/url" --cookies "$work/ann.cookies" --say '{"here":"room:1"}' presence:1 >"$work/heard" &
  local ann=$!
  heard() { tail -n 1 "$work/heard" | grep -qxF "$1"; }
  wait_for heard "['ann']" || fail "$(cat "$work/heard")"
  # In another process, as during a release: both know of both.
  local first=$app_pid first_url=$url
  start_app
  echo "$url" >"$work/url2"
  "$here/live_client.py" "$work/url2" --cookies "$work/bo.cookies" --say '{"here":"room:1"}' presence:1 >"$work/heard2" &
  local bo=$!
  wait_for heard "['ann', 'bo']" || fail "$(cat "$work/heard")"
  curl -s "$first_url/rooms/1" >"$work/body"
  on_page '<li>bo</li>'
  kill "$bo"
  wait "$bo" || true
  wait_for heard "['ann']" || fail "$(cat "$work/heard")"
  rm "$work/url" "$work/url2"
  kill "$first"
  wait "$first" || fail "exit code $?"
  stop_app TERM
  wait "$ann"
}

what_people_write_is_text_on_every_page() { # case
  fresh_app
  local evil='"><script>alert(1)</script>'
  person ann
  person eve "$evil"
  as eve --data-urlencode "name=$evil" "$url/rooms" >"$work/code"
  as eve --data-urlencode "body=$evil http://$evil/x" -d 'room=2' "$url/messages" >"$work/code"
  links_found() { [ "$(sqlite3 "$STORAGE_DIR/app.sqlite3" 'SELECT count(*) FROM links')" = 1 ]; }
  wait_for links_found || fail 'no link was found'
  # Escaped, the text is there; as markup it is not.
  for page in rooms/2 rooms/1 status rooms/2/search?q=script; do
    [ "$(as eve "$url/$page")" = 200 ] || fail "$page: $(cat "$work/body")"
    not_on_page '<script>'
    on_page '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'
  done
  as ann "$url/rooms/1" >"$work/code"
  not_on_page '<script>'
  status --data-urlencode "name=$evil" -d 'password=wrong words' "$url/sign-in" >"$work/code"
  not_on_page '<script>'
  on_page '&lt;script&gt;'
}
