# A release outlives the terminal: it runs in a session of its own, and this only watches.

last_end() { # how the last release ended: a status of docs/protocol.md, empty when there is no word of it
  sed -n '/^end release /h; ${ x; s/^end release //p; }' "$run/events"
}

unsettled() { # is there a release that neither is at work nor came to an end?
  [ -s "$run/events" ] && flock -n -s "$run/alive" true || return 1
  case $(last_end) in '' | lost | failed) ;; *) return 1 ;; esac
}

launch() { # launch SCRIPT VERSION: starts it and its guard with the lock inherited, its events in a file
  rm -f "$run"/id.* "$run"/displaced.* "$run"/back.* "$run"/asked.* "$run"/room.* "$run/committed" "$run/frozen" "$run"/restored.* "$run/since" "$run/serving"
  for file in "$run"/ahead.*; do # of questions whose shell was killed
    [ ! -e "$file" ] || find "$file" -mmin +10 -exec rm -f {} +
  done
  : >"$run/events"
  : >"$run/log"
  printf '%s\n' "$2" >"$run/version"
  exec 7>"$run/guarded" 8>"$run/alive"
  flock 7
  flock 8
  setsid sh "$1" >>"$run/log" 2>&1 </dev/null 3>&- 4<&- 7>&- &
  echo $! >"$run/pid"
  setsid sh "$1" guard >>"$run/log" 2>&1 </dev/null 3>&- 4<&- 8>&- &
  exec 7>&- 8>&-
}

stand_guard() { # beside the release, in a session of its own: settles one whose shells were all killed
  trap - EXIT
  flock -s "$run/alive" true
  if grep -q '^end ' "$run/events"; then exit 0; fi
  exec 8>"$run/alive"
  flock 8
  exec sh "$run/script" again
}

follow() { # relays the events until the laptop hangs up; `undo` on its input asks the release to stop
  # Where files cannot be watched (overlayfs) tail looks every 20 ms.
  tail -n +1 -s 0.02 -f "$run/events" >&3 2>/dev/null 8>&- 9>&- &
  relay=$!
  {
    flock -s "$run/alive" true
    flock -s "$run/guarded" true
    grep -q '^end ' "$run/events" || echo 'end release lost' >>"$run/events"
  } 9>&- &
  while read -r word <&4; do
    case $word in
      undo) [ -e "$run/committed" ] || kill -TERM "-$(cat "$run/pid")" 2>/dev/null || : ;;
      quit) break ;;
    esac
  done
  kill "$relay" 2>/dev/null || :
}
