#!/usr/bin/env bash
# run.sh BUILD_DIR [CASE…]: tries the built chatroom under real load; without a CASE all of them.
# Needs curl, python3 and sqlite3. Prints one line per case; exit 1 when one failed. The cases are the
# functions of cases/*.sh that say so. CHATROOM_LONG=1 asks for the long form of those that count.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
app_pid=''
. "$here/lib.sh"
for file in "$here"/cases/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
trap 'stop_app KILL; rm -rf "$work"' EXIT

# One case: the shell ends at its first failed command. Several: a shell for each, because `set -e`
# does not reach into a function that is called in a condition.
if [ $# = 1 ]; then
  name=$1
  trap 'stop_app KILL; rm -rf "$work"; echo "FAIL $name"' EXIT
  "$name"
  trap 'stop_app KILL; rm -rf "$work"' EXIT
  echo "ok   $name"
  exit 0
fi
# shellcheck disable=SC2046  # one word per case
[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z0-9_]*\)() { # case$/\1/p' "$here"/cases/*.sh)
failed=0
for case in "$@"; do
  "$0" "$build" "$case" || failed=1
done
exit "$failed"
