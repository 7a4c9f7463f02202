# releases.jsonl, one line a release, and the audit log that Kamal reads too.

record() { # record LINE_WITHOUT_ITS_END: adds the time it ended; once, whoever writes it again
  case $(tail -n 1 "$dir/releases.jsonl" 2>/dev/null) in "$1"*) return 0 ;; esac
  end_line "$dir/releases.jsonl"
  printf '%s,"finished":%s}\n' "$1" "$(date +%s)" >>"$dir/releases.jsonl"
}

end_line() { # end_line FILE: a power cut or a full disk may have left half a line
  if [ -s "$1" ] && [ -n "$(tail -c 1 "$1")" ]; then echo >>"$1"; fi
}

record_failure() { # record_failure LINE: with the step and the reason, when it was first undone
  case $(tail -n 1 "$dir/releases.jsonl" 2>/dev/null) in "$1"*) return 0 ;; esac
  record "$1,\"failed_step\":\"$current\",\"reason\":\"${reason:-command}\""
}

audit() { # audit FILE PERFORMER TEXT
  [ -d "$HOME/.kamal" ] || mkdir -p "$HOME/.kamal"
  printf '[%s] [%s] %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$2" "$3" >>"$HOME/.kamal/$1"
}

# Old containers beyond the number to keep, and their images unless another container has them.
prune() { # prune CONTAINERS IMAGES: two lists of names
  # shellcheck disable=SC2086
  $docker rm --volumes=false $1 >/dev/null 2>&1 || :
  # shellcheck disable=SC2086
  $docker image rm $2 >/dev/null 2>&1 || :
}

prune_images() { # prune_images SERVICE REPOSITORY: those that no container has, but `latest`
  $docker image prune --force --filter "label=service=$1" >/dev/null
  used=" $($docker ps --all --format '{{.Image}}' | tr '\n' ' ')"
  count=0
  for image in $($docker image ls --format '{{.Repository}}:{{.Tag}}' "$2"); do
    case $used in *" $image "*) continue ;; esac
    case $image in *:latest | *:latest-* | *:'<none>') continue ;; esac
    if $docker image rm "$image" >/dev/null 2>&1; then count=$((count + 1)); fi
  done
  note="$count removed"
}

# The data directories stay: volumes, snapshots, and the ledger that explains them.
forget_app() { # forget_app VOLUME: the one that says in whose home the app is
  rm -rf "$dir/env" "$dir/litestream" "$dir/failed" "$dir/lock.manual"
  $docker volume rm "$1" >/dev/null 2>&1 || :
  emit "fact kept $dir/snapshots"
}
