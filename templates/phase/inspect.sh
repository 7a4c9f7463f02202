# One answer to everything that the plan wants to know (docs/protocol.md lists the facts).

# A docker client takes 20 to 40 ms to start and then waits: questions that do not need each other's
# answers are asked at the same time.
ahead() { # ahead NAME WORDS…: in the background; its facts wait for `answers`; others may ask, too
  name=$1
  shift
  { trap - EXIT TERM INT HUP; "$@"; echo told >&3; } 3>"$run/ahead.$$.$name" &
  asked="${asked:-} $!" names="${names:-} $name"
}

answers() { # what was asked ahead, in that order; one that a full disk cut short is no answer
  files='' count=0 said=0
  for pid in $asked; do wait "$pid" || :; done
  for name in $names; do files="$files $run/ahead.$$.$name" count=$((count + 1)); done
  # shellcheck disable=SC2086 # a list of files
  set -- $files
  awk -v count="$count" '
    $0 == "told" { told++; next }
    /^fact elsewhere / { elsewhere = 1 }
    { print }
    END { exit elsewhere ? 3 : told != count }' "$@" >&3 || said=$?
  case $said in 0) ;; 3) give_up elsewhere ;; *) give_up disk ;; esac
  if grep -q '"name":"/kamal-proxy"' "$@"; then proxy_is_there=yes; fi
  rm -f "$@"
}

host_facts() {
  emit "fact user $(id -un)"
  emit "fact home $HOME"
  if [ "$(id -u)" = 0 ]; then emit "fact root yes"; fi
  if [ "$docker" = docker ]; then emit "fact docker_group yes"; fi
  emit "fact now $(date +%s)"
  emit "fact os $(. /etc/os-release && printf '%s' "$ID")"
  emit "fact machine $(uname -m)"
  root=/var/lib/docker
  [ -d "$root" ] || root=/var
  emit "fact disk_free $(df -Pk "$root" 2>/dev/null | { read -r _ && read -r _ _ _ free _ && echo "$((free * 1024))"; })"
}

sudo_facts() { # it asks PAM: 15 ms
  if sudo -n true 2>/dev/null; then emit "fact sudo yes"; fi
}

# Lock, ledger and snapshots are in the home of one user. What all users of the server share is the
# engine, and it makes a volume of a name once, whoever asks: its labels say whose home it is.
home_facts() { # home_facts VOLUME take|leave
  command -v docker >/dev/null || return 0
  where=$(home_in "$1")
  if [ "$2 $where" = 'take ' ]; then
    $docker volume create --label "liteship.user=$(id -un)" --label "liteship.home=$HOME" "$1" >/dev/null 2>&1 || return 0
    where=$(home_in "$1")
  fi
  case $where in '' | "$HOME "*) return 0 ;; esac
  emit "fact elsewhere ${where##* } ${where% *}"
  give_up elsewhere
}

home_in() { # home_in VOLUME: home and user
  $docker volume inspect --format '{{index .Labels "liteship.home"}} {{index .Labels "liteship.user"}}' "$1" 2>/dev/null | sed -n '/^\//p'
}

engine_facts() {
  command -v docker >/dev/null || return 0
  $docker info --format '{"version":{{json .ServerVersion}},"driver":{{json .Driver}},"status":{{json .DriverStatus}},"arch":{{json .Architecture}}}' \
    2>/dev/null | sed -n 's/^{.*}$/fact docker &/p' >&3 || :
}

container_format='{"id":{{json .Id}},"name":{{json .Name}},"labels":{{json .Config.Labels}},"image":{{json .Image}},"reference":{{json .Config.Image}},"created":{{json .Created}},"started":{{json .State.StartedAt}},"status":{{json .State.Status}},"exit":{{json .State.ExitCode}}}'

container_facts() { # container_facts SERVICE DESTINATION NAMES…: of the app, the proxy, and these
  command -v docker >/dev/null || return 0
  ids=$($docker ps --all --quiet --no-trunc --filter "label=service=$1" --filter "label=destination=$2") || return 0
  shift 2
  # shellcheck disable=SC2086 # a list of ids; a missing name is no error, its line is just not there
  found=$($docker container inspect --format "$container_format" $ids kamal-proxy "$@" 2>/dev/null) || :
  printf '%s\n' "$found" | sed -n 's/^{.*}$/fact container &/p' >&3
  images=$(printf '%s\n' "$found" | sed -n 's/.*"image":"\(sha256:[0-9a-f]*\)".*/\1/p' | sort -u)
  [ -n "$images" ] || return 0
  # shellcheck disable=SC2086
  $docker image inspect --format '{"id":{{json .Id}},"tags":{{json .RepoTags}},"layers":{{json .RootFS.Layers}}}' $images 2>/dev/null | sed -n 's/^{.*}$/fact image &/p' >&3 || :
}

proxy_facts() { # none when there is no proxy
  proxy_state | sed 's/^/fact proxy_state /; s/$/\n/' >&3 || :
}

proxy_boot_facts() { # what `boot_config set` has written, each file as one line
  for name in options image image_version run_command; do
    if [ -s ".kamal/proxy/$name" ]; then
      emit "fact proxy_boot $name $(head -c 4096 ".kamal/proxy/$name" | tr '\n' ' ')"
    fi
  done
}

present_volumes() { # present_volumes NAMES…: which of them the engine has
  command -v docker >/dev/null || return 0
  $docker volume inspect --format '{{.Name}}' "$@" 2>/dev/null | sed -n 's/^./fact volume-present &/p' >&3 || :
}

present_images() { # present_images NAMES…: one call each, because an image does not say how it was asked for
  command -v docker >/dev/null || return 0
  for name in "$@"; do
    if $docker image inspect --format '{{json .}}' "$name" >/dev/null 2>&1; then emit "fact image-present $name"; fi
  done
}

app_image_facts() { # app_image_facts REFERENCE
  command -v docker >/dev/null || return 0
  $docker image inspect --format '{"id":{{json .Id}},"user":{{json .Config.User}}}' "$1" 2>/dev/null | sed -n 's/^{.*}$/fact app_image &/p' >&3 || :
}

present_paths() { # host directories that exist
  for name in "$@"; do
    if [ -d "$name" ]; then emit "fact volume-present $name"; fi
  done
}

port_facts() { # port_facts PORTS…: which of these TCP ports somebody listens on
  [ -z "${proxy_is_there:-}" ] || return 0
  for port in "$@"; do
    hex=$(printf '%04X' "$port")
    if cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == p { found = 1 } END { exit !found }'; then
      # Another app's setup may have started the proxy since the containers were looked at.
      ! $docker container inspect kamal-proxy >/dev/null 2>&1 || return 0
      emit "fact busy_port $port"
    fi
  done
}

history_facts() {
  if [ -s "$dir/releases.jsonl" ]; then tail -n 50 "$dir/releases.jsonl" | sed -n '/^{.*}$/s/^/fact release /p' >&3; fi
  if [ -s "$dir/replica.jsonl" ]; then tail -n 50 "$dir/replica.jsonl" | sed -n '/^{.*}$/s/^/fact replica /p' >&3; fi
  if [ -z "${settled:-}" ] && unsettled; then emit "fact interrupted $(cat "$run/version")"; fi
}
