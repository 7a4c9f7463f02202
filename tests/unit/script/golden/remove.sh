umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_remove() (
phase=remove
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
step route-web 'take web off the proxy'
remove_route chat-web
ok
step containers 'remove 2 containers'
stop_and_remove 10 chat-web-2bbb chat-web-1aaa
ok
step images 'remove 2 images'
prune '' 'chat:2bbb chat:1aaa'
ok
step proxy 'remove kamal-proxy unless another app uses it'
alone remove_idle_proxy
ok
step directory 'remove what is ours but the snapshots'
forget_app liteship-chat
ok
ending=done
)
{ liteship_remove 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end remove lost'; }
