# shellcheck shell=bash
# For the end-to-end tests: fresh servers, the tool under test, assertions, and cleaning up.
# A test is a script that sources this file; each is a ctest case (tests/suites/e2e.cmake reads the
# header lines `# test: TITLE`, `# releases: 12 14`, `# also: 13` (only with tests/run.sh --long),
# `# timeout: SECONDS`, `# serial`, `# long`) and gets the Debian release as its first argument.
# By hand: tests/e2e/NAME.sh [RELEASE].
# LITESHIP_KEEP=1 leaves servers and files in place to look at.

set -euo pipefail
e2e_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_root=$(cd "$e2e_dir/../.." && pwd)
server_tool=$source_root/tests/server/server.sh
peers_tool=$source_root/tests/server/peers.sh

# The tool's binary; ctest passes it.
DEPLOY=${DEPLOY:-$source_root/build/dev/deploy}
export LSAN_OPTIONS=suppressions=$e2e_dir/leaks.txt:print_suppressions=0
# shellcheck disable=SC2034  # read by the tests
release=${1:-12}

run_id=e2e-$$-$RANDOM
work=$(mktemp -d "${TMPDIR:-/tmp}/liteship-$run_id.XXXXXX")
project=$work/project
mkdir -p "$project" "$work/home/.ssh"
chmod 700 "$work/home/.ssh"

# The cache stays where it is when HOME is the test's own.
export LITESHIP_CACHE=${LITESHIP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/liteship}

# Every release leaves an image on this machine's engine; its tag is the commit.
forget_images() {
  local images place
  for place in "$project" "$work"/laptops/*/project; do
    [ -d "$place/.git" ] || continue
    mapfile -t images < <(docker image ls --format '{{.Repository}}:{{.Tag}}' |
      grep -F -f <(git -C "$place" log --all --format=':%H'))
    [ ${#images[@]} = 0 ] || docker image rm "${images[@]}" >/dev/null 2>&1 || true
  done
}

# With --json the error is on stdout.
show_last_run() {
  echo '--- what the last deploy said:'
  tail -n 60 "$work/err" 2>/dev/null || true
  grep -h '"type":"error"' "$work/out" 2>/dev/null || true
}

e2e_end() {
  local status=$?
  # What the test left running in the background ends with it.
  jobs -p | xargs -r kill 2>/dev/null || true
  [ $status = 0 ] || [ $status = 77 ] || show_last_run >&2
  if [ -n "${LITESHIP_KEEP:-}" ]; then
    echo "kept: $work, servers labelled $run_id" >&2
    return
  fi
  forget_images
  "$server_tool" down-all --label "$run_id"
  "$peers_tool" down-all --label "$run_id"
  docker ps -aq --filter "label=liteship-test=$run_id" | xargs -r docker rm -fv >/dev/null # laptops
  rm -rf "$work"
}
trap e2e_end EXIT
trap 'exit 130' INT TERM

# eventually COMMAND…: the command succeeds at last. Two minutes are far more than anything here needs on
# a slow machine: only what hangs fails.
eventually() {
  local deadline=$((SECONDS + 120))
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

note() { printf '%s\n' "--- $*" >&2; }
fail() { printf 'FAILED: %s (%s:%s)\n' "$*" "${BASH_SOURCE[-1]##*/}" "${BASH_LINENO[-2]}" >&2; exit 1; }
skip() { printf 'skipped: %s\n' "$*" >&2; exit 77; }

# tests/run.sh asked the machine once; by hand it is asked here.
if [ -n "${LITESHIP_SKIP_E2E:-}" ]; then skip "$LITESHIP_SKIP_E2E"; fi
if [ -z "${LITESHIP_CHECKED:-}" ]; then
  checked=$("$source_root/tests/server/engine.sh") || skip "$(sed -n 's/ missing /: /p' <<<"$checked")"
fi

