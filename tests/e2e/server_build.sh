#!/usr/bin/env bash
# test: an image built on the server gets the context, its arguments and its target
# releases: 14
# also: 12 13
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# A laptop without Docker: whatever asks for it gets `command not found`.
# Every program of this machine but Docker's client.
no_docker=$work/no-docker
mkdir "$no_docker"
tr : '\n' <<<"$PATH" | while read -r folder; do
  find -H "$folder" -maxdepth 1 ! -type d ! -name docker -exec ln -sf -t "$no_docker" {} + 2>/dev/null || true
done

# config [BUILDER_LINE…]
config() {
  chatroom_config a "builder:
  dockerfile: build/Dockerfile.web
  target: production
  args:
    PAGE: page.html
$(printf '  %s\n' "$@")"
}

# built_there PAGE: the last release was built on the server, and serves this page.
built_there() {
  chatroom_serves a "$version"
  expect_http "$(server_url a)/" "$1"
  grep -qF "build chatroom:$version on the server" "$work/out" "$work/err" || fail 'it was built here'
  ! docker image inspect "chatroom:$version" >/dev/null 2>&1 || fail 'it was built on this machine'
}

# The server cannot pull here: it gets what the Dockerfile is FROM as a registry would give it.
server_up a --with-docker
chatroom_project a
docker save liteship-test/chatroom | root_on a docker load >/dev/null

mkdir -p "$project/build" "$project/notes"
rm "$project/Dockerfile"
cat >"$project/build/Dockerfile.web" <<'END_OF_DOCKERFILE'
FROM liteship-test/chatroom AS production
ARG PAGE
COPY . /context
COPY ${PAGE} /public/index.html
FROM production AS debug
COPY debug.html /public/index.html
END_OF_DOCKERFILE
printf '%s\n' '# not for the image' build '*.log' '**/*.tmp' notes '!notes/kept.md' >"$project/.dockerignore"
touch "$project"/{a.log,notes/a.md,notes/kept.md,public/a.tmp}
echo 'committed' >"$project/page.html"
echo 'debugging' >"$project/debug.html"

note 'by deploy.yml: remote: server'
config 'remote: server'
version=$(git_commit 'built there')
echo 'not committed' >"$project/page.html"
touch "$project/untracked"
deploy_ok setup --json
expect_equal 'the context counts as sent' true \
  "$(jq 'select(.type == "answer").data.bytes_sent > 0' "$work/out")"
built_there 'committed'
expect_equal 'the files of the context' \
  '.dockerignore debug.html deploy.yml notes/kept.md page.html public/index.html' \
  "$(root_on a docker cp "chatroom-web-$version:/context" - | tar -t | sed '/\/$/d; s|^context/||' | sort | xargs)"

note 'again, with the working tree'
config 'remote: server'
deploy_ok --dirty
expect_http "$(server_url a)/" 'not committed'

note 'by a machine without Docker'
config
echo 'without Docker' >"$project/page.html"
version=$(git_commit 'no Docker here')
with_docker=("${tool[@]}")
tool=(env PATH="$no_docker" "${tool[@]}")
deploy_ok
tool=("${with_docker[@]}")
built_there 'without Docker'

note 'by --build server, and it fails: reason, exit 4, the old version serves'
echo 'COPY missing /missing' >>"$project/build/Dockerfile.web"
sed -i '/debug/d' "$project/build/Dockerfile.web"
good=$version
version=$(git_commit 'no image')
deploy_fails 4 --build server
expect_err 'missing'
expect_err 'the image cannot be built on the server'
chatroom_serves a "$good"

note 'built here again: only the new layers travel to an image that was built there'
printf '%s\n' 'FROM liteship-test/chatroom AS production' 'COPY page.html /public/index.html' \
  >"$project/build/Dockerfile.web"
echo 'built here' >"$project/page.html"
version=$(git_commit 'built here')
deploy_ok
chatroom_serves a "$version"
expect_http "$(server_url a)/" 'built here'
docker image inspect "chatroom:$version" >/dev/null || fail 'it was not built on this machine'
