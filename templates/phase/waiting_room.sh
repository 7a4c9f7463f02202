# The waiting room: where requests wait in `hold`. kamal-proxy's own `pause` loses some (v0.9.2), a swap
# does not. So the proxy swaps to a second kamal-proxy, beside it in its container, which was paused
# before the first request came to it. Why, with measurements: docs/adr/0013-waiting-room.md.

longest_hold=600s # stop, migration and boot, and then some: who has waited this long gets 504

fill_room() { # fill_room SERVICE CONTAINER PORT DEPLOY_FLAGS…: from now on requests wait
  service=$1 target="$(container_id "$2"):$3"
  shift 3
  start_room "$service"
  # shellcheck disable=SC2016 # expanded in the container
  room_port=$(of_target in_room "$service" sh -c '
    longest=$1
    shift
    tries=0
    until kamal-proxy list >/dev/null 2>&1; do
      tries=$((tries + 1))
      [ "$tries" -le 100 ] || exit
      sleep 0.02
    done
    kamal-proxy deploy "$@" >/dev/null && kamal-proxy pause "$1" --max-pause "$longest" >/dev/null && cat "$HOME/port"
    ' sh "$longest_hold" "$service@room" --force --target "$target" "$@") || :
  [ -n "$room_port" ] || give_up proxy-start
  begin_report
  # How long an answer may take is for the room to say.
  route_to "$service" "localhost:$room_port" "$@" --target-timeout "$longest_hold"
}

# Any port, and another one each time: a route to a room that fell must not lead into the next one.
start_room() { # start_room SERVICE: its log goes to that of the container
  printf '/tmp/liteship-room-%s\n' "$(date +%s%N)" >"$run/room.$1"
  # shellcheck disable=SC2016 # expanded in the container
  in_room "$1" --detach sh -c '
    mkdir -p "$HOME"
    log=/proc/1/fd/1
    [ -w "$log" ] || log=/dev/null
    for port in $(shuf -i 20000-32000 -n 10); do
      [ ! -e "$HOME/closed" ] || break
      echo "$port" >"$HOME/port"
      kamal-proxy run --http-port "$port" --https-port "$((port + 1))" >"$log" 2>&1 &
      echo $! >"$HOME/pid"
      wait $! || :
    done
    rm -rf "$HOME"'
}

in_room() { # in_room SERVICE [--detach] WORDS…: in the container of the proxy; `kamal-proxy` among them means the room's
  room=$(cat "$run/room.$1")
  [ -n "$room" ] || return 1 # a power cut left the file empty: without a folder it would be the proxy's own
  shift
  case $1 in --detach) detach=$1 && shift ;; *) detach='' ;; esac
  # shellcheck disable=SC2086 # a word or none
  ${last:-} $docker exec $detach --env "HOME=$room" --env "XDG_RUNTIME_DIR=$room" kamal-proxy "$@"
}

# Of a route's flags the room needs only those that say when a target is healthy and how long it may
# take: what people see (hosts, TLS, buffers, pages) is the proxy's own affair.
of_target() { # of_target WORDS… DEPLOY_FLAGS…: runs the words with these flags only
  count=$#
  while [ "$count" -gt 0 ]; do
    case $1 in
      --host=* | --path-prefix=* | --strip-path-prefix* | --tls* | --error-pages=* | --buffer-* | --max-re* | --log-* | --forward-*) ;;
      *) set -- "$@" "$1" ;;
    esac
    shift
    count=$((count - 1))
  done
  "$@"
}

room_to() { # room_to SERVICE TARGET DEPLOY_FLAGS…: where those go who wait
  service=$1 target=$2
  shift 2
  of_target in_room "$service" kamal-proxy deploy "$service@room" --target "$target" "$@" >/dev/null
}

# Those who wait go first; when this returns the proxy sends everybody to the container itself.
empty_room() { # empty_room SERVICE CONTAINER PORT DEPLOY_FLAGS…
  [ -e "$run/room.$1" ] || return 0 # it has been, or never was filled
  in_room "$1" kamal-proxy resume "$1@room" >/dev/null 2>&1 || note=$proxy_had_restarted
  tries=0
  until hand_back "$@"; do # the proxy may be restarting
    tries=$((tries + 1))
    [ "$tries" -lt 3 ] || return 1 # who comes is still served through the room
    sleep 1
  done
  remove_room "$1"
}

# In the undo, to the old container that runs again.
empty_room_to() { # empty_room_to SERVICE CONTAINER PORT DEPLOY_FLAGS…
  [ -e "$run/room.$1" ] || return 0
  (
    service=$1 target="$(container_id "$2"):$3"
    shift 3
    room_to "$service" "$target" "$@"
  ) || : # it fell, or never was filled: nobody waits there
  empty_room "$@"
}

room_stands() { in_room "$1" kamal-proxy list >/dev/null 2>&1; } # room_stands SERVICE: it falls with the proxy

remove_room() { # remove_room SERVICE
  # shellcheck disable=SC2016 # expanded in the container
  in_room "$1" sh -c '
    [ -d "$HOME" ] || exit 0
    : >"$HOME/closed"
    for try in 1 2 3 4 5 6 7 8 9 10; do # it may be about to start; where it fell, its pid is not its own
      if kamal-proxy list >/dev/null 2>&1; then kill "$(cat "$HOME/pid")" && exit; fi
      sleep 0.1
    done
    rm -rf "$HOME"' || :
  rm -f "$run/room.$1"
}
