#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks: `packages.sh build` for the static binary, `packages.sh test`
# for everything that tests/run.sh and the quickstart use. As root or with sudo; asks apt only when
# something is missing. `packages.sh --list build|test` prints the names.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
. "$(dirname "$0")/mirror.sh"

build='g++ cmake ninja-build ccache pkg-config libssh2-1-dev libyaml-cpp-dev libcli11-dev libfmt-dev
  libboost1.81-dev libboost-filesystem1.81-dev libsqlite3-dev nlohmann-json3-dev libzstd-dev
  zlib1g-dev libssl-dev ca-certificates git'
test='clang-14 libclang-rt-14-dev clang-tidy-14 clang-format-14 debootstrap shellcheck codespell
  openssh-server openssh-client sqlite3 python3 python3-yaml python3-jsonschema file tmux jq curl
  iproute2 util-linux ruby libfaketime libsodium-dev chromium
  chromium-driver'

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- env DEBIAN_FRONTEND=noninteractive "$@"; fi; }

command -v dpkg-query >/dev/null ||
  { echo 'error: no dpkg here: Liteship is built on Debian 12 or newer' >&2; exit 1; }

# Asked once: a query takes 10 ms, and there are forty names.
declare -A version=()
while read -r name status number; do
  [ "$status" != installed ] || version[$name]=$number
done < <(dpkg-query -W -f '${Package} ${db:Status-Status} ${Version}\n')

installed() { [ -n "${version[$1]:-}" ]; }
# at_least PACKAGE VERSION: installed in this version or a newer one.
at_least() { installed "$1" && dpkg --compare-versions "${version[$1]}" ge "$2"; }

go_works() {
  local go
  for go in "$(command -v go || true)" /usr/local/go/bin/go; do
    [ -x "$go" ] || continue
    case $("$go" env GOVERSION) in go1.1? | go1.20* | go1.?) ;; *) return 0 ;; esac
  done
  return 1
}

# missing SET: the packages to install from Debian itself, one a line.
missing() {
  local package names=$build
  [ "$1" = build ] || names="$build $test"
  for package in $names; do installed "$package" || echo "$package"; done
  [ "$1" = build ] || command -v docker >/dev/null || printf 'docker.io\niptables\napparmor\n'
}

# missing_newer SET: those for which Debian 12 itself is too old.
missing_newer() {
  [ "$1" = test ] || return 0
  at_least libcatch2-dev 3 || at_least catch2 3 || printf 'catch2\nlibcatch2-dev\n'
  go_works || echo golang-go
}

# add_backports: Debian 12 has Catch2 2 and Go 1.19; backports has 3.7 and 1.23.
add_backports() {
  local file=/etc/apt/sources.list.d/liteship-backports.list mirror
  ! apt-cache policy | grep -q 'n=bookworm-backports' || return 0
  mirror=$(debian_mirror)
  echo "deb $mirror bookworm-backports main" |
    as_root tee "$file" >/dev/null
}

is_bookworm() { grep -qx 'VERSION_CODENAME=bookworm' /etc/os-release; }

main() {
  local set=$1 names newer from=()
  mapfile -t names < <(missing "$set")
  mapfile -t newer < <(missing_newer "$set")
  [ $((${#names[@]} + ${#newer[@]})) -gt 0 ] || return 0
  printf 'installing: %s\n' "${names[*]} ${newer[*]}" >&2
  if [ ${#newer[@]} -gt 0 ] && is_bookworm; then
    as_root apt-get -qq update
    add_backports
    from=(-t bookworm-backports)
  fi
  as_root apt-get -qq update
  [ ${#names[@]} = 0 ] || as_root apt-get -qq install -y --no-install-recommends "${names[@]}" >/dev/null
  [ ${#newer[@]} = 0 ] ||
    as_root apt-get -qq install -y --no-install-recommends "${from[@]}" "${newer[@]}" >/dev/null
}

case "${1:-} ${2:-}" in
  'build ' | 'test ') main "$1" </dev/null ;;
  '--list build') tr -s ' ' '\n' <<<"$build" ;;
  '--list test') tr -s ' ' '\n' <<<"$build $test catch2 libcatch2-dev golang-go docker.io" ;;
  *) echo 'usage: packages.sh [--list] build|test' >&2; exit 2 ;;
esac
