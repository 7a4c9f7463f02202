# shellcheck shell=bash
# Shared by the scripts of tests/server: where things are kept, how they are named and reported.
# Sourced, never run.

set -euo pipefail
export LC_ALL=C

server_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034  # used by the scripts that source this file
source_root=$(cd "$server_dir/../.." && pwd)

# Everything that costs time to make is kept here, outside the tree.
cache_dir=${LITESHIP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/liteship}
mkdir -p "$cache_dir"

# Every container, volume and network made here carries this label, so that `down-all` finds its own.
# shellcheck disable=SC2034  # used by the scripts that source this file
label=liteship-test

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# step TITLE COMMAND…: runs the command, its output in a log file, and says how long it took.
# The command is in a shell of its own, not in a condition: there `set -e` would have no effect.
step() {
  local title=$1 began=$SECONDS log status
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/liteship-step.XXXXXX")
  set +e
  (set -e; "$@") >"$log" 2>&1
  status=$?
  set -e
  if [ $status != 0 ]; then
    tail -n 40 "$log" >&2
    die "$title failed: $(tr -d '\000\r' <"$log" | grep -v '^$' | tail -n 1) (full log: $log)"
  fi
  rm -f "$log"
  say "$title: $((SECONDS - began)) s"
}

# wait_until SECONDS WHAT COMMAND…
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || die "$what"
    sleep 0.1
  done
}

# issue_certificate FOLDER AUTHORITY NAME: an authority AUTHORITY.pem, and from it cert.pem and key.pem for a
# subjectAltName, such as DNS:chat.example.
issue_certificate() {
  local folder=$1 authority=$1/$2 curve=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
  openssl req -x509 "${curve[@]}" -days 2 -subj "/CN=$2" -keyout "$authority.key" -out "$authority.pem"
  openssl req "${curve[@]}" -subj "/CN=${3#*:}" -keyout "$folder/key.pem" -out "$folder/request"
  openssl x509 -req -days 2 -in "$folder/request" -CA "$authority.pem" -CAkey "$authority.key" -CAcreateserial \
    -extfile <(echo "subjectAltName=$3") -out "$folder/cert.pem"
} 2>/dev/null

# as_root COMMAND…: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

# key_of FILE|WORD…: a short name for the content of the files and the words.
key_of() {
  local part
  for part in "$@"; do
    printf '%s\0' "$part" | sed "s|$source_root/||"
    [ ! -f "$part" ] || cat "$part"
  done | sha256sum | cut -c1-16
}

# locked NAME COMMAND…: one at a time across all runs on this machine.
locked() {
  local name=$1
  shift
  ( flock 9; "$@" ) 9>"$cache_dir/$name.lock"
}

# engine_mtu: bytes per packet on the way out of this machine (networks made here must not exceed it).
engine_mtu() {
  local device
  device=$(ip route show default 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  cat "/sys/class/net/${device:-lo}/mtu" 2>/dev/null || echo 1500
}

# codename 12|13|14
codename() {
  case $1 in
    12) echo bookworm ;;
    13) echo trixie ;;
    14) echo forky ;;
    *) die "no Debian release \`$1\`: 12, 13 or 14" ;;
  esac
}
