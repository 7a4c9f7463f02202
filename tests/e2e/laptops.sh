# shellcheck shell=bash disable=SC2154  # lib.sh sets work, project and DEPLOY
# Several laptops that work on one project at the same time: each has a home, a clone and a git user
# of its own; sourced after chatroom.sh, once $project has its first commit.

# laptop_up NAME…: clones of $project as it is now.
laptop_up() {
  local name place
  for name in "$@"; do
    place=$work/laptops/$name
    mkdir -p "$place/home/.ssh"
    git clone -q "$project" "$place/project"
    git -C "$place/project" config user.name "$name"
    git -C "$place/project" config user.email "$name@example.com"
  done
}

# laptop_commit NAME TEXT: another page there; prints the SHA.
laptop_commit() {
  local project=$work/laptops/$1/project
  chatroom_commit "$2"
}

# laptop NAME ARG…: the tool there; its exit code, output in $work/laptops/NAME/{out,err,code}.
laptop() {
  local place=$work/laptops/$1 code=0
  (cd "$place/project" && exec env -u SSH_AUTH_SOCK HOME="$place/home" "$DEPLOY" "${@:2}") \
    >"$place/out" 2>"$place/err" </dev/null || code=$?
  echo "$code" >"$place/code"
  return "$code"
}

# At the same time: start NAME ARG… for each of them, then together.
started=()
start() {
  rm -f "$work/laptops/$1/code"
  laptop "$@" &
  started+=($!)
}
together() {
  local pid
  for pid in "${started[@]}"; do wait "$pid" || true; done
  started=()
}

# hold_builds NAME…; start …; held_together NAME…: as together, but the one that works does so
# at least until another one has left: its build waits.
hold_builds() {
  local name hook
  touch "$work/hold"
  for name in "$@"; do
    hook=$work/laptops/$name/project/.deploy/hooks/pre-build
    mkdir -p "${hook%/*}"
    printf '#!/bin/sh\nwhile [ -e %s ]; do sleep 0.1; done\n' "$work/hold" >"$hook"
    chmod +x "$hook"
  done
}
one_has_left() {
  local name
  for name in "$@"; do [ ! -e "$work/laptops/$name/code" ] || return 0; done
  return 1
}
held_together() {
  eventually one_has_left "$@" || true
  rm "$work/hold"
  together
}

# codes NAME…: how they ended, sorted.
codes() {
  local name
  for name in "$@"; do cat "$work/laptops/$name/code"; done | sort -n | xargs
}
code_of() { cat "$work/laptops/$1/code"; }
laptop_said() { grep -qF -- "$2" "$work/laptops/$1/err" "$work/laptops/$1/out" || fail "$1 lacks \`$2\`: $(cat "$work/laptops/$1/err")"; }
# only_codes 'CODE|…' NAME…: nobody ended in another way.
only_codes() {
  local name
  for name in "${@:2}"; do
    [[ $(code_of "$name") =~ ^($1)$ ]] || fail "$name: exit $(code_of "$name"): $(tail -n 20 "$work/laptops/$name/err")"
  done
}

# released SERVER VERSION: how often the ledger has a release of it that was no rollback.
released() {
  on "$1" cat .deploy/chatroom/releases.jsonl |
    jq -rs --arg version "$2" '[.[] | select(.version == $version and .status == "released" and .action != "rollback")] | length'
}

# one_at_a_time SERVER: no release began (had the lock) before the one above it in the ledger ended.
one_at_a_time() {
  on "$1" cat .deploy/chatroom/releases.jsonl |
    jq -es '[range(1; length) as $i | select(.[$i].started < .[$i - 1].finished)] == []' >/dev/null ||
    fail "releases overlap: $(on "$1" cat .deploy/chatroom/releases.jsonl)"
}
