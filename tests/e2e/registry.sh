#!/usr/bin/env bash
# test: a release through a registry: password, cache, two architectures, attestations, build secrets
# releases: 13
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/engine_laptop.sh"

# What Kamal calls its builder is here the engine's own BuildKit behind a socket: buildx would boot a
# container with --privileged, and an image that cannot be pulled.
laptop_builder() {
  on_laptop sh -c 'cat >/usr/local/bin/buildkit' <<'END_OF_SCRIPT'
#!/usr/bin/python3
import socket, subprocess
listener = socket.socket(socket.AF_UNIX)
listener.bind("/run/buildkit.sock")
listener.listen()
while True:
    connection, _ = listener.accept()
    subprocess.Popen(["docker", "buildx", "--builder", "default", "dial-stdio"], stdin=connection, stdout=connection)
    connection.close()
END_OF_SCRIPT
  docker exec -d "$laptop" python3 /usr/local/bin/buildkit
  eventually on_laptop test -S /run/buildkit.sock
  on_laptop docker buildx create --name kamal-local-docker-container --driver remote unix:///run/buildkit.sock >/dev/null
}

# A generator of bills of materials, by BuildKit's protocol: one in-toto statement into a folder.
scanner_image() {
  on_laptop docker build -q -t "$registry/scanner" - >/dev/null <<'END_OF_DOCKERFILE'
FROM liteship-test/debian:14
RUN printf '%s\n' '#!/bin/sh' 'echo "{\"_type\": \"https://in-toto.io/Statement/v0.1\", \"subject\": [],' \
  '  \"predicateType\": \"https://spdx.dev/Document\", \"predicate\": {\"name\": \"of the test\"}}" \' \
  '  >"$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"' >/scan && chmod +x /scan
ENTRYPOINT ["/scan"]
END_OF_DOCKERFILE
  on_laptop docker login -u "$(peer registry user)" --password-stdin "$registry" >/dev/null 2>&1 \
    <<<"$(peer registry password)"
  on_laptop docker push -q "$registry/scanner" >/dev/null
  on_laptop docker logout "$registry" >/dev/null
}

# asked PATH: what the registry has.
asked() {
  curl -fsS --cacert "$(peer registry authority)" -K - "https://$registry/v2/$1" \
    -H 'Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json' \
    <<<"user = \"$(peer registry user):$(peer registry password)\""
}
# platforms VERSION: of the image there; attestations VERSION: what is said about each of them.
platforms() { asked "chatroom/manifests/$1" | jq -r '.manifests[].platform | "\(.os)/\(.architecture)"' | sort | xargs; }
attestations() {
  local digest
  for digest in $(asked "chatroom/manifests/$1" | jq -r '.manifests[] | select(.platform.os == "unknown").digest'); do
    asked "chatroom/manifests/$digest" | jq -r '.layers[].annotations["in-toto.io/predicate-type"]'
  done | sort | uniq -c | xargs
}
# logins: how many the laptop has, and the server.
logins() {
  printf '%s %s' "$(on_laptop cat /root/.docker/config.json | jq '.auths | length')" \
    "$(on a cat .docker/config.json | jq '.auths | length')"
}
stamp() { curl -fsS "$(server_url a)/stamp.txt"; }

# config BUILDER_LINE…
config() {
  chatroom_config a "registry:
  server: $registry
  username: $(peer registry user)
  password: [REGISTRY_PASSWORD]
builder:
  secrets: [BUILD_TOKEN]
  ssh: default=\$SSH_AUTH_SOCK
$(printf '  %s\n' "$@")"
}
secrets() { # secrets PASSWORD
  (umask 077 && printf '%s\n' "REGISTRY_PASSWORD=$1" "BUILD_TOKEN='$token
\"two\"'" >"$project/.deploy/secrets")
}

token=TOKEN$RANDOM$RANDOM
registry_up
server_up a --with-docker
trust_registry root_on a
echo '{"features": {"containerd-snapshotter": true}}' >"$work/daemon.json"
chatroom_project a
"$source_root/tests/server/images.sh" debian-14
engine_laptop_up -v "$work/daemon.json:/etc/docker/daemon.json:ro"
laptop_gets liteship-test/chatroom liteship-test/debian:14
trust_registry on_laptop
tool_uses_laptop docker
laptop_builder
scanner_image
ssh-agent -D -a "$work/agent" >/dev/null & # ends with the test

