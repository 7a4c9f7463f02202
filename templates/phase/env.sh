# Secrets in a container's environment (docs/adr/0009-secrets-in-the-environment.md).

values='' # a file with the values that docker's env files cannot hold, below $HOME
how=''    # words before docker: `timeout 30`, `exec`

with_values() { # with_values FILE WORDS…: WORDS, whose docker_run gets these values
  values=$1
  shift
  "$@"
  values=''
}

docker_run() { # docker_run WORDS…: `docker run`, with the values in docker's own environment
  set -- run "$@"
  if [ -z "$values" ]; then
    $how $docker "$@"
  else
    # Read behind sudo, which drops the environment, and logs the part that it is told to keep.
    # shellcheck disable=SC2016 # expanded by that shell
    $how ${docker%docker}sh -c '. "$1"; shift; exec docker "$@"' sh "$HOME/$values" "$@"
  fi
}
