#!/usr/bin/env bash
# What a replica is kept on, and a registry, in containers that the test servers reach by address.
#
#   peers.sh sftp NAME [--label X]   prints JSON: name, host, port, user, key (file), host_key,
#                                    known_hosts (file), path, url
#   peers.sh s3 NAME [--label X]     prints JSON: name, host, port, endpoint, region, bucket,
#                                    access_key, secret_key, url
#   peers.sh registry NAME [--label X] prints JSON: name, host, port, server, user, password,
#                                    authority (file)
#   peers.sh exec NAME CMD… | down NAME… | down-all [--label X]
#   peers.sh pause NAME | resume NAME   connections are accepted and nothing answers any more
. "$(dirname "$0")/common.sh"

peers_dir=$cache_dir/peers

container_of() { echo "liteship-peer-$1"; }
state_of() { echo "$peers_dir/$1"; }
random() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# address_of NAME: on the engine's default network, which the servers are on too.
address_of() {
  docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(container_of "$1")"
}

new_state() {
  (umask 077 && mkdir -p "$peers_dir" && mkdir "$(state_of "$1")") ||
    die "there is a peer \`$1\` already: peers.sh down $1"
}

port_answers() { (: <"/dev/tcp/$1/$2"); }
wait_port() { wait_until 30 "nothing answers on $1:$2" port_answers "$1" "$2"; } # HOST PORT

# start NAME LABEL KIND DOCKER_WORD… [-- COMMAND…]
start() {
  local name=$1 tag=$2 kind=$3 words=()
  shift 3
  while [ $# -gt 0 ] && [ "$1" != -- ]; do words+=("$1") && shift; done
  "$server_dir/images.sh" "$kind"
  docker run -d --name "$(container_of "$name")" --label "$label=$tag" "${words[@]}" \
    "$("$server_dir/images.sh" --tag "$kind")" "${@:2}" >/dev/null
}

# host_key is the ECDSA key: Litestream compares one key only, and Go's ssh asks a server that has
# several for ECDSA, then RSA, then Ed25519 (x/crypto 0.57, defaultHostKeyAlgos).
sftp_up() {
  local name=$1 tag=$2 state host
  state=$(state_of "$name")
  new_state "$name"
  start "$name" "$tag" sftp
  host=$(address_of "$name")
  ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$state/id_ed25519"
  docker exec -i -u replica "$(container_of "$name")" sh -c \
    'umask 077; cat >~/.ssh/authorized_keys' <"$state/id_ed25519.pub"
  wait_port "$host" 22
  docker exec "$(container_of "$name")" sh -c 'cut -d" " -f1,2 /etc/ssh/ssh_host_*_key.pub' |
    sed "s/^/$host /" >"$state/known_hosts"
  jq -cn --arg name "$name" --arg host "$host" --arg key "$state/id_ed25519" \
    --arg host_key "$(sed -n 's/^[^ ]* \(ecdsa.*\)/\1/p' "$state/known_hosts")" \
    --arg known_hosts "$state/known_hosts" \
    '{name: $name, host: $host, port: 22, user: "replica", key: $key, host_key: $host_key,
      known_hosts: $known_hosts, path: "/home/replica/backup",
      url: "sftp://replica@\($host):22/home/replica/backup"}'
}

# The credentials go in by file: an argument list can be read by everyone.
s3_up() {
  local name=$1 tag=$2 state host access secret
  state=$(state_of "$name") access=$(random 10) secret=$(random 20)
  new_state "$name"
  (umask 077 && printf 'ROOT_ACCESS_KEY_ID=%s\nROOT_SECRET_ACCESS_KEY=%s\n' "$access" "$secret" \
    >"$state/env")
  start "$name" "$tag" versitygw --env-file "$state/env"
  docker exec "$(container_of "$name")" mkdir /data/replica
  host=$(address_of "$name")
  wait_port "$host" 7070
  access=$access secret=$secret jq -cn --arg name "$name" --arg host "$host" \
    '{name: $name, host: $host, port: 7070, endpoint: "http://\($host):7070", region: "us-east-1",
      bucket: "replica", access_key: env.access, secret_key: env.secret, url: "s3://replica/db"}'
}

# Docker insists on TLS for a registry that is not on its own machine, and the certificate has an
# address that is known only when the container runs: it waits for it.
registry_up() {
  local name=$1 tag=$2 state host password config=/etc/docker/registry
  state=$(state_of "$name") password=$(random 20)
  new_state "$name"
  start "$name" "$tag" registry -e REGISTRY_HTTP_TLS_CERTIFICATE=$config/cert.pem \
    -e REGISTRY_HTTP_TLS_KEY=$config/key.pem -e REGISTRY_AUTH=htpasswd -e REGISTRY_AUTH_HTPASSWD_REALM=tests \
    -e REGISTRY_AUTH_HTPASSWD_PATH=$config/users -- \
    sh -c "until [ -s $config/users ]; do sleep 0.1; done; exec docker-registry serve $config/config.yml"
  host=$(address_of "$name")
  issue_certificate "$state" authority "IP:$host"
  docker cp "$state/cert.pem" "$(container_of "$name"):$config/" >/dev/null
  docker cp "$state/key.pem" "$(container_of "$name"):$config/" >/dev/null
  docker exec -i "$(container_of "$name")" perl -e '
    chomp(my $word = <STDIN>); print "ann:", crypt($word, q($2b$05$) . q(./) x 11), "\n"' <<<"$password" \
    >"$state/users"
  docker cp "$state/users" "$(container_of "$name"):$config/" >/dev/null
  wait_port "$host" 5000
  password=$password jq -cn --arg name "$name" --arg host "$host" --arg authority "$state/authority.pem" \
    '{name: $name, host: $host, port: 5000, server: "\($host):5000", user: "ann", password: env.password,
      authority: $authority}'
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
  mapfile -t names < <(docker ps -a --filter "label=$filter" --filter name=liteship-peer- \
    --format '{{.Names}}')
  down "${names[@]#liteship-peer-}"
}

verb=${1:-}
[ -z "$verb" ] || shift
tag=${1:-}
[ "${2:-}" != --label ] || tag=$3
case $verb in
  sftp | s3 | registry) [ $# -gt 0 ] || die "$verb: which name?" && "${verb}_up" "$1" "$tag" ;;
  exec) exec docker exec -i "$(container_of "$1")" "${@:2}" ;;
  pause) docker pause "$(container_of "$1")" >/dev/null ;;
  resume) docker unpause "$(container_of "$1")" >/dev/null ;;
  down) down "$@" ;;
  down-all) down_all "$@" ;;
  *) sed -n '2,/^\. /s/^# \{0,1\}//p' "$0" | sed '$d' >&2 && exit 2 ;;
esac
