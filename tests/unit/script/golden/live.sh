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
step traffic-web 'let requests through to chat-web'
let_through chat-web chat-web-2bbb 3000 --deploy-timeout=30s --drain-timeout=30s --target-timeout=30s --health-check-path=/up --health-check-interval=100ms --health-check-timeout=5000ms --buffer-requests --buffer-responses --log-request-header=Cache-Control --log-request-header=Last-Modified --log-request-header=User-Agent
ok
ending=done
)
{ liteship_traffic 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end traffic lost'; }
