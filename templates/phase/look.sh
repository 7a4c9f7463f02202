# Looking into the app: commands of their own.

newest() { # newest FILTERS [--all]: the name of the newest that runs and that all of docker's filters let through
  filters=''
  for filter in $1; do filters="$filters --filter $filter"; done
  # shellcheck disable=SC2086 # a list of options
  $docker ps ${2:-} --format '{{.Names}}' $filters | head -n 1
}

running_container() { # running_container FILTERS: sets name
  name=$(newest "$1")
  [ -n "$name" ] || nothing_there
}

nothing_there() {
  echo 'no container of the app is there' >&2
  exit 3
}

container_logs() { # container_logs NAME PATTERN GREP_OPTIONS WORDS…: its stdout and stderr, in order
  name=$1 pattern=$2 options=$3
  shift 3
  if [ -z "$pattern" ]; then exec $docker logs "$@" "$name" 2>&1; fi
  # shellcheck disable=SC2086 # a list of options
  $docker logs "$@" "$name" 2>&1 | grep $options -e "$pattern"
}

app_logs() { # app_logs FILTERS PATTERN GREP_OPTIONS WORDS…: of the running container, else the newest
  name=$(newest "$1")
  [ -n "$name" ] || name=$(newest "$1" --all)
  [ -n "$name" ] || nothing_there
  shift
  container_logs "$name" "$@"
}

failed_logs() { # failed_logs FILE PATTERN GREP_OPTIONS WORDS…: of the last release that failed
  [ -s "$1" ] || { echo 'no release has failed' >&2; exit 3; }
  name=$(head -n 1 "$1")
  shift
  container_logs "$name" "$@"
}

exec_here() { # exec_here FILTERS ENV_FILE COUNT FLAGS… WORDS…: in the running container
  running_container "$1"
  count=$3
  shift 3
  docker_with "exec $docker exec" "$count" "$name" "$@"
}

exec_anew() { # exec_anew FILTERS ENV_FILE COUNT FLAGS… WORDS…: a new container of the same image
  running_container "$1"
  shift
  exec_image "$($docker container inspect --format '{{.Config.Image}}' "$name")" "$@"
}

exec_beside() { # exec_beside NAME IMAGE ENV_FILE COUNT FLAGS… WORDS…: with the volumes of NAME, where it is
  name=$1 image=$2 env=$3 count=$4
  shift 4
  if $docker container inspect "$name" >/dev/null 2>&1; then
    set -- --volumes-from "$name" "$@"
    count=$((count + 2))
  fi
  exec_image "$image" "$env" "$count" "$@"
}

exec_image() { # exec_image IMAGE ENV_FILE COUNT FLAGS… WORDS…: a new container
  image=$1 env=$2 count=$3
  shift 3
  if [ -s "$env" ]; then
    set -- --env-file "$env" "$@"
    count=$((count + 2))
  fi
  if [ -e "$env.sh" ]; then values=$env.sh; fi
  docker_with docker_run "$count" "$image" "$@"
}

list_images() { # list_images REPOSITORY
  $docker image ls "$1"
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
