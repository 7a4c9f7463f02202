# Traffic goes to the new container once it is healthy; its death ends the wait at once.

hand_over() { # hand_over CONTAINER SERVICE PORT DEPLOY_FLAGS…
  name=$1 id=$(container_id "$1") service=$2 port=$3
  shift 3
  since=$(date +%s.%N)
  begin_report "$since"
  printf '%s\n' "$id $since $(milliseconds_of --health-check-timeout "$@")" >"$run/asked.$name"
  first_to_end "$service" "$id:$port" "$@"
  if [ "$outcome" = unhealthy ] && [ -e "$run/room.$service" ] && ! room_stands "$service"; then
    note=$proxy_had_restarted
    wait_proxy
    fill_room "$service" "$name" "$port" "$@"
    first_to_end "$service" "$id:$port" "$@"
  fi
  [ "$outcome" = died ] || rm -f "$run/asked.$name"
  case $outcome in
    healthy) printf '%s\n' "$id" >"$run/serving" ;;
    died) explain_death "$id" ;;
    *) explain_health "$id" "$since" ;;
  esac
}

first_to_end() { # first_to_end SERVICE ID:PORT DEPLOY_FLAGS…: sets outcome: healthy, unhealthy or died
  rm -f "$run/first"
  mkfifo "$run/first"
  exec 7<>"$run/first"
  watch_death "${2%:*}" &
  watcher=$!
  ask_proxy "$@" &
  asker=$!
  read -r outcome <&7
  kill "$watcher" "$asker" 2>/dev/null || :
  wait
  exec 7>&-
}

watch_death() { # in the background: says `died` on 7 when the container stops
  trap 'kill "$child" 2>/dev/null; exit 0' TERM
  trap - EXIT
  $docker wait "$1" >/dev/null 2>&1 3>&- 7>&- 8>&- 9>&- &
  child=$!
  if wait "$child"; then echo died >&7; fi
}

ask_proxy() { # in the background: says `healthy` on 7 when the proxy, or its waiting room, has swapped and drained
  trap 'kill "$child" 2>/dev/null; exit 0' TERM
  trap - EXIT
  deploy_target "$@" 2>"$run/proxy.err" 3>&- 7>&- 8>&- 9>&- &
  child=$!
  if wait "$child"; then echo healthy >&7; else echo unhealthy >&7; fi
}

deploy_target() { # deploy_target SERVICE TARGET DEPLOY_FLAGS…: ends as `docker exec`, to be killed as one
  last=exec
  if [ -e "$run/room.$1" ]; then room_to "$@"; fi
  route_to "$@"
}

failed_checks() { # failed_checks ID SINCE: what the proxy wrote of each
  $docker logs --since "$2" kamal-proxy 2>&1 | grep '"Healthcheck failed"' | grep -F "$1"
}

milliseconds_of() { # milliseconds_of FLAG WORDS…: N of the word FLAG=Nms
  flag=$1
  shift
  for word; do
    case $word in "$flag="*ms) word=${word#*=} && echo "${word%ms}" ;; esac
  done
}

# The proxy goes on asking for the health of a container that is gone, and whoever gets that address
# next may answer: then the traffic goes to a name that nobody has. It asks one question after the
# other, so no answer can be on its way any more once one has not found the name.
forget_target() { # forget_target NAME: after it was stopped, before another container starts
  [ -s "$run/asked.$1" ] || return 0
  read -r id since timeout <"$run/asked.$1"
  # It may never have asked: a container can die first. By the clock, as a long log is slow to read;
  # counted as well, as a clock may be set back.
  tries=$((timeout / 100 + 10)) deadline=$(($(date +%s) + timeout / 1000 + 2))
  until failed_checks "$id" "$since" | grep -q 'no such host'; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ] || [ "$(date +%s)" -ge "$deadline" ]; then break; fi
    sleep 0.1
  done
  rm -f "$run/asked.$1"
}

explain_health() { # explain_health ID SINCE: what the proxy said and the health check got
  say <"$run/proxy.err"
  failed_checks "$1" "$2" | tail -n 1 |
    sed -n 's/.*"error":"\(.*\)"}$/last health check: \1/p' | sed 's/\\"/"/g' | say
  $docker logs --tail 20 "$1" 2>&1 | say
  give_up unhealthy
}

begin_report() { # begin_report [TIME]: the report begins where something first happens to traffic
  [ -s "$run/since" ] || printf '%s\n' "${1:-$(date +%s.%N)}" >"$run/since"
}

report_cutover() { # report_cutover SERVICE: what real traffic saw, from the proxy's access log
  emit "fact cutover $($docker logs --since "$(cat "$run/since")" kamal-proxy 2>/dev/null | awk -v service="\"service\":\"$1\"" '
    index($0, "\"msg\":\"Request\"") && index($0, service) {
      requests++
      if (match($0, /"status":[0-9]+/) && substr($0, RSTART + 9, RLENGTH - 9) + 0 >= 500) failed++
      ms = match($0, /"duration":[0-9]+/) ? substr($0, RSTART + 11, RLENGTH - 11) / 1000000 : 0
      if (ms > slowest) slowest = ms
    }
    END { printf "{\"requests\":%d,\"failed\":%d,\"slowest_ms\":%.0f}", requests, failed, slowest }')"
}

past_return() { # from here on the phase only goes forward: the new version serves
  trap '' TERM INT HUP
  : >"$run/committed"
}
