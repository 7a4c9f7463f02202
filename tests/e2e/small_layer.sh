#!/usr/bin/env bash
# test: a change of one small layer ships only that layer
# releases: 12 14
# also: 13
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# release [VERB]: one that is well; sets $sent (bytes) and $layers (what the step of the image noted).
release() {
  deploy_ok "$@" --json
  sent=$(jq 'select(.type == "answer").data.bytes_sent' "$work/out")
  layers=$(jq -r 'select(.type == "step_ended" and .step == "send-image").note' "$work/out" | tail -n 1)
  note "$sent bytes: $layers"
}
# sent_between LEAST MOST
sent_between() { { [ "$sent" -ge "$1" ] && [ "$sent" -le "$2" ]; } || fail "$sent bytes sent, wanted $1 to $2"; }
expect_layers() { [[ $layers == *", $1 layers" ]] || fail "wanted $1 layers, got \`$layers\`"; }
# served PATH: the file as the container that serves now has it.
served() { root_on a docker cp "chatroom-web-$version:$1" - | tar -xO; }

server_up a --with-docker
chatroom_project a
# 24 MB that no compression makes smaller, below the page: the engine packs them once, beside the first release.
head -c 24000000 /dev/urandom >"$project/large"
printf '%s\n' 'FROM liteship-test/chatroom' 'COPY large /large' 'COPY public /public' >"$project/Dockerfile"
version=$(chatroom_commit 'one')
all=$(docker image inspect liteship-test/chatroom | jq '.[0].RootFS.Layers | length + 2')

note 'the first release sends all'
release setup
sent_between 24000000 100000000
expect_layers "$all of $all"
chatroom_serves a "$version"

note 'another page: that layer alone, 10 KB with the lists around it'
version=$(chatroom_commit 'two')
release
sent_between 1 10000
expect_layers "1 of $all"
chatroom_serves a "$version"
expect_http "$(server_url a)/" 'two'
[ "$(served /large | sha256sum)" = "$(sha256sum <"$project/large")" ] || fail 'the large layer differs'

note 'nothing but the version: no layer'
version=$(git_commit 'the same again')
release
sent_between 1 10000
expect_layers "0 of $all"
chatroom_serves a "$version"

note 'back to an earlier page: the server may have it, but never sends it all'
version=$(chatroom_commit 'one')
release
sent_between 1 10000
expect_http "$(server_url a)/" 'one'

note 'a layer in the middle: it and what stands on it'
head -c 1000000 /dev/urandom >"$project/large"
version=$(git_commit 'less in the middle')
release
sent_between 1000000 1010000
expect_layers "2 of $all"
chatroom_serves a "$version"
expect_http "$(server_url a)/" 'one'
[ "$(served /large | sha256sum)" = "$(sha256sum <"$project/large")" ] || fail 'the new layer differs'

note 'the image on the server is whole: it can be written out and starts'
root_on a docker image inspect "chatroom:$version" | jq -e --argjson all "$all" \
  '.[0].RootFS.Layers | length == $all' >/dev/null || fail 'layers are missing'
root_on a docker save "chatroom:$version" | wc -c | { read -r size && [ "$size" -gt 1000000 ]; } ||
  fail 'the image cannot be saved'
expect_equal 'version of a new container' "$version" \
  "$(root_on a docker run --rm --env APP_VERSION="$version" "chatroom:$version" version)"
