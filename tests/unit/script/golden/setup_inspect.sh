umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_inspect() (
phase=inspect
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
step lock 'take the lock'
take_lock .kamal/lock-chat '{"by":"Ada <ada@example.org>","command":"deploy","kind":"deploy","since":1700000000,"version":"1aaa"}'
ok
step settle 'settle what was interrupted'
settle
ok
step home home
ahead home home_facts liteship-chat take
ok
step engine engine
ahead engine engine_facts
ok
step containers containers
ahead containers container_facts chat '' chat-litestream traefik
ok
step proxy proxy
ahead proxy proxy_facts
ok
step sudo sudo
ahead sudo sudo_facts
ok
step volumes volumes
ahead volumes present_volumes chat_storage
ok
step images images
ahead images present_images basecamp/kamal-proxy:v0.9.2 litestream/litestream:0.5.18
ok
step app-image app-image
ahead app-image app_image_facts chat:1aaa
ok
step host host
host_facts
ok
step proxy-boot proxy-boot
proxy_boot_facts
ok
step history history
history_facts
ok
step answers answers
answers
ok
step ports ports
port_facts 80 443
ok
ending=done
)
{ liteship_inspect 3>&1 1>&2 4<&0 </dev/null; [ $? -lt 128 ] || echo 'end inspect lost'; }
