#!/usr/bin/env bash
# images.sh NAME…: has the named images on this machine's engine, pulled where they can be, made
# where not. Names: debian-R server-R server-docker-R (R = 12, 13, 14), kamal-proxy, litestream,
# forky, versitygw, sftp, redis, chatroom, all; laptop and registry for tests/bench. `images.sh --tag NAME`
# prints what an image is called.
# An image made here carries a key of all it was made from, and is made again when that changes.
. "$(dirname "$0")/common.sh"

# Without buildx the newer clients refuse BuildKit; the older builder does all that is needed here.
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0

app_dir=$source_root/examples/chatroom

tag_of() {
  case $1 in
    debian-1[234]) echo "$label/debian:${1#debian-}" ;;
    server-docker-1[234]) echo "$label/server-docker:${1#server-docker-}" ;;
    server-1[234]) echo "$label/server:${1#server-}" ;;
    kamal-proxy) echo basecamp/kamal-proxy:v0.9.2 ;;
    litestream) echo litestream/litestream:0.5.18 ;;
    forky) echo debian:forky ;;
    versitygw | sftp | redis | chatroom | laptop | registry) echo "$label/$1:latest" ;;
    *) die "no image \`$1\`" ;;
  esac
}

# 14 has the containerd image store, the default of newer Docker; 12 and 13 are as they come.
daemon_json() { [ "$1" != 14 ] || echo '{"features":{"containerd-snapshotter":true}}'; }

# On 13 and 14 the client is a package of its own, on 14 nothing pulls in iptables.
docker_packages() {
  case $1 in
    12) echo docker.io ;;
    13) echo docker.io docker-cli ;;
    14) echo docker.io docker-cli iptables ;;
  esac
}

key_on() { docker image inspect -f "{{index .Config.Labels \"$label.key\"}}" "$1" 2>/dev/null; }

# pulled TAG: tries the registry; one that cannot be reached is not asked again for ten minutes.
pulled() {
  local failed=$cache_dir/no-registry
  [ -z "$(find "$failed" -mmin -10 2>/dev/null)" ] || return 1
  timeout 120 docker pull -q "$1" >/dev/null 2>&1 && return 0
  : >"$failed"
  return 1
}

# build KIND KEY TAG FOLDER ARG… -- FILE…: from images/KIND.Dockerfile and these files of FOLDER.
build() {
  local kind=$1 key=$2 tag=$3 folder=$4 args=()
  shift 4
  while [ "$1" != -- ]; do args+=(--build-arg "$1"); shift; done
  shift
  tar -c -C "$server_dir/images" "$kind.Dockerfile" ${1:+-C "$folder"} "$@" |
    docker build --force-rm -f "$kind.Dockerfile" -t "$tag" --label "$label.key=$key" "${args[@]}" -
}

# make NAME KEY TAG
make() {
  local name=$1 key=$2 tag=$3 release=${1##*-} kind=${1%-*} folder=$server_dir/images
  local base args=() files=()
  base=$(base_of "$name")
  [ -z "$base" ] || args=("BASE=$(tag_of "$base")")
  case $name in
    server-*) args+=("DOCKER_PACKAGES=$(docker_packages "$release")") ;;&
    server-1*) args+=("DAEMON_JSON=$(daemon_json "$release")") files=(server-entry.sh) ;;
    kamal-proxy | litestream | versitygw)
      folder=$("$server_dir/parts.sh")
      kind=$name files=("$name")
      ;;
    sftp | redis | laptop | registry) kind=$name ;;
  esac
  case $name in
    debian-*) "$server_dir/with_devices.sh" "$server_dir/debian.sh" "$release" "$key" ;;
    forky) docker tag "$(tag_of debian-14)" "$tag" ;;
    chatroom) step "image $tag" docker build --force-rm -t "$tag" --label "$label.key=$key" "$app_dir" ;;
    server-docker-*)
      ensure kamal-proxy
      step "image $tag" build "$kind" none "$tag-empty" "$folder" "${args[@]}" --
      step "image $tag with kamal-proxy" "$server_dir/with_proxy.sh" "$tag-empty" "$tag" "$key"
      ;;
    *) step "image $tag" build "$kind" "$key" "$tag" "$folder" "${args[@]}" -- "${files[@]}" ;;
  esac
}

base_of() {
  case $1 in
    debian-*) ;;
    forky | laptop | registry) echo debian-14 ;;
    chatroom) echo forky ;;
    server-docker-*) echo "server-${1##*-}" ;;
    server-*) echo "debian-${1##*-}" ;;
    *) echo debian-12 ;;
  esac
}

inputs_of() {
  local name=$1 release=${1##*-} images=$server_dir/images
  case $name in
    debian-*) echo "$server_dir/debian.sh" ;;
    server-docker-*) printf '%s\n' "$images"/{server-docker,kamal-proxy}.Dockerfile "$server_dir"/{with_proxy.sh,parts/go.mod} ;;
    server-*) printf '%s\n' "$images/server.Dockerfile" "$images/server-entry.sh" \
      "$(docker_packages "$release") $(daemon_json "$release")" ;;
    chatroom) find "$app_dir"/{Dockerfile,.dockerignore,CMakeLists.txt,src,load,public} -type f | sort ;;
    *) printf '%s\n' "$images/$name.Dockerfile" "$server_dir/parts/go.mod" ;;
  esac
}

# wanted_key NAME BASE: what the image would be made from now. A copy has the key of its origin.
wanted_key() {
  local name=$1 base=$2 inputs=() base_key=
  [ -z "$base" ] || base_key=$(key_on "$(tag_of "$base")")
  mapfile -t inputs < <(inputs_of "$name")
  if [ "$name" = forky ]; then echo "$base_key"; else key_of "$name" "${inputs[@]}" "$base_key"; fi
}

# current NAME: it is there and is what it would be made as now. An image of this name that was not
# made here is a real one and stays as it is.
current() {
  local name=$1 have base
  have=$(key_on "$(tag_of "$name")") || return 1
  case $(tag_of "$name") in
    "$label"/*) ;;
    *) [ -n "$have" ] || return 0 ;;
  esac
  base=$(base_of "$name")
  { [ -z "$base" ] || current "$base"; } && [ "$have" = "$(wanted_key "$name" "$base")" ]
}

# ensure NAME: pulls or makes it and what it is made from, and removes the one it replaces.
ensure() {
  local name=$1 tag base old
  ! current "$name" || return 0
  tag=$(tag_of "$name")
  old=$(docker image inspect -f '{{.Id}}' "$tag" 2>/dev/null) || old=
  case $tag in
    "$label"/*) ;;
    *) if [ -z "$old" ] && pulled "$tag"; then return; fi ;;
  esac
  base=$(base_of "$name")
  [ -z "$base" ] || ensure "$base"
  make "$name" "$(wanted_key "$name" "$base")" "$tag"
  [ -z "$old" ] || docker image rm "$old" >/dev/null 2>&1 || true
}

all_current() {
  local name
  for name in "$@"; do current "$name" || return 1; done
}

all=(kamal-proxy litestream forky chatroom versitygw sftp redis server-12 server-13 server-14
  server-docker-12 server-docker-13 server-docker-14)

main() {
  local name
  for name in "$@"; do ensure "$name"; done
}

[ "${1:-}" != all ] || set -- "${all[@]}"
case ${1:-} in
  '') die 'usage: images.sh NAME… | all | --tag NAME' ;;
  --tag) tag_of "$2" ;;
  *) all_current "$@" || locked images main "$@" ;;
esac
