#!/usr/bin/env bash
# with_proxy.sh IMAGE TAG KEY: the server of this image, whose Docker has kamal-proxy's image as if it had
# pulled it: sending it costs each test 8 s. The state of the engine is a file that server-entry.sh unpacks,
# because /var/lib/docker is a volume, and Docker takes as long to copy an image's files into one.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/nested.sh"
image=$1 tag=$2 key=$3
proxy=$("$server_dir/images.sh" --tag kamal-proxy)

folder=$(mktemp -d "${TMPDIR:-/tmp}/liteship-proxy.XXXXXX")
container=$(docker run -d --label "$label=images" "${nested_flags[@]}" --entrypoint dockerd "$image")
trap 'docker rm -fv "$container" >/dev/null; rm -rf "$folder"' EXIT
wait_until 120 "the Docker of $image does not start" docker exec "$container" docker version
docker save "$proxy" | docker exec -i "$container" docker load -q
docker stop --time 60 "$container" >/dev/null
docker cp --archive "$container:/var/lib/docker" - >"$folder/docker.tar"
printf '%s\n' "FROM $image" 'COPY docker.tar /var/lib/' >"$folder/Dockerfile"
docker build --force-rm -t "$tag" --label "$label.key=$key" "$folder"