# server_up NAME [server.sh up options]: a fresh server of this test, of release $release by default.
server_up() {
  "$server_tool" up "$run_id-$1" --label "$run_id" --release "$release" "${@:2}" >"$work/$1.server.json"
  cat "$(server "$1" known_hosts)" >>"$work/home/.ssh/known_hosts"
}
# server NAME host|ssh_port|http_port|user|key|known_hosts
server() { jq -r ".$2" "$work/$1.server.json"; }
server_url() { echo "http://127.0.0.1:$(server "$1" http_port)"; }
# server_ssh_config NAME FILE: a `Host NAME` block with port, user, key and known_hosts.
server_ssh_config() { "$server_tool" ssh-config "$run_id-$1" | sed "s/^Host .*/Host $1/" >"$2"; }
server_reboot() { "$server_tool" restart "$run_id-$1"; }
server_power_cut() { "$server_tool" restart --hard "$run_id-$1"; }
server_down() { "$server_tool" down "$run_id-$1"; }
# on NAME CMD…: as the ordinary user over ssh; root_on NAME CMD…: as root, past ssh.
on() { "$server_tool" ssh "$run_id-$1" "${@:2}"; }
root_on() { "$server_tool" exec "$run_id-$1" "${@:2}"; }

# peer_up sftp|s3|registry NAME: what a replica or an image is kept on; peer NAME FIELD reads what it answered.
peer_up() { "$peers_tool" "$1" "$run_id-$2" --label "$run_id" >"$work/$2.peer.json"; }
peer() { jq -r ".$2" "$work/$1.peer.json"; }
peer_exec() { "$peers_tool" exec "$run_id-$1" "${@:2}"; }
peer_pause() { "$peers_tool" pause "$run_id-$1"; }
peer_resume() { "$peers_tool" resume "$run_id-$1"; }
peer_down() { "$peers_tool" down "$run_id-$1"; }

# git_commit MESSAGE: all of $project, in a repository of its own; prints the SHA.
git_commit() {
  (cd "$project" && { [ -d .git ] || git init -q; } && git add -A &&
    git -c user.name=e2e -c user.email=e2e@example.com commit -q --allow-empty -m "$1" &&
    git rev-parse HEAD)
}

# The tool with a home of its own and no agent; to be run in $project.
tool=(env -u SSH_AUTH_SOCK HOME="$work/home" "$DEPLOY")

# deploy ARG…: the tool in $project with a home of its own, no agent, no standard input. Sets
# $status; its output is in $work/out and $work/err.
deploy() {
  status=0
  (cd "$project" && "${tool[@]}" "$@") \
    >"$work/out" 2>"$work/err" </dev/null || status=$?
}
# deploy_ok ARG… and deploy_fails CODE ARG…: the exit code is part of the contract.
deploy_ok() {
  deploy "$@"
  [ "$status" = 0 ] || fail "deploy $*: exit $status, wanted 0"
}
deploy_fails() {
  deploy "${@:2}"
  [ "$status" = "$1" ] || fail "deploy ${*:2}: exit $status, wanted $1"
}

expect_equal() { [ "$2" = "$3" ] || fail "$1: wanted \`$2\`, got \`$3\`"; }
# expect_out TEXT, expect_err TEXT: the last deploy said so; refute_… : it did not.
expect_out() { grep -qF -- "$1" "$work/out" || fail "stdout lacks \`$1\`: $(tail -n 20 "$work/out")"; }
expect_err() { grep -qF -- "$1" "$work/err" || fail "stderr lacks \`$1\`"; }
refute_out() { ! grep -qF -- "$1" "$work/out" || fail "stdout has \`$1\`"; }
refute_err() { ! grep -qF -- "$1" "$work/err" || fail "stderr has \`$1\`"; }

# answers TEXT CURL_WORDS…: 2xx with this text; the answer is in $body.
answers() { body=$(curl -fsS --max-time 5 "${@:2}" 2>&1) && [[ $body == *"$1"* ]]; }
# expect_http URL TEXT
expect_http() { eventually answers "$2" "$1" || fail "$1: wanted \`$2\`, got \`${body:0:300}\`"; }
