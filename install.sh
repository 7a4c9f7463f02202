#!/bin/sh
# Builds Liteship from this source tree as one static binary and installs it.
set -eu

usage() {
  cat <<'END'
usage: ./install.sh [--prefix DIR]

Installs what the build needs (Debian or Ubuntu packages, as root or with sudo), builds the
static binary, and puts it under DIR (default /usr/local) with completions and man page:

  DIR/bin/deploy
  DIR/share/man/man1/deploy.1
  DIR/share/bash-completion/completions/deploy, and those for zsh and fish
END
}

# Only as root where the folder asks for it: a prefix in one's home needs no sudo.
install_into() {
  if mkdir -p "$1" 2>/dev/null && [ -w "$1" ]; then
    cmake --install build/release --prefix "$1"
  else
    sudo cmake --install build/release --prefix "$1"
  fi
}

main() {
  prefix=/usr/local
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix) prefix=${2:?--prefix needs a DIR} && shift 2 ;;
      --prefix=*) prefix=${1#*=} && shift ;;
      -h | --help) usage && return ;;
      *) usage >&2 && return 2 ;;
    esac
  done
  case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
  cd "$(dirname "$0")"
  tests/server/packages.sh build
  cmake --preset release
  cmake --build --preset release
  install_into "$prefix"
  "$prefix/bin/deploy" version
}

main "$@" </dev/null
