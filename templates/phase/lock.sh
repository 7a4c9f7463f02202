# The lock is flock on descriptor 9 of the long-lived shell: it dies with its owner. A detached
# release inherits the descriptor, so the lock lasts as long as the release.

take_lock() { # take_lock KAMAL_LOCK_DIRECTORY OWNER_JSON
  if [ -d "$1" ]; then
    busy "{\"kind\":\"kamal\",\"details\":\"$(tr -d '\n' <"$1/details" || :)\"}"
  fi
  if [ -s "$dir/lock.manual" ]; then busy "$(head -n 1 "$dir/lock.manual")"; fi
  if ! flock -n 9; then
    if ! flock -n -s "$run/alive" true 2>/dev/null; then emit "fact running $(cat "$run/version")"; fi
    busy "$(head -n 1 "$dir/lock.owner")"
  fi
  printf '%s\n' "$2" >"$dir/lock.owner"
}

# A release that was cut off (a reboot, killed shells) ended without a word: its own script takes it
# back, or finishes it when it was past the point of no return. Under the lock, before anything else.
settle() {
  if ! unsettled || ! grep -q take_over "$run/script" 2>/dev/null; then return 0; fi
  if ! $docker version >/dev/null 2>&1; then return 0; fi
  emit "fact interrupted $(cat "$run/version")"
  sh "$run/script" again >>"$run/log" 2>&1 3>&- 4<&- || :
  note=$(last_end)
  emit "fact settled $note"
}

busy() { # busy JSON: somebody else is at work; nothing was done
  emit "busy $1"
  ending=busy
  exit 75
}

drop_lock() { # for the phases that end the work
  flock -u 9
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
  if [ -d "$1" ]; then
    emit "fact lock {\"kind\":\"kamal\",\"details\":\"$(tr -d '\n' <"$1/details" || :)\"}"
    return 0
  fi
  if [ -e "$dir/lock" ] && ! flock -n "$dir/lock" true; then
    emit "fact lock $(head -n 1 "$dir/lock.owner")"
  fi
}
