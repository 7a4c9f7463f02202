#!/usr/bin/env bash
# parts.sh [FOLDER]: builds the real programs that the tests run against (parts: kamal-proxy, Litestream,
# versitygw) at the versions of FOLDER/go.mod, and prints the folder that holds them. Kept by content: a
# second run costs nothing.
. "$(dirname "$0")/common.sh"
folder=${1:-parts}

# find_go: a Go that can fetch the toolchain the modules ask for (`GOTOOLCHAIN=auto`: 1.21 or newer).
find_go() {
  local go
  for go in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go/bin/go; do
    [ -x "$go" ] || continue
    case $("$go" env GOVERSION) in go1.1? | go1.20* | go1.?) ;; *) echo "$go" && return ;; esac
  done
  die "no Go 1.21 or newer: run tests/server/packages.sh test"
}

build_one() {
  local go=$1 bin=$2 package=$3
  (cd "$server_dir/$folder" &&
    CGO_ENABLED=0 GOTOOLCHAIN=auto GOFLAGS=-mod=readonly \
      "$go" build -trimpath -ldflags='-s -w' -o "$bin/" "$package")
}

build_parts() {
  local into=$1 go
  [ ! -d "$into" ] || return 0
  go=$(find_go)
  rm -rf "$into.new"
  mkdir -p "$into.new"
  sed -n 's/^\t_ "\(.*\)"$/\1/p' "$server_dir/$folder/tools.go" | while read -r package; do
    step "build ${package##*/}" build_one "$go" "$into.new" "$package"
  done
  mv "$into.new" "$into"
}

into=$cache_dir/$folder-$(key_of "$server_dir/$folder"/go.{mod,sum} "$(uname -m)")
locked parts build_parts "$into"
printf '%s\n' "$into"
