#!/bin/sh
# layering.sh must find what it is for: each case below breaks one rule in a small tree of its own.
set -eu
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fresh() {
  rm -rf "$tree/src" "$tree/include" "$tree/tests"
  mkdir -p "$tree/src/base" "$tree/src/top" "$tree/include/liteship" "$tree/tests"
  printf 'base: \ntop: base\n' >"$tree/layers.txt"
  : >"$tree/tests/catch_allowed.txt"
  echo '#include "liteship/base.h"' >"$tree/src/top/a.cpp"
}

# wants STATUS WHAT: the check says so of the tree.
wants() {
  if sh "$check" "$tree/layers.txt" "$tree" >"$tree/said" 2>&1; then got=0; else got=1; fi
  [ "$got" = "$1" ] || { echo "wrong about: $2" && cat "$tree/said" && exit 1; }
}

fresh && wants 0 'a tree in order'
fresh && echo '#include "liteship/top.h"' >"$tree/src/base/a.cpp" && wants 1 'an include that points up'
fresh && echo '#include "top/a.h"' >"$tree/src/base/a.h" && wants 1 "another module's private header"
fresh && echo '#include "liteship/top.h"' >"$tree/include/liteship/base.h" && wants 1 'a public header'
fresh && printf 'top: base\nbase: \n' >"$tree/layers.txt" && wants 1 'a module listed too early'
fresh && mkdir "$tree/src/other" && wants 1 'a folder that is no module'
fresh && echo '#include <libssh2.h>' >"$tree/src/top/a.cpp" && wants 1 'a library of another module'
fresh && echo '} catch (const Error&) {' >"$tree/src/top/a.cpp" && wants 1 'a catch'
fresh && echo 'src/top/a.cpp' >"$tree/tests/catch_allowed.txt" && wants 1 'an allowance without a catch'
