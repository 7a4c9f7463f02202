#!/usr/bin/env bash
# test: a worker without proxy, assets of old pages through ten releases, error pages
# releases: 13
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

# release TEXT: a page with an asset of its own; sets $version.
number=0
release() {
  number=$((number + 1))
  rm -f "$project"/public/app-*.js
  echo "asset $number" >"$project/public/app-$number.js"
  version=$(chatroom_commit "$1")
  deploy_ok "${@:2}"
  chatroom_serves app "$version"
}
containers() { root_on app docker ps --format '{{.Names}}' --filter label=service=chatroom | sort | xargs; }

server_up app --with-docker
chatroom_project app
sed -i '/^sqlite:/,$d; /^servers:/,/^ssh:/{/^ssh:/!d}' "$project/deploy.yml"
mkdir -p "$project/pages"
echo '<h1>our own page</h1>' >"$project/pages/502.html"
cat >>"$project/deploy.yml" <<END_OF_CONFIG
servers:
  web:
    - $(server app host)
  job:
    hosts: [$(server app host)]
    stop_timeout: 3
    options: {restart: on-failure:2}
env: {AUTO_MIGRATE: 1}
asset_path: /public
error_pages_path: pages
readiness_delay: 2
END_OF_CONFIG

note 'both roles are released, the worker after the web'
release 'page 1' setup
first=$version
expect_equal 'containers' "chatroom-job-$first chatroom-web-$first" "$(containers)"
expect_equal 'restart of the worker' on-failure \
  "$(root_on app docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' "chatroom-job-$first")"
root_on app docker inspect -f '{{.Created}}' "chatroom-web-$first" "chatroom-job-$first" | sort -c ||
  fail 'the worker was made before the web'

note 'ten releases: a page of the first one still finds its asset, and nobody sees an error'
watch_begin app
for round in {2..11}; do
  release "page $round"
  expect_http "$(server_url app)/app-1.js" 'asset 1'
  expect_http "$(server_url app)/app-$number.js" "asset $number"
  expect_http "$(server_url app)/" "page $round"
done
watch_end 200
expect_equal 'containers' "chatroom-job-$version chatroom-web-$version" "$(containers)"

note 'the version before may be asked for the assets of the new one'
before=$(git -C "$project" rev-parse HEAD~1)
on app test -e ".kamal/apps/chatroom/assets/volumes/web-$before/app-$number.js" || fail 'the old volume lacks the new asset'

note 'assets go with the last container of their version'
expect_equal 'volumes' 6 "$(on app ls .kamal/apps/chatroom/assets/volumes | wc -l)"

note 'a rollback has its own assets and those of the version that served'
deploy_ok rollback
chatroom_serves app "$before"
expect_http "$(server_url app)/app-$number.js" "asset $number"
expect_http "$(server_url app)/app-1.js" 'asset 1'

note 'a worker that does not stay up: nothing of the release stays'
cp "$project/deploy.yml" "$work/good.yml"
sed -i 's/^    stop_timeout: 3/&\n    cmd: no-such-command/' "$project/deploy.yml"
chatroom_commit 'broken worker' >/dev/null
deploy_fails 4
expect_err 'chatroom-job-'
chatroom_serves app "$before"
expect_equal 'containers' "chatroom-job-$before chatroom-web-$before" "$(containers)"
cp "$work/good.yml" "$project/deploy.yml"

note 'the app is gone: the proxy shows our page'
root_on app docker stop "chatroom-web-$before" >/dev/null
expect_equal 'the page' '<h1>our own page</h1>' "$(curl -sS "$(server_url app)/")"
deploy_ok app start
chatroom_serves app "$before"
root_on app docker stop "chatroom-web-$before" >/dev/null
expect_equal 'the page after a start' '<h1>our own page</h1>' "$(curl -sS "$(server_url app)/")"
