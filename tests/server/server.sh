#!/usr/bin/env bash
# Fresh Debian servers on this machine's engine, reached over ssh on 127.0.0.1.
#
#   server.sh up NAME --release 12|13|14 [--with-docker] [--label X] [--port P] [--http P]
#                          --with-docker: installed, with kamal-proxy's image as if it had been pulled;
#                          prints one line of JSON: name, host, ssh_port, http_port, user, key, known_hosts
#   server.sh exec NAME CMD…    as root, past ssh
#   server.sh ssh NAME CMD…     as the ordinary user, over ssh
#   server.sh ssh-config NAME   a `Host NAME` block for ssh -F
#   server.sh restart NAME      a reboot; restart --hard NAME: the power is cut
#   server.sh down NAME… | down-all [--label X]   containers, volumes and keys
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/nested.sh"

servers_dir=$cache_dir/servers

container_of() { echo "liteship-server-$1"; }
state_of() { echo "$servers_dir/$1"; }

# A port that is free now, below the range from which the kernel takes its own.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
  done
}

# The ports are fixed, because docker gives a restarted container new random ones.
# Two runs may find the same port free: the engine refuses one of them, which tries again.
# /home is on a file system whose files can be watched, as on any real server; overlayfs is none.
start_container() {
  local name=$1 image=$2 tag=$3 ssh=$4 http=$5 try error
  for try in 1 2 3 4 5; do
    ssh_port=${ssh:-$(free_port)} http_port=${http:-$(free_port)}
    error=$(docker run -d --name "$(container_of "$name")" --hostname "$name" \
      --label "$label=$tag" "${nested_flags[@]}" -v /home -p "127.0.0.1:$ssh_port:22" \
      -p "127.0.0.1:$http_port:80" "$image" 2>&1 >/dev/null) && return
    docker rm -fv "$(container_of "$name")" >/dev/null 2>&1 || true
    case $error in *'port is already allocated'* | *'address already in use'*) ;; *) break ;; esac
  done
  die "server \`$name\` does not start (try $try): $error"
}

# The published port answers before sshd does: only its greeting counts.
sshd_greets() {
  local greeting
  exec 8<>"/dev/tcp/127.0.0.1/$1" || return 1
  read -r -t 2 greeting <&8 || true
  exec 8>&-
  [[ ${greeting:-} = SSH-* ]]
}

docker_answers() { docker exec "$(container_of "$1")" docker version; }

wait_for_sshd() {
  wait_until 30 "server \`$1\`: sshd does not answer on 127.0.0.1:$2" sshd_greets "$2"
}

wait_for_docker() {
  local name=$1
  ! docker exec "$(container_of "$name")" sh -c 'command -v dockerd' >/dev/null 2>&1 ||
    wait_until 60 "server \`$name\`: its Docker does not start" docker_answers "$name"
}

# The first login: our key on the server, its host keys (there since sshd runs) here.
exchange_keys() {
  local name=$1 port=$2 state
  state=$(state_of "$name")
  ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$state/id_ed25519"
  docker exec -i -u deployer "$(container_of "$name")" sh -c \
    'umask 077; mkdir -p ~/.ssh; cat >~/.ssh/authorized_keys' <"$state/id_ed25519.pub"
  docker exec "$(container_of "$name")" sh -c 'cat /etc/ssh/ssh_host_*_key.pub' |
    sed "s/^/[127.0.0.1]:$port /" >"$state/known_hosts"
}

write_ssh_config() {
  local name=$1 port=$2 state
  state=$(state_of "$name")
  cat >"$state/ssh_config" <<END
Host $name
  HostName 127.0.0.1
  Port $port
  User deployer
  IdentityFile "$state/id_ed25519"
  IdentitiesOnly yes
  UserKnownHostsFile "$state/known_hosts"
  StrictHostKeyChecking yes
  BatchMode yes
END
}

describe() {
  local name=$1 ssh_port=$2 http_port=$3 state
  state=$(state_of "$name")
  jq -cn --arg name "$name" --argjson ssh_port "$ssh_port" --argjson http_port "$http_port" \
    --arg key "$state/id_ed25519" --arg known_hosts "$state/known_hosts" \
    '{name: $name, host: "127.0.0.1", ssh_port: $ssh_port, http_port: $http_port,
      user: "deployer", key: $key, known_hosts: $known_hosts}' | tee "$state/server.json"
}

up() {
  local name=$1 release=12 kind=server tag=$1 ssh='' http='' image ssh_port http_port
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --with-docker) kind=server-docker && shift && continue ;;
      --release) release=$2 ;;
      --label) tag=$2 ;;
      --port) ssh=$2 ;;
      --http) http=$2 ;;
      *) die "up: what is \`$1\`?" ;;
    esac
    shift 2
  done
  [[ $name =~ ^[a-z0-9][a-z0-9-]*$ ]] || die "up: a name is a-z, 0-9 and -: \`$name\`"
  "$server_dir/images.sh" "$kind-$release"
  image=$("$server_dir/images.sh" --tag "$kind-$release")
  (umask 077 && mkdir -p "$servers_dir" && mkdir "$(state_of "$name")") ||
    die "there is a server \`$name\` already: server.sh down $name"
  start_container "$name" "$image" "$tag" "$ssh" "$http"
  wait_for_sshd "$name" "$ssh_port"
  exchange_keys "$name" "$ssh_port"
  write_ssh_config "$name" "$ssh_port"
  wait_for_docker "$name"
  describe "$name" "$ssh_port" "$http_port"
}

restart() {
  local container hard=
  [ "$1" != --hard ] || { hard=1 && shift; }
  container=$(container_of "$1")
  if [ -n "$hard" ]; then docker kill "$container"; else docker stop -t 30 "$container"; fi >/dev/null
  docker start "$container" >/dev/null
  wait_for_sshd "$1" "$(jq .ssh_port "$(state_of "$1")/server.json")"
  wait_for_docker "$1"
}

down() {
  local name
  for name in "$@"; do
    docker rm -fv "$(container_of "$name")" >/dev/null 2>&1 || true
    rm -rf "$(state_of "$name")"
  done
}

down_all() {
  local filter=$label names
  [ "${1:-}" != --label ] || filter=$label=$2
  mapfile -t names < <(docker ps -a --filter "label=$filter" --filter name=liteship-server- \
    --format '{{.Names}}')
  down "${names[@]#liteship-server-}"
}

verb=${1:-}
[ -z "$verb" ] || shift
case $verb in
  up | down | restart) [ $# -gt 0 ] || die "$verb: which server?" && "$verb" "$@" ;;
  down-all) down_all "$@" ;;
  ssh-config) cat "$(state_of "$1")/ssh_config" ;;
  exec) exec docker exec -i "$(container_of "$1")" "${@:2}" ;;
  ssh) exec ssh -F "$(state_of "$1")/ssh_config" "$1" "${@:2}" ;;
  *) sed -n '2,/^\. /s/^# \{0,1\}//p' "$0" | sed '$d' >&2 && exit 2 ;;
esac
