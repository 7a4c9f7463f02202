#!/usr/bin/env bash
# test: proxy, prune, server, build, app lists, hooks in Kamal's order, a server of Kamal 1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

server_up a
chatroom_project a
mkdir -p "$project/.kamal/hooks"
for hook in docker-setup pre-connect pre-build pre-deploy post-deploy pre-app-boot post-app-boot \
  pre-proxy-reboot post-proxy-reboot; do
  printf '#!/bin/sh\nprintf "%%s " "%s" >>"%s"\n' "$hook" "$work/hooks" >"$project/.kamal/hooks/$hook"
  chmod +x "$project/.kamal/hooks/$hook"
done
hooks() { # hooks NAMES…: these have run since the last look, in this order
  expect_equal 'the hooks' "$* " "$(cat "$work/hooks" 2>/dev/null || true)"
  rm -f "$work/hooks"
}
first=$(chatroom_commit first)

note 'server bootstrap and exec'
deploy_ok server bootstrap
expect_out 'Docker is installed'
hooks pre-connect docker-setup
deploy_ok server bootstrap
expect_out 'Docker runs already'
hooks pre-connect docker-setup
deploy_ok server exec 'echo one; echo two | tr a-z A-Z'
expect_equal 'a line for the shell' 'one TWO' "$(tr '\n' ' ' <"$work/out" | sed 's/ $//')"
# shellcheck disable=SC2016 # words as they are
deploy_ok server exec printf "%s\n" "a b" '$HOME'
expect_out 'a b'
# shellcheck disable=SC2016
expect_out '$HOME'
deploy_fails 5 server exec 'exit 5'
hooks pre-connect pre-connect pre-connect
deploy_ok status --skip-hooks

note 'hooks of setup and of a release'
deploy_ok setup
hooks pre-connect docker-setup pre-build pre-deploy pre-app-boot post-app-boot post-deploy
second=$(chatroom_commit second)
deploy_ok
hooks pre-connect pre-build pre-deploy pre-app-boot post-app-boot post-deploy
deploy_ok deploy --skip-hooks --version "$first"
! [ -e "$work/hooks" ] || fail 'hooks ran with --skip-hooks'
deploy_ok rollback
rm -f "$work/hooks"

note 'lists'
deploy_ok app version
expect_out "$second"
deploy_ok app containers
expect_out "chatroom-web-$first"
deploy_ok app details
refute_out "chatroom-web-$first"
deploy_ok app images
expect_out "$first"
deploy_ok app stale_containers --json
expect_equal 'stale containers' '[]' "$(jq -c 'select(.type == "answer").data' "$work/out")"
on a docker start "chatroom-web-$first" >/dev/null
deploy_ok app stale_containers
expect_out "chatroom-web-$first"
deploy_ok app stale_containers --stop
chatroom_serves a "$second"

note 'build: the image without the release'
rm -f "$work/hooks"
third=$(chatroom_commit third)
deploy_ok build deliver
hooks pre-connect pre-build
on a docker image inspect "chatroom:$third" >/dev/null || fail 'the image is not there'
chatroom_serves a "$second"
rm -f "$work/hooks"
deploy_ok deploy --skip-push
hooks pre-connect pre-deploy pre-app-boot post-app-boot post-deploy
chatroom_serves a "$third"
deploy_ok app boot
hooks pre-connect pre-app-boot post-app-boot
deploy_ok app boot --version "$first"
chatroom_serves a "$first"
deploy_ok app boot --version "$third"
chatroom_serves a "$third"
touch "$project/untracked"
deploy_ok build dev
expect_err 'files that git does not know are in the image: untracked'
rm "$project/untracked"
docker image inspect "chatroom:$third-dirty" >/dev/null || fail 'no image here'
docker image rm "chatroom:$third-dirty" >/dev/null
deploy_ok build push --output docker --version by-hand
docker image inspect chatroom:by-hand >/dev/null || fail 'no image here'
! on a docker image inspect chatroom:by-hand >/dev/null 2>&1 || fail 'it was sent'
docker image rm chatroom:by-hand >/dev/null
deploy_fails 2 build pull
deploy_ok build details
deploy_ok registry login
expect_out 'nothing to do'

note 'prune: what is beyond the number to keep'
deploy_ok prune containers --retain 1
deploy_ok app containers --json
expect_equal 'containers' 2 "$(jq 'select(.type == "answer").data | length' "$work/out")"
deploy_ok prune all
! on a docker image inspect "chatroom:$second" >/dev/null 2>&1 || fail 'the old image is still there'
chatroom_serves a "$third"

