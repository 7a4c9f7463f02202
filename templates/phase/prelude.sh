# Begins every phase: events leave on descriptor 3, everything else is for the log.
set -eu
LC_ALL=C
export LC_ALL
umask 077
cd "$HOME"
run=$dir/run
began=' '   # ids of the steps that have begun
current=''  # id of the step at work
note=''     # what `ok` adds
reason=''   # why the step failed, a word of docs/protocol.md
ending=failed
if [ -w /var/run/docker.sock ] || [ "$(id -u)" = 0 ]; then docker=docker; else docker='sudo -n docker'; fi

emit() { printf '%s\n' "$*" >&3; }

step() { # step ID TITLE
  current=$1
  began="$began$1 "
  if [ "$detached" = yes ]; then echo "--- step $1" >&2; fi
  emit "step $1 $2"
}

ok() {
  emit "ok $current${note:+ $note}"
  note=''
}

say() { # say: stdin as output of the current step, the last 20 lines
  tail -n 20 | tr -d '\000' | sed "s/^/out $current /" >&3
}

give_up() { # give_up REASON: fails the current step for a reason of docs/protocol.md
  reason=$1
  return 1
}

gently() { # gently WORDS…: for work after the swap, whose failure is only worth a note
  if "$@"; then :; else note="failed with status $?: see the log"; fi
}

undo() { # undo STEP TITLE WORDS…: runs the words when the step had begun
  case $began in *" $1 "*) ;; *) return 0 ;; esac
  emit "undo $1 $2"
  shift 2
  "$@" || ending=failed
}

finish() { # the EXIT trap: says how the phase ended, after undoing what had begun
  status=$?
  trap '' TERM INT HUP
  trap - EXIT
  set +eu # what undoes must not end at a name that a step had no time to set
  if [ "$ending" = failed ]; then
    explain_log
    emit "fail ${current:-begin} $status ${reason:-command}"
    # Past the point of no return the new version serves: there is nothing to go back to.
    if [ ! -e "$run/committed" ] || [ "$detached" = no ]; then
      ending=undone
      undo_steps
    fi
  fi
  emit "end $phase $ending"
  [ "$status" -lt 128 ] || status=1 # 128 and more is how a shell ends that was killed
  exit "$status"
}

take_over() { # in place of a shell that was killed: what had begun is in its events
  began=" $(sed -n 's/^step \([^ ]*\) .*/\1/p' "$run/events" | tr '\n' ' ')"
  current=${began% }
  current=${current##* }
  if [ -e "$run/committed" ]; then
    trap '' TERM INT HUP
    for id in "$run"/id.*; do # a reboot ended what had no restart policy yet
      [ ! -s "$id" ] || $docker start "$(cat "$id")" >/dev/null
    done
    go_on
    ending=done
    exit 0
  fi
  reason=killed
  exit 137
}

explain_log() { # what the failed step wrote to the log of a detached phase, the last 20 lines
  [ "$detached" = yes ] && [ -n "$current" ] || return 0
  tail -n 20 "$run/log" | awk '/^--- step / { n = 0; next } { line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }' | say
}
