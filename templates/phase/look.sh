# Looking into the app: commands of their own.

running_container() { # running_container NAME_PREFIX: the newest that runs
  name=$($docker ps --format '{{.Names}}' --filter "name=^$1" | head -n 1)
  [ -n "$name" ] || nothing_there
}

nothing_there() {
  echo 'no container of the app is there' >&2
  exit 3
}

show_logs() { # show_logs PATTERN NAME WORDS…: what the app wrote to stdout and stderr, in order
  pattern=$1 name=$2
  shift 2
  if [ -z "$pattern" ]; then exec $docker logs "$@" "$name" 2>&1; fi
  $docker logs "$@" "$name" 2>&1 | grep -e "$pattern"
}

app_logs() { # app_logs NAME_PREFIX PATTERN WORDS…: of the running container, else the newest
  name=$($docker ps --format '{{.Names}}' --filter "name=^$1" | head -n 1)
  [ -n "$name" ] || name=$($docker ps --all --format '{{.Names}}' --filter "name=^$1" | head -n 1)
  [ -n "$name" ] || nothing_there
  pattern=$2
  shift 2
  show_logs "$pattern" "$name" "$@"
}

failed_logs() { # failed_logs FILE PATTERN WORDS…: of the last release that failed
  [ -s "$1" ] || { echo 'no release has failed' >&2; exit 3; }
  name=$(head -n 1 "$1") pattern=$2
  shift 2
  show_logs "$pattern" "$name" "$@"
}

exec_here() { # exec_here NAME_PREFIX ENV_FILE COUNT FLAGS… WORDS…: in the running container
  running_container "$1"
  count=$3
  shift 3
  docker_with "exec $docker exec" "$count" "$name" "$@"
}

exec_anew() { # exec_anew NAME_PREFIX ENV_FILE COUNT FLAGS… WORDS…: a new container of the same image
  running_container "$1"
  image=$($docker container inspect --format '{{.Config.Image}}' "$name")
  env=$2 count=$3
  shift 3
  if [ -s "$env" ]; then
    set -- --env-file "$env" "$@"
    count=$((count + 2))
  fi
  if [ -e "$env.sh" ]; then values=$env.sh; fi
  docker_with 'docker_run --rm --network kamal' "$count" "$image" "$@"
}

docker_with() { # docker_with VERB COUNT SUBJECT FLAGS… WORDS…: VERB FLAGS SUBJECT WORDS
  verb=$1 flags=$2 subject=$3
  shift 3
  words=$(($# - flags))
  while [ "$flags" -gt 0 ]; do # the flags go round to the end, then the subject, then the words
    set -- "$@" "$1"
    shift
    flags=$((flags - 1))
  done
  set -- "$@" "$subject"
  while [ "$words" -gt 0 ]; do
    set -- "$@" "$1"
    shift
    words=$((words - 1))
  done
  how=exec
  # shellcheck disable=SC2086 # a verb and its flags
  $verb "$@"
}
