#!/usr/bin/env bash
# with_devices.sh COMMAND…: runs the command with a cache folder whose file system serves device
# files, which debootstrap makes. Inside containers some do not (`nodev`): then it is a tmpfs that
# lasts as long as the command.
. "$(dirname "$0")/common.sh"

serves_devices() {
  local status=0
  as_root mknod -m 666 "$1/null" c 1 3 && (: >"$1/null") || status=1
  as_root rm -f "$1/null"
  return $status
}

if serves_devices "$cache_dir" 2>/dev/null; then exec "$@"; fi
mkdir -p "$cache_dir/devices"
# shellcheck disable=SC2016  # for the inner shell
as_root unshare --mount env LITESHIP_CACHE="$cache_dir/devices" sh -c \
  'mount -t tmpfs liteship "$LITESHIP_CACHE" && "$@"' sh "$@"
