# shellcheck shell=bash disable=SC2154  # lib.sh sets source_root, run_id, work and project
# A laptop with an engine of its own, as developers have: Debian 14 with Docker, buildx and Kamal 2.12;
# sourced after lib.sh. $work is at the same place there.

laptop=liteship-laptop-$run_id

# engine_laptop_up [DOCKER_WORD…]
# shellcheck disable=SC2120  # not every test has words
engine_laptop_up() {
  "$source_root/tests/server/images.sh" laptop
  . "$source_root/tests/server/nested.sh"
  docker run -d --init --name "$laptop" --hostname laptop --label "liteship-test=$run_id" \
    "${nested_flags[@]}" -v "$work:$work" "$@" liteship-test/laptop >/dev/null
  eventually docker exec "$laptop" docker version >/dev/null 2>&1 || fail 'the engine of the laptop'
  docker exec "$laptop" git config --global --add safe.directory '*'
}
on_laptop() { docker exec -i "$laptop" "$@"; }
# laptop_gets IMAGE…: what it cannot pull here.
laptop_gets() {
  local image
  for image in "$@"; do docker save "$image" | on_laptop docker load -q >/dev/null; done
}

# tool_uses_laptop PROGRAM…: the tool runs here, and these programs of the laptop are its own: with its words,
# its input and what it tells them by the environment.
tool_uses_laptop() {
  local program
  mkdir "$work/bin"
  for program in "$@"; do
    cat >"$work/bin/$program" <<END_OF_SCRIPT
#!/bin/sh
exec $(command -v docker) exec -i -w "\$PWD" -e BUILD_TOKEN -e SSH_AUTH_SOCK -e BUILDX_BUILDER \\
  -e BUILDX_NO_DEFAULT_ATTESTATIONS -e DOCKER_BUILDKIT $laptop $program "\$@"
END_OF_SCRIPT
    chmod +x "$work/bin/$program"
  done
  # shellcheck disable=SC2034  # read by lib.sh
  tool=(env HOME="$work/home" PATH="$work/bin:$PATH" TMPDIR="$work" SSH_AUTH_SOCK="$work/agent" "$DEPLOY")
}

# registry_up: a registry with a password; sets $registry. trust_registry COMMAND…: its authority is known
# where this runs what follows.
registry_up() {
  peer_up registry registry
  registry=$(peer registry server)
}
trust_registry() {
  "$@" sh -c "mkdir -p /etc/docker/certs.d/$registry && cat >/etc/docker/certs.d/$registry/ca.crt" \
    <"$(peer registry authority)"
}
