#!/usr/bin/env bash
# test: two apps on one server are set up, released and removed at the same time
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/laptops.sh"

# app_up NAME: an app of this name with a host name, volume and replica of its own.
app_up() {
  laptop_up "$1"
  sed -i "s/chatroom_storage/$1_storage/; s/^service: .*/service: $1/; s/^image: .*/image: $1/
    s/^  app_port:.*/&\n  host: $1.example.com/" "$work/laptops/$1/project/deploy.yml"
  laptop_commit "$1" "this is $1"
}
# says NAME TEXT: the page that its host name gets.
says() {
  eventually answers "$2" -H "Host: $1.example.com" "$(server_url a)/" ||
    fail "$1 does not say \`$2\` but \`${body:0:200}\`"
}
both_ended() { only_codes "$1" red blue; }
# of NAME: containers, route, ledger, volume, as one text that changes when anything is touched.
of() {
  root_on a docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' --filter "name=^$1-" | sort
  root_on a docker volume ls --quiet --filter "name=$1" | sort
  root_on a docker exec kamal-proxy kamal-proxy list | grep -F "$1-web"
  on a cat ".deploy/$1/releases.jsonl"
}

server_up a
chatroom_project a '  replica:
    url: file:///var/backups/chat'
app_up red >/dev/null
app_up blue >/dev/null

note 'the first setup of both, on a server without Docker'
start red setup
start blue setup
together
both_ended 0
says red 'this is red'
says blue 'this is blue'
expect_equal 'networks' 1 "$(root_on a docker network ls --quiet --filter 'name=^kamal$' | wc -l)"
expect_equal 'proxies' 1 "$(root_on a docker ps --quiet --filter 'name=^kamal-proxy$' | wc -l)"
expect_equal 'replicators' 2 "$(root_on a docker ps --quiet --filter 'name=litestream' | wc -l)"

note 'both are released at the same time'
for round in 1 2; do
  for name in red blue; do laptop_commit $name "$name $round" >/dev/null; done
  start red
  start blue
  together
  both_ended 0
  says red "red $round"
  says blue "blue $round"
done
for name in red blue; do
  expect_equal "releases of $name" 3 "$(on a cat ".deploy/$name/releases.jsonl" | grep -c '"released"')"
done

note 'one goes back, the other forward; a lock is for one app'
laptop blue lock acquire -m 'not now' || fail 'lock acquire'
start red rollback
start blue
together
expect_equal 'exit codes' '0 75' "$(code_of red) $(code_of blue)"
laptop blue lock release || fail 'lock release'
says red 'red 1'
says blue 'blue 2'

note 'one is removed while the other is released: the other is not touched'
laptop_commit blue 'blue alone' >/dev/null
start red remove --yes
start blue
together
both_ended 0
says blue 'blue alone'
before=$(of blue)
laptop red remove --yes || fail "remove again: $(cat "$work/laptops/red/err")"
expect_equal 'what is blue' "$before" "$(of blue)"
expect_equal 'containers of red' '' "$(root_on a docker ps --all --quiet --filter 'name=^red-')"
expect_equal 'the data of red' red_storage "$(root_on a docker volume ls --quiet --filter 'name=red')"

note 'it comes back with its data beside the other one'
laptop red setup || fail "setup: $(cat "$work/laptops/red/err")"
says red 'red 2'
says blue 'blue alone'

note 'both are removed: the server is empty but for the data'
start red remove --yes
start blue remove --yes
together
both_ended 0
expect_equal 'containers' '' "$(root_on a docker ps --all --format '{{.Names}}')"
expect_equal 'volumes' 'blue_storage kamal-proxy-config red_storage' \
  "$(root_on a docker volume ls --quiet | sort | xargs)"
