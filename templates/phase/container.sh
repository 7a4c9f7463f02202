# Containers of the app.

# The first 12 digits of the id: the name that Docker's DNS gives to every container.
container_id() { # container_id NAME: made by this run, or looked up
  if [ -s "$run/id.$1" ]; then
    cut -c 1-12 "$run/id.$1"
  else
    $docker container inspect --format '{{slice .Id 0 12}}' "$(now_named "$1")"
  fi
}

now_named() { # now_named NAME: one that was displaced may have its name back, when an undo is done again
  case $1 in
    *_replaced_*) $docker container inspect "$1" >/dev/null 2>&1 || set -- "${1%_replaced_*}" ;;
  esac
  printf '%s\n' "$1"
}

start_container() { # start_container NAME WORDS…: `docker run` with these words
  name=$1
  shift
  docker_run --detach --name "$name" "$@" >"$run/id.$name"
  [ -s "$run/id.$name" ] || give_up disk # docker does not mind
}

restart_container() { # restart_container NAME: a retained one, as it was
  $docker start "$1" >/dev/null
  $docker container inspect --format '{{.Id}}' "$1" >"$run/id.$1"
}

rename_container() { # rename_container FROM TO; one that a cut-off `docker run` only made just goes
  if [ "$($docker container inspect --format '{{.State.Status}}' "$1")" = created ]; then
    $docker rm "$1" >/dev/null
    return 0
  fi
  $docker rename "$1" "$2"
  : >"$run/displaced.$1"
}

take_name_back() { # take_name_back FROM TO: after a failed release of the same version
  [ -e "$run/displaced.$2" ] || return 0
  aside=$2_failed_$(date +%s)
  if $docker rename "$2" "$aside" 2>/dev/null; then sed -i "s/^$2\$/$aside/" "$dir/failed" || :; fi
  $docker rename "$1" "$2"
  : >"$run/back.$2"
  rm -f "$run/displaced.$2"
}

# Restart policies come last: a new container that crashes must stay down to be seen, and an old one
# that was stopped must not come back with the engine.
keep_running() { # keep_running POLICY NAMES…
  policy=$1
  shift
  $docker update --restart "$policy" "$@" >/dev/null
}

restart_old() { # restart_old NAMES…: those that served before
  for name; do
    name=$(now_named "$name")
    $docker start "$name" >/dev/null
    keep_running unless-stopped "$name"
  done
}

stop_containers() { # stop_containers SECONDS NAMES…
  seconds=$1
  shift
  $docker stop --time "$seconds" "$@" >/dev/null
}

stop_groups() { # stop_groups "SECONDS NAMES…" …: all groups at once
  stopping=''
  for group; do
    # shellcheck disable=SC2086 # a list of words
    stop_containers $group &
    stopping="$stopping $!"
  done
  for job in $stopping; do wait "$job"; done
}

stop_failed() { # stop_failed NAMES…: kept, stopped, for `deploy logs --failed`
  ids=''
  for name; do
    # Without a word of it, the one of that name may be the one from before.
    if [ ! -s "$run/id.$name" ] && [ -e "$run/back.$name" ]; then continue; fi
    ids="$ids $(container_id "$name" 2>/dev/null || :)"
  done
  # shellcheck disable=SC2086 # a list of ids
  $docker stop --time 5 $ids >/dev/null 2>&1 || :
  for name; do forget_target "$name"; done
  printf '%s\n' "$@" >"$dir/failed"
}

stop_and_remove() { # stop_and_remove SECONDS NAMES…; volumes stay
  $docker stop --time "$@" >/dev/null 2>&1 || :
  shift
  $docker rm --force "$@" >/dev/null
}

run_once() { # run_once NAME REASON WORDS…: a one-off container whose output is shown
  name=$1 why=$2
  shift 2
  $docker rm --force "$name" >/dev/null 2>&1 || :
  if docker_run --rm --name "$name" "$@" >"$run/once" 2>&1; then
    say <"$run/once"
  else
    status=$?
    say <"$run/once"
    reason=$why
    return "$status"
  fi
}

# Containers without proxy: healthy by their own HEALTHCHECK; without one they must run for so long.
stay_up() { # stay_up SECONDS TIMEOUT NAMES…
  seconds=$(($1 * 5)) limit=$(($2 * 5)) waited=0
  shift 2
  [ "$limit" -gt "$seconds" ] || limit=$((seconds + 1))
  while :; do
    waiting=''
    for name; do
      health_of "$name"
      case $health in
        healthy) ;;
        '') [ "$waited" -ge "$seconds" ] || waiting=$name ;;
        *) waiting=$name ;;
      esac
    done
    [ -n "$waiting" ] || return 0
    [ "$waited" -lt "$limit" ] || break
    sleep 0.2
    waited=$((waited + 1))
  done
  printf 'the HEALTHCHECK of %s did not pass in time\n' "$waiting" | say
  $docker logs --tail 20 "$(container_id "$waiting")" 2>&1 | say
  give_up unhealthy
}

health_of() { # health_of NAME: sets health; a container that does not run fails the step
  id=$(container_id "$1")
  state=$($docker container inspect --format '{{.State.Running}}{{if .State.Health}} {{.State.Health.Status}}{{end}}' "$id")
  case $state in
    true) health='' ;;
    true\ *) health=${state#true } ;;
    *) explain_death "$id" ;;
  esac
}

explain_death() { # explain_death ID: exit code and last lines; fails the step
  printf 'the container exited with code %s\n' "$($docker container inspect --format '{{.State.ExitCode}}' "$1")" | say
  $docker logs --tail 20 "$1" 2>&1 | say
  give_up died
}

prepare_directory() { # prepare_directory TOOL_IMAGE SOURCE: owned by the image's user
  $docker run --rm --user 0:0 --network none --entrypoint chown --volume "$2:/volume" "$1" "$owner" /volume
}

find_owner() { # find_owner USER IMAGE: for the steps that follow
  owner=$(owner_of "$1" "$2")
  note=$owner
}

owner_of() { # owner_of USER IMAGE: uid:gid, looked up in the image when it is a name
  case $1 in
    '') echo 0:0 ;;
    *[!0-9:]*)
      probe=$($docker create "$2")
      $docker cp "$probe:/etc/passwd" - | tar -xOf - | awk -F: -v u="${1%%:*}" '$1 == u { print $3 ":" $4 }'
      $docker rm "$probe" >/dev/null
      ;;
    *:*) echo "$1" ;;
    *) echo "$1:$1" ;;
  esac
}
