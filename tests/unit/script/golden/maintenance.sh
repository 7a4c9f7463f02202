umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_traffic() (
phase=traffic
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
step traffic-web 'answer requests for chat-web with the maintenance page'
hold_traffic stop chat-web --drain-timeout=30s '--message=Back at noon'
ok
ending=done
)
{ liteship_traffic 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end traffic lost'; }