note 'proxy: reboot keeps routes'
rm -f "$work/hooks"
deploy_ok proxy boot
expect_out 'runs already'
before=$(root_on a docker inspect -f '{{.Id}}' kamal-proxy)
rm -f "$work/hooks"
deploy_fails 2 proxy reboot
deploy_ok proxy reboot --yes
hooks pre-connect pre-proxy-reboot post-proxy-reboot
[ "$before" != "$(root_on a docker inspect -f '{{.Id}}' kamal-proxy)" ] || fail 'the same container'
chatroom_serves a "$third"
deploy_ok proxy details
expect_out chatroom-web
deploy_ok proxy logs --grep /version -n 50
expect_out /version
deploy_ok proxy stop
deploy_ok proxy start
chatroom_serves a "$third"
deploy_fails 2 proxy remove --yes
expect_err 'in use'

note 'boot_config: files of Kamal count where deploy.yml does not say how the proxy is run'
deploy_ok proxy boot_config set --http-port 8080 --docker-options label=by=hand
expect_equal 'the file' '--publish 8080:80 --publish 443:443 --log-opt max-size=10m --label=by=hand' \
  "$(on a cat .kamal/proxy/options)"
deploy_ok proxy reboot --yes
expect_equal 'port and label' '8080 hand' "$(root_on a docker inspect -f \
  '{{(index (index .HostConfig.PortBindings "80/tcp") 0).HostPort}} {{.Config.Labels.by}}' kamal-proxy)"
deploy_ok proxy boot_config reset
deploy_ok proxy reboot --yes
chatroom_serves a "$third"

note 'a proxy removed with its routes: the next release makes them anew'
deploy_ok proxy remove --force --yes
root_on a docker volume rm kamal-proxy-config >/dev/null
deploy_ok deploy --version "$third" # the same version: nothing is built
chatroom_serves a "$third"

note 'Kamal'\''s parts of removals take nothing that runs'
deploy_fails 2 app remove_container "$third"
deploy_fails 2 app remove_app_directories
deploy_fails 2 proxy remove_container
deploy_fails 2 proxy remove_proxy_directory
deploy_ok app remove_containers
deploy_ok app remove_images
chatroom_serves a "$third"

note 'app remove: the rest stays'
deploy_ok app remove --yes
expect_equal 'containers' kamal-proxy "$(root_on a docker ps --all --format '{{.Names}}')"
deploy_ok app remove_app_directories
deploy_ok proxy remove --yes
deploy_ok proxy remove_proxy_directory
! on a test -e .kamal/proxy || fail 'the directory of the proxy is still there'
expect_equal 'containers' '' "$(root_on a docker ps --all --quiet)"

# kamal_1: the server as Kamal 1 leaves it: Traefik, which is the app itself here, and the app outside
# of the network `kamal`.
kamal_1() {
  local as_app=(--label service=chatroom --label role=web --label destination=)
  on a docker run -d --name traefik --label org.opencontainers.image.title=Traefik -p 80:3000 -e AUTO_MIGRATE=1 \
    liteship-test/chatroom
  on a docker run -d --name "chatroom-web-$third" "${as_app[@]}" -v chatroom_storage:/storage \
    "chatroom:$third"
} >/dev/null
note 'upgrade: kamal-proxy in the place of Kamal 1'\''s Traefik, and back when the app does not come up'
docker save liteship-test/chatroom | root_on a docker load >/dev/null
deploy_ok build deliver
kamal_1
deploy_fails 2 setup
expect_err 'deploy upgrade'
chatroom_config a 'deploy_timeout: 3'
sed -i 's|^    path: /up|    path: /missing|' "$project/deploy.yml"
deploy_fails 4 upgrade --yes
expect_equal 'containers' "chatroom-web-$third traefik" \
  "$(root_on a docker ps --format '{{.Names}}' | sort | xargs)"
expect_http "$(server_url a)/up" ''
chatroom_config a
deploy_fails 2 upgrade
rm -f "$work/hooks"
deploy_ok upgrade --yes
hooks pre-connect pre-proxy-reboot pre-app-boot post-app-boot post-proxy-reboot
chatroom_serves a "$third"
expect_equal 'containers' "chatroom-web-$third kamal-proxy" \
  "$(root_on a docker ps --format '{{.Names}}' | sort | xargs)"
deploy_ok upgrade --yes
expect_out 'nothing to do'
deploy_ok remove --yes

deploy_ok setup
chatroom_serves a "$third"
