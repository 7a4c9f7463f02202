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
step remove-accessory-db 'remove chat-db'
remove_accessory 10 chat-db
ok
step forget-accessory-db 'remove its directory'
remove_directory basecamp/kamal-proxy:v0.9.2 /home/deployer/chat-db
ok
step image-accessory-db 'remove its image'
remove_image postgres:16
ok
step secrets-accessory-db 'remove its secrets'
rm -f .kamal/apps/chat/env/accessories/db.env .kamal/apps/chat/env/accessories/db.env.sh
ok
ending=done
)
{ liteship_accessories 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end accessories lost'; }
