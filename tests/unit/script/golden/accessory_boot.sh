umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_accessories() (
phase=accessories
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
[ -d /home/deployer/chat-db/etc ] || mkdir -p /home/deployer/chat-db/etc
cat >/home/deployer/chat-db/etc/pg.conf.new <<'LITESHIP_END'
[the file config/pg.conf]
LITESHIP_END
chmod 755 /home/deployer/chat-db/etc/pg.conf.new
mv /home/deployer/chat-db/etc/pg.conf.new /home/deployer/chat-db/etc/pg.conf
[ -d .kamal/apps/chat/env/accessories ] || mkdir -p .kamal/apps/chat/env/accessories
cat >.kamal/apps/chat/env/accessories/db.env.new <<'LITESHIP_END'
POSTGRES_PASSWORD=[redacted]
LITESHIP_END
chmod 600 .kamal/apps/chat/env/accessories/db.env.new
mv .kamal/apps/chat/env/accessories/db.env.new .kamal/apps/chat/env/accessories/db.env
rm -f -- .kamal/apps/chat/env/accessories/db.env.sh
step network 'make the network `kamal`'
alone make_network
ok
step file-1-accessory-db 'set mode and owner of /home/deployer/chat-db/etc/pg.conf'
fit_mount postgres:16 /home/deployer/chat-db/etc/pg.conf 755 ''
ok
step directory-1-accessory-db 'make the directory /home/deployer/chat-db/data'
make_directory /home/deployer/chat-db/data
ok
step run-accessory-db 'start chat-db'
start_accessory 30 chat-db --restart unless-stopped --network kamal --log-opt max-size=10m --publish 127.0.0.1:5432:5432 --env KAMAL_HOST=203.0.113.10 --env POSTGRES_USER=app --env-file .kamal/apps/chat/env/accessories/db.env --volume /home/deployer/chat-db/etc/pg.conf:/etc/pg.conf:ro --volume /home/deployer/chat-db/data:/var/lib/postgresql/data --label service=chat-db --label liteship.spec=74b8ec8577d633d4 --label team=data --shm-size=256m postgres:16 postgres -c fsync=on
ok
ending=done
)
{ liteship_accessories 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end accessories lost'; }
