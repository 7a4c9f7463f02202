# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # lib.sh sets and reads what is shared
# The server of one worker: gates in its phases, a relay before its sshd, a replica of its own.

faults_server_up() {
  server_up a --with-docker
  "$source_root/tests/server/images.sh" chatroom
  store=sftp
  peer_up sftp sftp
  root_on a mkdir -p /usr/local/lib/faults
  tar -C "$here/server" -c . | root_on a tar -C /usr/local/lib/faults -xf -
  root_on a sh -c 'cd /usr/local/lib/faults && mv sh liteship-gate /usr/local/bin/'
  gates_up
  relay_up
  write_project
}

# /run is new after every boot.
gates_up() { root_on a install -d -m 1777 /run/faults; }

gate_at() { root_on a sh -c 'cd /run/faults && rm -f go reached shell points && echo "$1" >want' sh "$1"; }
gate_reached() { root_on a /usr/local/lib/faults/await "$1"; }
gate_open() { root_on a touch /run/faults/go; }

relay_up() {
  mkfifo "$work/relay.control"
  python3 "$here/relay.py" "$(server a ssh_port)" "$work/relay.port" "$work/relay.control" &
  until [ -s "$work/relay.port" ]; do sleep 0.05; done
  sed "s/^\[127.0.0.1\]:[0-9]*/[127.0.0.1]:$(cat "$work/relay.port")/" \
    "$(server a known_hosts)" >>"$work/home/.ssh/known_hosts"
}
relay() { echo "$1" >"$work/relay.control"; }
