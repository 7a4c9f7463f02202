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
step stop-accessory-db 'stop chat-db'
stop_containers 10 chat-db
ok
step start-accessory-db 'start chat-db'
start_again chat-db
ok
ending=done
)
{ liteship_accessories 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end accessories lost'; }
