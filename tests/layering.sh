#!/bin/sh
# Compares the #include lines of src/ with the layers that CMake wrote: layering.sh LAYERS [ROOT]
#
# layers.txt has one line per module, from the base up: "plan: support diagnostic shell".
# A module may include its own header and those of the modules named there. A third-party library
# belongs to one module, and `catch` to the files that turn foreign exceptions into our own.
set -eu
layers=$1
cd "${2:-$(dirname "$0")/..}"

status=0
complain() {
  echo "$*" >&2
  status=1
}

# check_modules: every module's headers, public and private, are among its layers.
check_modules() {
  above=' '
  while IFS=': ' read -r module names; do
    allowed=" $module $names "
    for name in $names; do
      case $above in
        *" $name "*) ;;
        *) complain "CMakeLists.txt: $module names $name, which does not stand above it" ;;
      esac
    done
    above="$above$module "
    for used in $(includes "$module"); do
      case $allowed in
        *" $used "*) ;;
        *) complain "src/$module uses $used, which is not among its layers" ;;
      esac
    done
  done <"$layers"
}

# includes MODULE: the modules whose headers its files include; "cli/tree.h" belongs to cli.
includes() {
  {
    cat "include/liteship/$1.h" 2>/dev/null || :
    find "src/$1" -name '*.h' -exec cat {} + -o -name '*.cpp' -exec cat {} + 2>/dev/null || :
  } | sed -n -e 's|^#include "liteship/\([a-z]*\)\.h".*|\1|p' \
    -e 's|^#include "\([a-z]*\)/[a-z_0-9]*\.h".*|\1|p' | grep -v '^liteship$' | sort -u || :
}

# check_folders: no code outside the list.
check_folders() {
  for folder in src/*/; do
    module=$(basename "$folder")
    case $module in
      cmake) continue ;;
    esac
    grep -q "^$module:" "$layers" || complain "src/$module is no module of CMakeLists.txt"
  done
}

# only PATTERN MODULE: this #include appears in no other module.
only() {
  for file in $(grep -rlE "^#include <$1" src include || :); do
    case $file in
      "src/$2/"*) ;;
      *) complain "$file includes <$1…>, which only src/$2 may" ;;
    esac
  done
}

# check_catch: exceptions are caught where a program, a thread or a foreign library begins.
check_catch() {
  for file in $(grep -rlE '\bcatch \(' src include || :); do
    grep -qx "$file" tests/catch_allowed.txt || complain "$file catches; see tests/catch_allowed.txt"
  done
  while read -r file; do
    case $file in '#'* | '') continue ;; esac
    grep -qE '\bcatch \(' "$file" || complain "tests/catch_allowed.txt: $file catches nothing"
  done <tests/catch_allowed.txt
}

check_modules
check_folders
only 'libssh2' ssh
only 'boost/' process
only 'yaml-cpp/' config
only 'CLI/' cli
check_catch
exit "$status"
