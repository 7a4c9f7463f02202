# The replicator: one Litestream container per app.

check_replica() { # check_replica PATH WORDS…: can the replica of this database be reached at all?
  path=$1
  shift
  if ! $docker run --rm --user "$owner" "$@" ltx -config /etc/litestream/litestream.yml -no-expand-env -level all -json "$path" >"$run/ltx.json" 2>"$run/ltx.err"; then
    say <"$run/ltx.err"
    give_up replica-unreachable
  fi
}

restore_database() { # restore_database PATH EXPECTED WORDS…: before the app's first boot
  path=$1 expected=$2
  shift 2
  check_replica "$path" "$@"
  if ! grep -q max_txid "$run/ltx.json"; then
    if [ "$expected" = yes ]; then give_up replica-empty; fi
    note='the replica is empty: a new database'
    return 0
  fi
  if ! $docker run --rm --user "$owner" "$@" restore -config /etc/litestream/litestream.yml -no-expand-env -if-db-not-exists -integrity-check full -json "$path" >"$run/restore.json" 2>"$run/restore.err"; then
    say <"$run/restore.err"
    give_up restore
  fi
  if [ -s "$run/restore.json" ]; then note="restored $(tr -d '\n' <"$run/restore.json")"; else note='the database is already there'; fi
}

start_sidecar() { # start_sidecar NAME WORDS…: replaces one that was made differently
  name=$1
  shift
  $docker stop --time 45 "$name" >/dev/null 2>&1 || :
  $docker rm --force "$name" >/dev/null 2>&1 || :
  $docker run --detach --name "$name" --user "$owner" "$@" >/dev/null
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
    tail -n 100 "$dir/replica.jsonl" >"$dir/replica.new" && mv "$dir/replica.new" "$dir/replica.jsonl"
  fi
}

sidecar_facts() { # sidecar_facts NAME PATHS…: local and remote positions of every database
  name=$1
  shift
  for path in "$@"; do
    local=$($docker exec "$name" litestream sync -timeout 5 -socket /run/deploy/litestream.sock -json "$path" 2>"$run/err" | tr -d '\n') || local=''
    if remote=$($docker exec "$name" litestream ltx -config /etc/litestream/litestream.yml -no-expand-env -level all -json "$path" 2>"$run/err" | tr -d '\n') && [ -n "$remote" ]; then :; else remote=null; fi
    emit "fact database {\"path\":\"$path\",\"local\":${local:-null},\"remote\":$remote,\"error\":\"$(tr -d '\n"\\' <"$run/err" | tail -c 300)\"}"
  done
}
