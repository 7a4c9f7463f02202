umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_proxy() (
phase=proxy
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
step proxy 'replace kamal-proxy'
alone reboot_proxy --network kamal --restart unless-stopped --publish 80:80 --publish 443:443 --log-opt max-size=10m --volume kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy --volume /home/deployer/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config basecamp/kamal-proxy:v0.9.2
ok
step proxy-ready 'wait for kamal-proxy'
wait_proxy
ok
ending=done
)
{ liteship_proxy 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end proxy lost'; }
