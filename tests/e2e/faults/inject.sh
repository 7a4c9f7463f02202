# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # worker.sh sets and reads what is shared
# What goes wrong while a phase stands at a gate. Each opens the gate itself, where anybody is left
# behind it. `down_begin`: from here on requests have to fail, because what answers them is stopped.

faults=(kill cut vanish vanish-up vanish-down interrupt interrupt-twice
  sh sh-all docker engine-down proxy reboot power disk replica)

now() { date +%s.%N; }
down_begin() { down_from=$(now); }

signal() { kill "-$1" "$victim" 2>/dev/null || true; }

inject_kill() { signal KILL; sleep 0.1; gate_open; }

inject_cut() { relay cut; sleep 0.1; gate_open; }
inject_vanish() { relay vanish; gate_open; }
inject_vanish_up() { relay vanish-up; gate_open; }
inject_vanish_down() { relay vanish-down; gate_open; }

inject_interrupt() { signal INT; sleep 0.3; gate_open; }
inject_interrupt_twice() {
  signal INT
  sleep 0.3
  signal INT
  sleep 0.1
  gate_open
}

# The shell that runs the steps, or all of its session.
inject_sh() { root_on a sh -c 'kill -KILL "$(cat /run/faults/shell)"; touch /run/faults/go'; }
inject_sh_all() {
  root_on a sh -c '/usr/local/lib/faults/kill_session "$(cat /run/faults/shell)"; touch /run/faults/go'
}

inject_docker() { down_begin; root_on a /usr/local/lib/faults/engine restart; gate_open; }
inject_engine_down() {
  down_begin
  root_on a sh -c '/usr/local/lib/faults/engine stop; touch /run/faults/go; sleep 2; /usr/local/lib/faults/engine start'
}
inject_proxy() { down_begin; root_on a docker restart kamal-proxy >/dev/null 2>&1 || true; gate_open; }

inject_reboot() { down_begin; server_reboot a; gates_up; }
inject_power() { down_begin; server_power_cut a; gates_up; }

inject_disk() { root_on a /usr/local/lib/faults/disk fill; gate_open; }
inject_replica() { peer_pause sftp; gate_open; }

# settle FAULT: what was broken works again; the lock and the release have had their time before
# that. Says whether the app serves without anybody's doing.
settle() {
  lock_comes_free
  case $1 in
    vanish*) relay pass ;;
    disk) root_on a /usr/local/lib/faults/disk empty ;;
    replica) peer_resume sftp ;;
  esac
  by_itself=
  if serves_something; then
    by_itself='served by itself'
    [ -z "$down_from" ] || down_to=$(now)
  fi
}

# lock_comes_free: nobody holds it, at the latest after 120 s: twelve intervals of 2 s are what the
# server waits for a sign of life, and the step at work may take its time.
lock_comes_free() {
  root_on a /usr/local/lib/faults/free 120 || problem "the lock is held: $(root_on a /usr/local/lib/faults/holders)"
}

# Some version answers within the time that a container needs to start.
serves_something() {
  local deadline=$((SECONDS + 3))
  while [ $SECONDS -lt $deadline ]; do
    ! curl -fsS --max-time 1 "$(server_url a)/version" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  return 1
}
