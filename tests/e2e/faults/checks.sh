# shellcheck shell=bash disable=SC2154  # worker.sh sets first, wanted, command
# What must hold after every combination.

# check_first FAULT: the command ended in a way that people are told about.
check_first() {
  case $first in
    0 | 4) ;;
    3 | 5) [ "$1" != interrupt ] || problem "exit $first" ;;
    130) [[ $1 == interrupt* ]] || problem "exit 130 without an interrupt" ;;
    137) [ "$1" = kill ] || problem "exit 137 without SIGKILL" ;;
    *) problem "exit $first: $(tail -n 3 "$work/first.err" | tr '\n' ' ')" ;;
  esac
  [ "$first" = 0 ] || [ "$first" = 137 ] || [ -s "$work/first.err" ] || problem 'nothing was said'
}

# check_next_command: it says what happened.
check_next_command() {
  deploy "${command[@]:0:2}" status
  mv "$work/out" "$work/status.out"
  mv "$work/err" "$work/status.err"
  [ "$status" = 0 ] || problem "status: exit $status: $(tail -n 2 "$work/status.err" | tr '\n' ' ')"
  case $(root_on a /usr/local/lib/faults/ended) in
    cut) says 'ended without a word' ;;
    failed) says 'failed' ;;
  esac
}
says() { grep -qF "$1" "$work/status.out" || problem "status does not say \`$1\`"; }

# check_server: the wanted version serves, alone, and nothing is left over.
check_server() {
  local line answer
  answer=$(curl -sS --max-time 5 "$(server_url a)/version" 2>&1) || true
  [[ $answer == *"\"$wanted\""* ]] || problem "serves: ${answer:0:100}"
  while read -r line; do problem "$line"; done < <(root_on a /usr/local/lib/faults/look "$wanted" "$began_at" 2>&1)
}
