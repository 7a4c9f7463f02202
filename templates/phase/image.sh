# Images: loaded from a stream, pulled, built; each a command of its own whose stdin is the stream.

load_image() { # load_image REFERENCE PLATFORM: prints Id and number of layers, then the listing
  reference=$1
  platform=${2:+--platform=$2} # strict from Docker 28 on: a layer that is missing is an error
  # shellcheck disable=SC2086 # empty or one word
  $docker load --quiet $platform
  $docker image ls --quiet --no-trunc "$reference" | sed 's/^/listed /' &
  $docker image inspect --format 'image {{.Id}} {{len .RootFS.Layers}}' "$reference"
  wait
}

pull_image() { # pull_image REFERENCE
  timeout 300 $docker pull --quiet "$1"
}

registry_login() { # registry_login USER [SERVER]: the password comes on stdin
  user=$1
  shift
  $docker login --username "$user" --password-stdin "$@"
}

registry_logout() { # registry_logout [SERVER]
  $docker logout "$@"
}

build_here() { # build_here WORDS…: `docker build` with these words; the context comes on stdin
  $docker build "$@" 2>&1
}

image_user() { # image_user REFERENCE
  $docker image inspect --format '{{.Config.User}}' "$1"
}
