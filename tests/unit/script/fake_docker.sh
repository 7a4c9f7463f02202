#!/bin/sh
# A docker for faults_test.cpp: logs its words and answers only where a phase could not go on without.
# The call that $HOME/fail names (the NUMBERth with these words) fails, or all from there on.
call=$(printf '%s' "$*" | tr '\n' ' ') # a script among the words has lines
printf '%s\n' "$call" >>"$HOME/calls"
if [ -s "$HOME/fail" ]; then
  { read -r mode; read -r number; read -r words; } <"$HOME/fail"
  if [ -e "$HOME/dead" ]; then exit 1; fi
  if [ "$call" = "$words" ] && [ "$(grep -cxF -- "$words" "$HOME/calls")" = "$number" ]; then
    if [ "$mode" = forever ]; then : >"$HOME/dead"; fi
    exit 1
  fi
fi
case $1 in
  wait) exec sleep 5 ;;
  run | create) echo 0123456789abcdef ;;
  exec) case $* in *'kamal-proxy pause'*) echo 8402 ;; esac ;; # the port of the waiting room
  cp) case $3 in -) echo tar ;; esac ;;
  container) case $* in *Running*) echo true ;; *) echo 0123456789ab ;; esac ;;
esac
exit 0
