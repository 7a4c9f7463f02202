#!/usr/bin/env bash
# Builds the programs of the benchmark as static ones, so that they run in every container, and prints
# the folder that holds them. Kept by content: a second run costs nothing.
. "$(dirname "$0")/../server/common.sh"

bench_dir=$source_root/tests/bench

build_one() { g++ -std=c++20 -O2 -Wall -Wextra -static -pthread -I "$bench_dir/tools" -o "$2" "$1"; }

build_tools() {
  local into=$1 source name
  [ ! -d "$into" ] || return 0
  rm -rf "$into.new"
  mkdir -p "$into.new"
  for source in "$bench_dir"/{tools,app}/*.cpp; do
    name=$(basename "$source" .cpp)
    build_one "$source" "$into.new/${name//_/-}"
  done
  mv "$into.new" "$into"
}

into=$cache_dir/bench-tools-$(key_of "$bench_dir"/{tools,app}/* "$(uname -m)")
locked bench-tools build_tools "$into"
printf '%s\n' "$into"
