# The lock is flock on descriptor 9 of the long-lived shell: it dies with its owner. A detached
# release inherits the descriptor, so the lock lasts as long as the release.

take_lock() { # take_lock KAMAL_LOCK_DIRECTORY OWNER_JSON
  # Half a second: whoever only looks whether the lock is held (lock_facts) holds it for a moment.
  if ! flock -w 0.5 9; then
    if ! flock -n -s "$run/alive" true 2>/dev/null; then emit "fact running $(cat "$run/version")"; fi
    busy "$(lock_owner)"
  fi
  # Only now: another one may have been left on while this one was asked for.
  if [ -s "$dir/lock.manual" ]; then busy "$(head -n 1 "$dir/lock.manual")"; fi
  if [ -d "$1" ]; then busy "$(kamal_owner "$1")"; fi
  printf '%s\n' "$2" >"$dir/lock.owner.new"
  mv "$dir/lock.owner.new" "$dir/lock.owner"
}

lock_owner() { # who has the lock; the very first one may not have said so yet
  head -n 1 "$dir/lock.owner" 2>/dev/null | grep . || echo '{"kind":"deploy"}'
}

kamal_owner() { # kamal_owner KAMAL_LOCK_DIRECTORY; Kamal writes its details a moment later
  printf '{"kind":"kamal","details":"%s"}\n' "$(tr -d '\n' <"$1/details" || :)"
}

# A release that was cut off (a reboot, killed shells) ended without a word: its own script takes it
# back, or finishes it when it was past the point of no return. Under the lock, before anything else.
settle() {
  if ! unsettled; then settled=yes; return 0; fi
  if ! grep -q take_over "$run/script" 2>/dev/null; then return 0; fi
  if ! $docker version >/dev/null 2>&1; then return 0; fi
  emit "fact interrupted $(cat "$run/version")"
  sh "$run/script" again >>"$run/log" 2>&1 3>&- 4<&- || :
  note=$(last_end)
  emit "fact settled $note"
}

busy() { # busy JSON: somebody else is at work; nothing was done
  flock -u 9 # ours only to see that another kind of lock is on
  emit "busy $1"
  ending=busy
  exit 75
}

hold_manual_lock() { # hold_manual_lock OWNER_JSON
  printf '%s\n' "$1" >"$dir/lock.manual.new"
  mv "$dir/lock.manual.new" "$dir/lock.manual"
}

release_manual_lock() {
  if [ -e "$dir/lock.manual" ]; then rm -f "$dir/lock.manual"; else note='there was none'; fi
}

lock_facts() { # lock_facts KAMAL_LOCK_DIRECTORY
  if [ -s "$dir/lock.manual" ]; then emit "fact lock $(head -n 1 "$dir/lock.manual")"; return 0; fi
  if [ -d "$1" ]; then emit "fact lock $(kamal_owner "$1")"; return 0; fi
  # Shared, so that two who look do not take each other for a holder.
  if [ -e "$dir/lock" ] && ! flock -n -s "$dir/lock" true; then emit "fact lock $(lock_owner)"; fi
}

# What belongs to the whole server (Docker itself, its network, the proxy) is done for one app at a
# time, whoever its user is. This directory is everywhere and readable by all.
alone() { # alone WORDS…
  exec 6</var/lib
  flock -w 900 6 || give_up server-busy
  "$@"
  exec 6<&-
}
