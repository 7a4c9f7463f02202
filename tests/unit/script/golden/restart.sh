umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_app() (
phase=app
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
step stop-web 'stop chat-web-2bbb'
stop_containers 10 chat-web-2bbb
ok
step start-web 'start chat-web-2bbb'
restart_container chat-web-2bbb
ok
step swap-web 'wait until it is healthy'
hand_over chat-web-2bbb chat-web 3000 --deploy-timeout=30s --drain-timeout=30s --target-timeout=30s --health-check-path=/up --health-check-interval=100ms --health-check-timeout=5000ms --buffer-requests --buffer-responses --log-request-header=Cache-Control --log-request-header=Last-Modified --log-request-header=User-Agent
ok
ending=done
)
{ liteship_app 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end app lost'; }
