#!/usr/bin/env bash
# test: every command does what its help says, with --json and --dry-run, too
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

answer() { jq -c 'select(.type == "answer").data' "$work/out"; }
# everything on the server that a command could change
state() {
  root_on a sh -c 'docker ps --all --no-trunc --format "{{.ID}} {{.Names}} {{.State}}"; docker image ls -q --no-trunc
    find ~deployer/.deploy -type f ! -path "*/run/*" ! -name "lock*" -exec sha256sum {} +' | sort
}

server_up a --with-docker

note 'before the first release'
chatroom_project a "aliases:
  names: exec --reuse /chatroom version"
first=$(chatroom_commit 'first')
for words in releases status audit 'lock status' 'db status'; do
  # shellcheck disable=SC2086
  deploy $words
  [ "$status" -lt 3 ] || [ "$words" = 'db status' ] || fail "deploy $words: exit $status"
  refute_err 'internal error'
done
deploy_fails 3 logs
deploy_fails 2 app stop
expect_err 'deploy setup'

note '--dry-run of the first release prints a script and leaves the server as it was'
before=$(state)
deploy_ok setup --dry-run
expect_out 'docker run'
expect_equal 'the server' "$before" "$(state)"
deploy_ok setup

note 'status, releases, audit'
deploy_ok status
expect_out 'running'
deploy_ok status --json
expect_equal 'status' true "$(answer | jq .roles.web.running)"
deploy_ok releases
expect_out 'serves'
deploy_ok audit
expect_out "${first:0:7}"
deploy_ok audit -n 1 --json

note 'logs'
for _ in 1 2 3; do curl -fsS -o /dev/null "$(server_url a)/up"; done
deploy_ok logs
[ -s "$work/out" ] || fail 'no log'
deploy_ok logs -n 1
expect_equal 'lines' 1 "$(wc -l <"$work/out")"
deploy_ok logs --since 10m
line=$(head -n 1 "$work/out")
deploy_ok logs --grep "$(cut -c 1-20 <<<"$line" | sed 's/[][\.*^$]/\\&/g')"
expect_out "$line"
deploy_ok logs --json
expect_equal 'types of objects' step_output "$(jq -r .type "$work/out" | grep -v fact | sort -u | grep output)"
deploy_fails 3 logs --failed
expect_err 'no release has failed'
deploy_fails 2 logs --role wbe
expect_err 'did you mean'
(cd "$project" && exec "${tool[@]}" logs -f) >"$work/follow" 2>&1 </dev/null &
follower=$!
eventually [ -s "$work/follow" ] || fail 'logs -f shows nothing'
kill -INT "$follower"
code=0
wait "$follower" || code=$?
expect_equal 'exit code of logs -f after Ctrl-C' 130 "$code"

note 'exec: words as they are, exit codes, a terminal'
deploy_ok exec version
deploy_ok exec --reuse /chatroom version
deploy_ok names
deploy exec nonsense
[ "$status" != 0 ] || fail 'the exit code of the command is lost'
deploy exec --reuse /missing
[ "$status" = 126 ] || [ "$status" = 127 ] || fail "a missing program: exit $status"
terminal=$(cd "$project" && env -u SSH_AUTH_SOCK HOME="$work/home" \
  script -qec "'$DEPLOY' exec -i --reuse /chatroom version" /dev/null </dev/null)
[ -n "$terminal" ] || fail 'nothing on the terminal'

note 'another container with such a name is not taken for the app'
root_on a docker run -d --name chatroom-web-exec-1 --entrypoint sleep basecamp/kamal-proxy:v0.9.2 300 >/dev/null
deploy_ok exec --reuse /chatroom version # which the other one does not have
deploy_ok logs -n 1
[ -s "$work/out" ] || fail 'the log of another container'
root_on a docker rm -f chatroom-web-exec-1 >/dev/null
deploy_ok exec version
said=$(cat "$work/out")
deploy_ok exec --detach version
detached=$(tail -n 1 "$work/out")
sleep 1
deploy_ok logs --container-id "$detached"
expect_out "$said"
root_on a docker rm "$detached" >/dev/null
deploy_ok exec --version "$first" version
expect_out "$said"
deploy_fails 3 exec --version "$first-no" --reuse /chatroom version

note 'app stop, start, restart, boot'
deploy_ok app stop --dry-run
chatroom_serves a "$first"
deploy_ok app stop
expect_equal 'the status of a stopped app' 404 \
  "$(curl -sS --max-time 5 -o /dev/null -w '%{http_code}' "$(server_url a)/up")"
deploy_ok status
expect_out 'stopped'
deploy_ok app start
chatroom_serves a "$first"
deploy_ok app restart
chatroom_serves a "$first"
chatroom_config a 'env:
  clear:
    EDITION: second'
deploy_ok app boot
chatroom_serves a "$first"
expect_equal 'a variable of the new configuration' 1 \
  "$(root_on a docker container inspect "chatroom-web-$first" | grep -c 'EDITION=second')"

note '--dry-run of a release, and a release of what is there already'
second=$(chatroom_commit 'second')
before=$(state)
deploy_ok --dry-run
expect_out "$second"
deploy_ok plan
expect_out "$second"
expect_equal 'the server' "$before" "$(state)"
deploy_ok redeploy --json
chatroom_serves a "$second"
deploy_ok rollback --dry-run
expect_out "$first"
chatroom_serves a "$second"
deploy_ok redeploy --json
jq -es 'length > 3 and (last | .type == "answer")' "$work/out" >/dev/null || fail 'no clean JSON lines'

note 'a private key in deploy.yml itself, by ERB: it opens the server and is not shown'
cp "$project/deploy.yml" "$work/deploy.yml"
sed -i "s|^  keys: \[\(.*\)\]|  key_data: [<%= File.read('\1').dump %>]|" "$project/deploy.yml"
deploy_ok server exec true
expect_err 'a private key stands in the file itself'
deploy_ok config
! grep -qF "$(sed -n 2p "$(server a key)")" "$work/out" "$work/err" || fail 'the key is shown'
mv "$work/deploy.yml" "$project/deploy.yml"

note 'the rest'
deploy_ok config --json
expect_equal 'config' chatroom "$(answer | jq -r .service)"
deploy_ok docs proxy
deploy_ok completion bash
deploy_ok version
deploy_fails 2 statsu
expect_err "status"

note 'remove: the app is gone, its data stays, and setup brings it back with it'
curl -fsS -d author=ann -d body=stays "$(server_url a)/messages" >/dev/null
deploy_fails 2 remove
deploy_ok remove --dry-run --yes
chatroom_serves a "$second"
deploy_ok remove --yes
expect_equal 'containers' '' "$(root_on a docker ps --all --quiet)"
root_on a docker volume inspect chatroom_storage >/dev/null || fail 'the volume is gone'
deploy_ok setup
chatroom_serves a "$second"
expect_http "$(server_url a)/messages" 'stays'
