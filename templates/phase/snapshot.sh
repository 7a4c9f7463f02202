# Copies of the database files before a release. The writers are frozen for the copy (or stopped, in
# hold), so that file and WAL belong together; a guard thaws them even if this shell is killed.

snapshot() { # snapshot NAME KEEP CONTAINER FROZEN PATHS…: FROZEN is a list of running containers
  target=$dir/snapshots/${1:?} keep=$2 container=$3 frozen=$4
  shift 4
  rm -rf "$dir"/snapshots/*.new # what a power cut left
  mkdir -p "$target.new"
  freeze
  for path in "$@"; do
    for file in "$path" "$path-wal"; do
      copy_out "$container" "$file" "$target.new/${file##*/}.tar"
    done
  done
  thaw
  rm -rf "$target" # of a release of the same version in the same second
  mv "$target.new" "$target"
  note=$(du -sh "$target" | cut -f 1)
  # The new one stays in any case: the server's clock may have been set back.
  # shellcheck disable=SC2010,SC2012 # names are ours: digits and letters
  ls -1t "$dir/snapshots" | grep -vxF "${target##*/}" | tail -n "+$keep" | while read -r old; do rm -rf "$dir/snapshots/${old:?}"; done
}

copy_out() { # copy_out CONTAINER FILE TAR: a file that is not there yet is not copied
  if $docker cp "$1:$2" - >"$3" 2>"$run/cp.err"; then return 0; fi
  rm -f "$3"
  # Docker has no status of its own for it (20.10 says the first, 23 and newer the second).
  if grep -qE 'No such container:path|Could not find the file' "$run/cp.err"; then return 0; fi
  say <"$run/cp.err"
  give_up snapshot
}

freeze() {
  [ -n "$frozen" ] || return 0
  begin_report # requests wait from here on
  # shellcheck disable=SC2016,SC2086 # expanded by the guard; a list of names
  setsid sh -c 'sleep 20; for name; do '"$docker"' unpause "$name"; done' sh $frozen >/dev/null 2>&1 3>&- 8>&- 9>&- &
  guard=$!
  printf '%s\n' "$frozen" >"$run/frozen"
  # shellcheck disable=SC2086
  $docker pause $frozen >/dev/null
}

forget_snapshot() { # after one that failed
  thaw
  rm -rf "$dir"/snapshots/*.new
}

thaw() {
  [ -s "$run/frozen" ] || return 0
  # shellcheck disable=SC2046 # a list of names
  if $docker unpause $(cat "$run/frozen") >/dev/null 2>&1; then # else the guard tries it again
    [ -z "${guard:-}" ] || kill -TERM "-$guard" 2>/dev/null || kill "$guard" 2>/dev/null || :
  fi
  rm -f "$run/frozen"
}

restore_snapshot() { # restore_snapshot NAME TOOL_IMAGE SIDECAR VOLUME TARGET PATHS…
  source=$HOME/$dir/snapshots/$1 tool=$2 sidecar=$3 volume=$4 target=$5
  shift 5
  # What was put back once has been written to since; so it may have when the app was brought up by
  # hand, long after a power cut.
  if [ ! -d "$source" ] || [ -e "$run/restored.$(printf %s "$volume" | tr / _)" ]; then return 0; fi
  for name in $($docker ps --format '{{.Names}}' --filter "volume=$volume"); do
    [ "$name" = "$sidecar" ] || return 0
  done
  # At once: it would first try to send, for half a minute, what is about to be thrown away.
  [ -z "$sidecar" ] || $docker kill "$sidecar" >/dev/null 2>&1 || :
  # shellcheck disable=SC2016 # expanded in the container
  $docker run --rm --user 0:0 --network none --volume "$volume:$target" --volume "$source:/snapshot:ro" --entrypoint sh "$tool" -c '
    set -e
    for path; do
      name=${path##*/} folder=${path%/*}
      [ -e "/snapshot/$name.tar" ] || continue
      rm -rf "$path-wal" "$path-shm" "$folder/.$name-litestream"
      tar -xpf "/snapshot/$name.tar" -C "$folder"
      [ ! -e "/snapshot/$name-wal.tar" ] || tar -xpf "/snapshot/$name-wal.tar" -C "$folder"
    done' sh "$@"
  : >"$run/restored.$(printf %s "$volume" | tr / _)"
  [ -z "$sidecar" ] || $docker start "$sidecar" >/dev/null
}
