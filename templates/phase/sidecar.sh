# The replicator: one Litestream container per app.

check_replica() { # check_replica PATH WORDS…: can the replica of this database be reached at all?
  path=$1 probe=${dir##*/}-replica-check
  shift
  $docker rm --force "$probe" >/dev/null 2>&1 || :
  status=0
  how='timeout 30'
  docker_run --rm --name "$probe" --user "$owner" "$@" ltx -config /etc/litestream/litestream.yml -no-expand-env -level all -json "$path" >"$run/ltx.json" 2>"$run/ltx.err" || status=$?
  how=''
  [ "$status" != 0 ] || return 0
  $docker rm --force "$probe" >/dev/null 2>&1 || :
  if [ "$status" = 124 ]; then echo 'no answer within 30 s' >>"$run/ltx.err"; fi
  say <"$run/ltx.err"
  give_up replica-unreachable
}

# A database that is there stays, whatever the replica has.
restore_database() { # restore_database PATH EXPECTED WORDS…: before the app's boot
  path=$1 expected=$2
  shift 2
  check_replica "$path" "$@"
  backup=no
  if grep -q max_txid "$run/ltx.json"; then backup=yes; fi
  if [ "$backup$expected" = nono ]; then
    note='the replica is empty'
    return 0
  fi
  if ! docker_run --rm --user "$owner" "$@" restore -config /etc/litestream/litestream.yml -no-expand-env -if-db-not-exists -integrity-check full -json "$path" >"$run/restore.json" 2>"$run/restore.err"; then
    say <"$run/restore.err"
    if [ "$backup" = no ]; then give_up replica-empty; fi
    give_up restore
  fi
  if [ -s "$run/restore.json" ]; then note="restored $(tr -d '\n' <"$run/restore.json")"; else note='the database is already there'; fi
}

# What Litestream remembers belongs to one replica: on another it would wait for files that it has
# sent to the first one and no longer has.
forget_replica() { # forget_replica NAME PATH WORDS…
  name=$1 path=$2
  shift 2
  $docker stop --time 45 "$name" >/dev/null 2>&1 || :
  docker_run --rm --user "$owner" "$@" reset -config /etc/litestream/litestream.yml -no-expand-env "$path" >/dev/null 2>"$run/reset.err" ||
    note=$(tail -n 1 "$run/reset.err")
}

start_sidecar() { # start_sidecar NAME WORDS…: replaces one that was made differently
  name=$1
  shift
  $docker stop --time 45 "$name" >/dev/null 2>&1 || :
  $docker rm --force "$name" >/dev/null 2>&1 || :
  # The socket's directory has an owner, because a mode that lets others write is lost when Docker
  # starts the container again.
  docker_run --detach --name "$name" --user "$owner" --tmpfs "/run/deploy:uid=${owner%:*},gid=${owner#*:},mode=700" "$@" >/dev/null
}

remember_replica() { # remember_replica NAME PATHS…: what this server has replicated, for later restores
  name=$1
  shift
  for path in "$@"; do
    if $docker exec "$name" litestream sync -wait -timeout 10 -socket /run/deploy/litestream.sock -json "$path" >"$run/sync.json" 2>"$run/sync.err"; then
      tr -d '\n' <"$run/sync.json" >>"$dir/replica.jsonl"
      echo >>"$dir/replica.jsonl"
    else
      note="not synced: $(tail -n 1 "$run/sync.err")"
    fi
  done
  if [ -s "$dir/replica.jsonl" ]; then
    if tail -n 100 "$dir/replica.jsonl" >"$dir/replica.new"; then
      mv "$dir/replica.new" "$dir/replica.jsonl"
    else
      rm -f "$dir/replica.new"
    fi
  fi
}

# Only a listing of the replica counts. The database may be written to meanwhile, so its position is
# asked before (when all of it was sent, if that can be done at all) and after.
sidecar_facts() { # sidecar_facts NAME PATHS…
  name=$1 errors=$run/status.$$
  shift
  for path in "$@"; do
    runs=false before='' after='' remote='' why=''
    if [ "$($docker container inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" = true ]; then
      runs=true
      before=$(local_position -wait -timeout 5)
      [ -n "$before" ] || { why=$(cat "$errors") && before=$(local_position -timeout 5); }
      if remote=$(remote_listing); then after=$(local_position -timeout 5); else remote='' why=$(cat "$errors"); fi
    fi
    why=$(printf %s "$why" | tr '\n\t' '  ' | tr -d '\000-\037"\\' | tail -c 300)
    emit "fact database {\"path\":\"$path\",\"replicator\":$runs,\"local\":${before:-null},\"remote\":${remote:-null},\"after\":${after:-null},\"error\":\"$why\"}"
  done
  rm -f "$errors"
}

local_position() { # local_position ARG…: of $path, as the replicator answers; nothing when it does not
  $docker exec "$name" litestream sync "$@" -socket /run/deploy/litestream.sock -json "$path" 2>"$errors" | tr -d '\n'
}

remote_listing() { # what the replica of $path has
  status=0
  files=$(timeout 15 $docker exec "$name" litestream ltx -config /etc/litestream/litestream.yml -no-expand-env -level all -json "$path" 2>"$errors") || status=$?
  if [ "$status" = 124 ]; then echo 'no answer within 15 s' >>"$errors"; fi
  printf %s "$files" | tr -d '\n'
  return "$status"
}