mkdir -p "$project/.deploy"
echo /.deploy/secrets >"$project/.gitignore"
cat >"$project/Dockerfile" <<'END_OF_DOCKERFILE'
FROM --platform=$BUILDPLATFORM liteship-test/debian:14 AS made
RUN --mount=type=secret,id=BUILD_TOKEN --mount=type=ssh \
  tail -n 1 /run/secrets/BUILD_TOKEN | grep -qx '"two"' && [ -S "$SSH_AUTH_SOCK" ] && head -c 16 /dev/urandom | od -An -tx1 >/stamp.txt
FROM --platform=$BUILDPLATFORM liteship-test/chatroom AS app
FROM scratch
COPY --from=app /chatroom /chatroom
COPY --from=app /public /public
COPY --from=app --chown=1000:1000 /storage /storage
COPY --from=made /stamp.txt /public/stamp.txt
COPY public /public
USER 1000:1000
ENV PORT=3000
ENTRYPOINT ["/chatroom"]
CMD ["serve"]
END_OF_DOCKERFILE

note 'a wrong password ends the release before it has built'
config 'driver: docker'
first=$(chatroom_commit 'first')
secrets wrong
deploy_fails 4 setup
expect_err 'cannot log in to the registry'
refute_err 'done: build' # nobody has waited for it
expect_equal 'what is in the registry' '' "$(asked chatroom/tags/list 2>/dev/null || true)"
expect_equal 'containers' '' "$(root_on a docker ps --all --quiet --filter label=service=chatroom)"

note "the engine's own builder: pushed from here, pulled by the server"
secrets "$(peer registry password)"
deploy_ok setup
chatroom_serves a "$first"
expect_equal 'what runs' "$registry/chatroom:$first" \
  "$(root_on a docker inspect -f '{{.Config.Image}}' "chatroom-web-$first")"
expect_equal 'tags' "$first" "$(asked chatroom/tags/list | jq -r '.tags | join(" ")')"

note "Kamal's builder: two architectures, attestations, a cache in the registry"
config 'arch: [amd64, arm64]' 'cache: {type: registry, options: mode=max}' 'provenance: mode=max' \
  "sbom: generator=$registry/scanner"
second=$(chatroom_commit 'second')
deploy_ok
chatroom_serves a "$second"
expect_equal 'platforms' 'linux/amd64 linux/arm64 unknown/unknown unknown/unknown' "$(platforms "$second")"
expect_equal 'attestations' '2 https://slsa.dev/provenance/v0.2 2 https://spdx.dev/Document' "$(attestations "$second")"
made=$(stamp)

note 'a laptop that has built nothing yet gets it from the cache'
on_laptop docker buildx prune --all --force >/dev/null
third=$(chatroom_commit 'third')
deploy_ok
chatroom_serves a "$third"
expect_equal 'what RUN has made' "$made" "$(stamp)"

note '--no-cache makes it again'
fourth=$(chatroom_commit 'fourth')
deploy_ok --no-cache
chatroom_serves a "$fourth"
[ "$(stamp)" != "$made" ] || fail 'it came from the cache'

note 'secrets are nowhere'
expect_equal 'logins' '1 1' "$(logins)"
peer_exec registry grep -rqF BUILD_TOKEN /var/lib/registry || fail 'the attestations cannot be read'
expect_equal 'in the registry' '' "$(peer_exec registry grep -rlF -e "$token" -e "$(peer registry password)" /var/lib/registry)"
expect_equal 'in the history' '' "$(on_laptop docker history --no-trunc "$registry/chatroom:$first" | grep -F "$token")"
expect_equal 'in logs' '' "$(grep -rlF -e "$token" -e "$(peer registry password)" "$work/home/.local")"
deploy_ok registry logout
expect_equal 'logins that are left' '0 0' "$(logins)"

note 'a rollback needs no registry'
peer_down registry
deploy_ok rollback
chatroom_serves a "$third"
