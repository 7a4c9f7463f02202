#!/usr/bin/env bash
# Installs what is needed, builds, runs every test.
#
#   tests/run.sh [--unit | --long] [--filter REGEX]
#
#   --unit     only what needs no server: five minutes when built
#   --long     also fuzzers, hostile names, second Debian releases: two hours and more
#   --filter   only the tests whose names match, long ones too
#
# Tests for which this machine has no engine or image are listed as skipped with the reason;
# with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,/^set/s/^# \{0,1\}//p' tests/run.sh | sed '$d'; }
say() { printf '%s\n' "$*" >&2; }

again=(tests/run.sh "$@")
unit='' leave_out=long
chosen=()
while [ $# -gt 0 ]; do
  case $1 in
    --unit) unit=1 leave_out='e2e|long' && shift ;;
    --long) leave_out='' && shift ;;
    --filter) leave_out=${unit:+e2e} && chosen+=(-R "${2:?--filter needs a REGEX}") && shift 2 ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
done
[ -z "$leave_out" ] || chosen+=(-LE "$leave_out")

# machine_lacks: prints why there can be no end-to-end tests here, or nothing.
machine_lacks() {
  local said
  if ! said=$(tests/server/engine.sh); then
    sed -n 's/ missing /: /p' <<<"$said"
  elif ! tests/server/images.sh all; then
    echo 'images: not all could be made, see above'
  fi
}

build() {
  cmake --preset dev
  cmake --build --preset dev -j 2
  # The fuzzers have a tree of their own, because they need clang.
  [ -n "$unit" ] || ! chosen_has fuzz || { cmake --preset fuzz && cmake --build --preset fuzz -j 2; }
}

# chosen_has LABEL: is a test with this label among those to run?
chosen_has() { ctest --preset dev "${chosen[@]}" -L "^$1\$" -N | grep -q '^ *Test *#'; }

# A test that was skipped has proved nothing: CI does not let it pass.
forbid_skips() {
  local skipped
  skipped=$(python3 - build/dev/tests.xml <<'END'
import sys, xml.etree.ElementTree as tree
for case in tree.parse(sys.argv[1]).iter("testcase"):
    if case.find("skipped") is not None:
        print("  " + case.get("name"))
END
)
  [ -n "$skipped" ] || return 0
  say "skipped${LITESHIP_SKIP_E2E:+ ($LITESHIP_SKIP_E2E)}:"
  say "$skipped"
  [ "${CI:-}" != true ]
}

tests/server/packages.sh test
# shellcheck source=tests/server/docker_group.sh
. tests/server/docker_group.sh "${again[@]}"

# The images are fetched and packed while the compiler runs.
lacks=$(mktemp)
trap 'rm -f "$lacks"' EXIT
[ -n "$unit" ] || machine_lacks >"$lacks" &
build || { wait; exit 1; }
wait
export LITESHIP_CHECKED=1 LITESHIP_SKIP_E2E
LITESHIP_SKIP_E2E=$(cat "$lacks")
[ -z "$LITESHIP_SKIP_E2E" ] || say "end-to-end tests are skipped: $LITESHIP_SKIP_E2E"
status=0
ctest --preset dev -j 2 --no-tests=error "${chosen[@]}" --output-junit tests.xml </dev/null || status=$?
forbid_skips || { say 'CI=true: a skipped test is a failure' && status=1; }
exit "$status"
