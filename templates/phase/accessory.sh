# Accessories: containers beside the app, which no release replaces.

start_accessory() { # start_accessory SECONDS NAME WORDS…: `docker run` with these words; one that fails does not stay
  seconds=$1 name=$2
  shift 2
  if $docker container inspect "$name" >/dev/null 2>&1; then give_up accessory-there; fi # somebody else was faster
  if docker_run --detach --name "$name" "$@" >/dev/null && accessory_up "$seconds" "$name"; then return 0; fi
  $docker rm --force --volumes=false "$name" >/dev/null 2>&1 || :
  give_up accessory-died
}

accessory_up() { # accessory_up SECONDS NAME: healthy where its image can tell, else still running after a second
  tries=0 state=''
  while [ "$tries" -lt "$(($1 * 5))" ]; do
    state=$($docker container inspect --format '{{.State.Status}} {{.RestartCount}} {{with .State.Health}}{{.Status}}{{end}}' "$2")
    case $state in
      'running 0 healthy') return 0 ;;
      'running 0 ') if [ "$tries" -ge 5 ]; then return 0; fi ;;
      'running 0 '*) ;;
      *) break ;;
    esac
    tries=$((tries + 1))
    sleep 0.2
  done
  printf 'state, restarts and health: %s; exit code %s\n' "$state" "$($docker container inspect --format '{{.State.ExitCode}}' "$2")" | say
  $docker logs --tail 20 "$2" 2>&1 | say
  return 1
}

set_aside() { # set_aside SECONDS NAME ASIDE: stopped, under another name, until the new one runs
  $docker stop --time "$1" "$2" >/dev/null
  $docker rename "$2" "$3"
}

bring_back() { # bring_back NAME ASIDE: unless the new one runs and the old one is gone
  $docker container inspect "$2" >/dev/null 2>&1 || return 0
  $docker rm --force --volumes=false "$1" >/dev/null 2>&1 || :
  $docker rename "$2" "$1"
  $docker start "$1" >/dev/null
}

start_again() { # start_again NAME…: a stopped one, as it was
  $docker start "$@" >/dev/null
}

route_accessory() { # route_accessory NAME PORT DEPLOY_FLAGS…
  hand_back "$1" "$@" || give_up accessory-unhealthy
}

make_directory() { # make_directory PATH
  if [ ! -d "$1" ]; then (umask 022 && mkdir -p "$1"); fi
}

# Whose a directory is by now is its container's business: root in a container may do what the user may not.
fit_mount() { # fit_mount IMAGE PATH MODE OWNER: mode and owner may be empty
  if [ -n "$3" ]; then chmod "$3" "$2" 2>/dev/null || with_root "$1" "$2" chmod "$3"; fi
  if [ -n "$4" ]; then chown "$4" "$2" 2>/dev/null || with_root "$1" "$2" chown "$4"; fi
}

with_root() { # with_root IMAGE PATH PROGRAM WORD: PROGRAM WORD PATH
  $docker run --rm --user 0:0 --network none --entrypoint "$3" --volume "$2:/mount" "$1" "$4" /mount
}

remove_directory() { # remove_directory IMAGE PATH
  if rm -rf "$2" 2>/dev/null; then return 0; fi
  $docker run --rm --user 0:0 --network none --entrypoint rm --volume "${2%/*}:/mount" "$1" -rf "/mount/${2##*/}"
}

remove_accessory() { # remove_accessory SECONDS NAME; volumes stay
  $docker container inspect "$2" >/dev/null 2>&1 || { note='there was none'; return 0; }
  stop_and_remove "$@"
}

remove_image() { # remove_image REFERENCE
  $docker image rm "$1" >/dev/null 2>&1 || note='in use, or not there'
}
