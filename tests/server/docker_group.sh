# shellcheck shell=bash
# An ordinary user with sudo on whose machine Docker was just installed may not use it before the
# next login. Puts the user into group `docker` and starts the script again with that group.
# Sourced, after Docker was installed: . docker_group.sh COMMAND ARG… (the script itself).

if [ "$(id -u)" != 0 ] && [ -S /var/run/docker.sock ] && [ ! -w /var/run/docker.sock ] &&
  [ -z "${LITESHIP_IN_GROUP:-}" ] && sudo -n true 2>/dev/null; then
  sudo usermod --append --groups docker "$(id -un)"
  LITESHIP_IN_GROUP=1 exec sg docker -c "$(printf '%q ' "$@")"
fi
