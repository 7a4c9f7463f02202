# kamal-proxy: one container for every app of the server, in the network `kamal`.

make_network() {
  $docker network inspect kamal >/dev/null 2>&1 || $docker network create kamal >/dev/null
}

start_proxy() { # start_proxy WORDS…: `docker run` with these words, or start the stopped one
  if $docker container inspect kamal-proxy >/dev/null 2>&1; then
    $docker start kamal-proxy >/dev/null
  else
    mkdir -p "$HOME/.kamal/proxy/apps-config"
    chmod 755 "$HOME/.kamal/proxy/apps-config" # the proxy's user must get to its files in it
    $docker run --detach --name kamal-proxy "$@" >/dev/null
  fi
}

# Ours to write, Kamal's too when it takes over, and the proxy's to read: nobody else's.
install_certificate() { # install_certificate FROM APP ROLE: cert.pem and key.pem
  open_apps_config "$2"
  # shellcheck disable=SC2016 # expanded in the container
  tar -C "$1" -cf - cert.pem key.pem | $docker exec --interactive --user 0:0 kamal-proxy sh -c '
    umask 027
    mkdir -p "$1/$2"
    tar -C "$1/$2" -xof -
    chown -R "$3:kamal-proxy" "$1"
    chmod -R u=rwX,g=rX,o= "$1"' sh "/home/kamal-proxy/.apps-config/$2/tls" "$3" "$(id -u)"
  rm -rf "$1"
}

open_apps_config() { # open_apps_config APP: the folder of its files for the proxy
  mkdir -p "$HOME/.kamal/proxy/apps-config/$1"
  chmod 755 "$HOME/.kamal/proxy/apps-config/$1"
}

open_error_pages() { # open_error_pages APP VERSION: what was written may be read by the proxy's user
  open_apps_config "$1"
  chmod 755 "$HOME/.kamal/proxy/apps-config/$1/error_pages"
  chmod -R a+rX "$HOME/.kamal/proxy/apps-config/$1/error_pages/$2"
}

drop_error_pages() { # drop_error_pages APP VERSION: those of every other version
  find "$HOME/.kamal/proxy/apps-config/$1/error_pages" -mindepth 1 -maxdepth 1 ! -name "$2" -exec rm -rf {} +
}

with_pages() { # with_pages FOLDER WORDS…: WORDS, and the pages of this folder when there are any
  pages=$1
  shift
  [ ! -d "$HOME/.kamal/proxy/apps-config/$pages" ] || set -- "$@" "--error-pages=/home/kamal-proxy/.apps-config/$pages"
  "$@"
}

keep_boot_file() { # keep_boot_file NAME TEXT: without text it goes
  mkdir -p .kamal/proxy
  if [ -n "$2" ]; then printf '%s\n' "$2" >".kamal/proxy/$1"; else rm -f ".kamal/proxy/$1"; fi
}

replace_proxy() { # replace_proxy IMAGE WORDS…: a newer version; listeners close for the moment it takes
  if [ "$($docker container inspect --format '{{.Config.Image}}' kamal-proxy)" = "$1" ]; then
    note='another app has done so'
    return 0
  fi
  shift
  $docker stop kamal-proxy >/dev/null
  $docker rm kamal-proxy >/dev/null
  $docker run --detach --name kamal-proxy "$@" >/dev/null
}

reboot_proxy() { # reboot_proxy WORDS…: a new container; routes and certificates are in its volume
  $docker stop kamal-proxy >/dev/null
  $docker rename kamal-proxy kamal-proxy_replaced
  if $docker run --detach --name kamal-proxy "$@" >/dev/null; then
    $docker rm kamal-proxy_replaced >/dev/null
    return 0
  fi
  $docker rm --force kamal-proxy >/dev/null 2>&1 || :
  $docker rename kamal-proxy_replaced kamal-proxy
  $docker start kamal-proxy >/dev/null
  give_up proxy-start
}

wait_proxy() { # its socket answers
  tries=0
  until $docker exec kamal-proxy kamal-proxy list >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 50 ]; then
      $docker logs --tail 20 kamal-proxy 2>&1 | say
      give_up proxy-start
    fi
    sleep 0.1
  done
}

# A restarted proxy reads `paused` back from its state file, but then `resume` panics it (v0.9.2):
# such a service is removed and deployed again, in one exec.
cure_proxy() { # cure_proxy SERVICE DEPLOY_WORDS…
  # shellcheck disable=SC2016 # expanded in the container
  $docker exec kamal-proxy sh -c 'kamal-proxy remove "$1" && exec kamal-proxy deploy "$@"' sh "$@"
}

# route_to SERVICE TARGET DEPLOY_FLAGS…: returns when the proxy has swapped and drained; with last=exec
# as `docker exec` itself, to be killed as one.
route_to() {
  service=$1 target=$2
  shift 2
  ${last:-} $docker exec kamal-proxy kamal-proxy deploy "$service" --target "$target" "$@" >/dev/null
}

proxy_had_restarted='the proxy had restarted: route made anew'

proxy_started() { $docker container inspect --format '{{.State.StartedAt}}' kamal-proxy; }

hand_back() { # hand_back SERVICE CONTAINER PORT DEPLOY_FLAGS…: to the old container, running again
  service=$1 id=$(container_id "$2") port=$3
  shift 3
  route_to "$service" "$id:$port" "$@"
}

take_traffic_back() { # take_traffic_back SERVICE CONTAINER PORT DEPLOY_FLAGS…: unless it has the traffic
  if proxy_state | grep -qF "\"$(container_id "$2"):"; then return 0; fi
  hand_back "$@"
}

proxy_state() { # its state file, on one line
  $docker cp kamal-proxy:/home/kamal-proxy/.config/kamal-proxy/kamal-proxy.state - 2>/dev/null |
    tar -xOf - 2>/dev/null | tr -d '\n'
}

hold_traffic() { # hold_traffic pause|stop SERVICE FLAGS…: by hand, until let_through
  proxy_started >"$run/held.$2"
  $docker exec kamal-proxy kamal-proxy "$@" >/dev/null
}

let_through() { # let_through SERVICE CONTAINER PORT DEPLOY_FLAGS…
  service=$1 container=$2 port=$3
  shift 3
  if [ "$(proxy_started)" = "$(cat "$run/held.$service" 2>/dev/null)" ]; then
    $docker exec kamal-proxy kamal-proxy resume "$service" >/dev/null
  else
    note=$proxy_had_restarted
    cure_proxy "$service" --target "$(container_id "$container"):$port" "$@" >/dev/null
  fi
  rm -f "$run/held.$service"
}

recover_route() { # recover_route SERVICE CONTAINER PORT DEPLOY_FLAGS…: after a release that was cut off
  service=$1 container=$2 port=$3
  shift 3
  $docker start "$container" >/dev/null
  cure_proxy "$service" --target "$(container_id "$container"):$port" "$@" >/dev/null
  [ ! -e "$run/room.$service" ] || remove_room "$service"
}

remove_idle_proxy() { # once no app has a route
  $docker container inspect kamal-proxy >/dev/null 2>&1 || return 0 # another one was faster
  if proxy_state | grep -q '"name"'; then
    note='another app uses it'
  else
    stop_and_remove 10 kamal-proxy
  fi
}

remove_route() { # remove_route SERVICE
  $docker exec kamal-proxy kamal-proxy remove "$1" >/dev/null 2>&1 || note='there was none'
}
