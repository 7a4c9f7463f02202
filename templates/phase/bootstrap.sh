# Docker, from the distribution's packages where it has them.

install_docker() {
  become=''
  [ "$(id -u)" = 0 ] || become='sudo -n'
  if command -v docker >/dev/null; then note='already installed'; return 0; fi
  if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    $become apt-get update -q
    if apt-cache show docker.io >/dev/null 2>&1; then
      packages='docker.io iptables'
      for extra in docker-cli docker-buildx; do
        if apt-cache show "$extra" >/dev/null 2>&1; then packages="$packages $extra"; fi
      done
      # shellcheck disable=SC2086 # a list of packages
      $become apt-get install -q -y --no-install-recommends $packages
      return 0
    fi
  fi
  fetch_docker
}

fetch_docker() { # where the distribution has none
  if command -v curl >/dev/null; then
    curl -fsSL https://get.docker.com >"$run/get-docker.sh" || give_up no-docker
  else
    wget -qO "$run/get-docker.sh" https://get.docker.com || give_up no-docker
  fi
  $become sh "$run/get-docker.sh"
}

start_docker() {
  become=''
  [ "$(id -u)" = 0 ] || become='sudo -n'
  if $become docker info >/dev/null 2>&1; then note='already running'; return 0; fi
  if [ -d /run/systemd/system ]; then
    $become systemctl enable --now docker
  else # no systemd: as the init script would, with nothing of ours left open in it
    $become sh -c 'setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null 3>&- 6>&- 9>&- &'
  fi
  tries=0
  until $become docker info >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ]; then
      $become tail -n 20 /var/log/dockerd.log 2>/dev/null | say
      give_up docker-start
    fi
    sleep 0.2
  done
}

join_docker_group() {
  if [ "$(id -u)" = 0 ]; then note='root needs none'; return 0; fi
  if id -nG "$(id -un)" | tr ' ' '\n' | grep -qx docker; then note='already a member'; return 0; fi
  sudo -n usermod -aG docker "$(id -un)"
}
