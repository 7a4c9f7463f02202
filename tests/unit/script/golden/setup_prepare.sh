umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_prepare() (
phase=prepare
detached=no
dir=.deploy/chat
# … templates/phase …
undo_steps() {
:
}
trap finish EXIT
trap 'reason=interrupted; exit 130' TERM INT HUP
emit "phase $phase"
[ -d "$run" ] || mkdir -p "$run"
[ -d .deploy/chat/litestream ] || mkdir -p .deploy/chat/litestream
cat >.deploy/chat/litestream/litestream.yml.new <<'LITESHIP_END'
# Made by deploy from `sqlite:` of deploy.yml; changes here are lost.
socket: {enabled: true, path: /run/deploy/litestream.sock, permissions: 0600}
logging: {level: info, type: json}
snapshot: {interval: 24h, retention: 168h}
shutdown-sync-timeout: 30s
dbs:
  - path: "/storage/app.sqlite3"
    replica:
      url: "s3://bucket/chat/app.sqlite3"
LITESHIP_END
chmod 644 .deploy/chat/litestream/litestream.yml.new
mv .deploy/chat/litestream/litestream.yml.new .deploy/chat/litestream/litestream.yml
[ -d .deploy/chat/litestream ] || mkdir -p .deploy/chat/litestream
cat >.deploy/chat/litestream/env.new <<'LITESHIP_END'
LITESHIP_END
chmod 600 .deploy/chat/litestream/env.new
mv .deploy/chat/litestream/env.new .deploy/chat/litestream/env
[ -d .deploy/chat/env ] || mkdir -p .deploy/chat/env
cat >.deploy/chat/env/web.env.new <<'LITESHIP_END'
API_KEY=[redacted]
LITESHIP_END
chmod 600 .deploy/chat/env/web.env.new
mv .deploy/chat/env/web.env.new .deploy/chat/env/web.env
rm -f -- .deploy/chat/litestream/env.sh .deploy/chat/env/web.env.sh
step network 'make the network `kamal`'
alone make_network
ok
step proxy 'start kamal-proxy'
alone start_proxy --network kamal --restart unless-stopped --publish 80:80 --publish 443:443 --log-opt max-size=10m --volume kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy --volume /home/deployer/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config basecamp/kamal-proxy:v0.9.2
ok
step proxy-ready 'wait for kamal-proxy'
wait_proxy
ok
step owner 'find the image'\''s user'
find_owner 1000:1000 chat:1aaa
ok
step volume-1 'give chat_storage to the image'\''s user'
prepare_directory basecamp/kamal-proxy:v0.9.2 chat_storage
ok
step restore-1 'restore /storage/app.sqlite3 where it is missing'
restore_database /storage/app.sqlite3 no --network kamal --volume /home/deployer/.deploy/chat/litestream/litestream.yml:/etc/litestream/litestream.yml:ro --volume chat_storage:/storage --env-file .deploy/chat/litestream/env litestream/litestream:0.5.18
ok
step replicator 'start the replicator'
start_sidecar chat-litestream --stop-timeout 45 --restart unless-stopped --log-opt max-size=10m --label liteship.part=litestream --label liteship.app=chat --label liteship.replica=5b4d3cfe9a3cf2dc --network kamal --volume /home/deployer/.deploy/chat/litestream/litestream.yml:/etc/litestream/litestream.yml:ro --volume chat_storage:/storage --env-file .deploy/chat/litestream/env --label liteship.spec=dfe92a6b75ffd49f litestream/litestream:0.5.18 replicate -config /etc/litestream/litestream.yml -no-expand-env
ok
ending=done
)
{ liteship_prepare 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end prepare lost'; }
