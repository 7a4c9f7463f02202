#!/usr/bin/env bash
# test: an app belongs to one user of the server, and others are told whose it is
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/laptops.sh"

# user_up NAME: another user of server a with the same key, who may use Docker.
user_up() {
  root_on a useradd --create-home --shell /bin/bash --password '*' --groups docker "$1"
  root_on a sh -c "install -d -m 700 -o $1 -g $1 /home/$1/.ssh &&
    install -m 600 -o $1 -g $1 /home/deployer/.ssh/authorized_keys /home/$1/.ssh/"
}
# logs_in NAME USER: that laptop logs in as this user.
logs_in() {
  sed -i "s/user: .*/user: $2/" "$work/laptops/$1/project/deploy.yml"
}

server_up a --with-docker
user_up carol
chatroom_project a
sha=$(chatroom_commit 'first')
laptop_up ann bob
logs_in ann deployer
logs_in bob carol

note 'two users set the same app up at once: one of them gets it'
hold_builds ann bob
start ann setup
start bob setup
held_together ann bob
expect_equal 'how they ended' '0 2' "$(codes ann bob)"
owner=deployer theirs=ann other=bob
[ "$(code_of ann)" = 0 ] || { owner=carol && theirs=bob && other=ann; }
laptop_said $other "belongs to the user \`$owner\`"
laptop_said $other "ssh: user: $owner"
chatroom_serves a "$sha"

note 'whatever the other one tries, nothing happens'
for words in '' 'rollback' 'app stop' 'lock acquire -m mine' 'releases' 'remove --yes'; do
  # shellcheck disable=SC2086  # words
  laptop $other $words || true
  expect_equal "exit code of deploy $words" 2 "$(code_of $other)"
  laptop_said $other "belongs to the user \`$owner\`"
done
chatroom_serves a "$sha"
laptop $theirs lock status || fail 'lock status'
laptop_said $theirs 'nobody holds the lock'

note 'removed by its owner, it is free for the other'
laptop $theirs remove --yes || fail "remove: $(cat "$work/laptops/$theirs/err")"
laptop $other setup || fail "setup: $(cat "$work/laptops/$other/err")"
chatroom_serves a "$sha"
laptop $theirs || true
expect_equal 'exit code of the owner of before' 2 "$(code_of $theirs)"
