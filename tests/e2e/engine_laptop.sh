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
