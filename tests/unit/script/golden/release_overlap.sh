umask 077; [ -d "$HOME"/.deploy/chat ] || mkdir -p "$HOME"/.deploy/chat; [ -n "${lock_open:-}" ] || exec 9>>"$HOME"/.deploy/chat/lock; lock_open=yes
liteship_watch() (
phase=release
detached=no
dir=.deploy/chat
version=3ccc
# … templates/phase …
undo_steps() {
:
undo swap-web 'hand web back' take_traffic_back chat-web chat-web-2bbb 3000 --deploy-timeout=30s --drain-timeout=30s --target-timeout=30s --health-check-path=/up --health-check-interval=100ms --health-check-timeout=5000ms --buffer-requests --buffer-responses --log-request-header=Cache-Control --log-request-header=Last-Modified --log-request-header=User-Agent
undo snapshot thaw forget_snapshot
undo migrate 'stop the migration' stop_and_remove 0 chat-migrate-abc123
undo start-web 'stop the new version' stop_failed chat-web-3ccc
undo snapshot 'write the ledger' record_failure '{"action":"deploy","by":"Ada <ada@example.org>","cutover":"overlap","dirty":false,"snapshot":"1700000000-3ccc","started":1700000000,"status":"failed","subject":"It'\''s done","version":"3ccc"'
}
trap finish EXIT
trap 'reason=interrupted; exit 130' TERM INT HUP
go_on() {
:
step stop-old 'stop chat-web-2bbb'
gently stop_containers 10 chat-web-2bbb
ok
step ledger 'write the ledger'
record '{"action":"deploy","by":"Ada <ada@example.org>","cutover":"overlap","dirty":false,"snapshot":"1700000000-3ccc","started":1700000000,"status":"released","subject":"It'\''s done","version":"3ccc"'
ok
step audit 'write the audit log'
gently audit chat-audit.log 'Ada <ada@example.org>' 'Booted app version 3ccc'
ok
step replica-position 'note the replica'\''s position'
gently remember_replica chat-litestream /storage/app.sqlite3
ok
step cutover 'read what traffic saw'
gently report_cutover chat-web
ok
}
case ${1:-} in guard) stand_guard ;; again) take_over ;; esac
emit "phase $phase"
step snapshot 'copy the databases'
snapshot 1700000000-3ccc 5 chat-web-2bbb 'chat-web-2bbb chat-litestream' /storage/app.sqlite3
ok
step migrate 'migrate the databases'
run_once chat-migrate-abc123 migrate --network kamal --env-file .deploy/chat/env/web.env --volume chat_storage:/storage --entrypoint /chat chat:3ccc migrate
ok
step start-web 'start chat-web-3ccc'
start_container chat-web-3ccc --network kamal --hostname 203.0.113.10-abc123 --env KAMAL_CONTAINER_NAME=chat-web-3ccc --env KAMAL_VERSION=3ccc --env KAMAL_HOST=203.0.113.10 --env-file .deploy/chat/env/web.env --log-opt max-size=10m --volume chat_storage:/storage --label service=chat --label role=web --label destination= --label liteship.spec=208aaeb961fcea9e chat:3ccc
ok
step swap-web 'wait until it is healthy, swap, drain'
hand_over chat-web-3ccc chat-web 3000 --deploy-timeout=30s --drain-timeout=30s --target-timeout=30s --health-check-path=/up --health-check-interval=100ms --health-check-timeout=5000ms --buffer-requests --buffer-responses --log-request-header=Cache-Control --log-request-header=Last-Modified --log-request-header=User-Agent
ok
step keep-running 'restart with the engine'
gently keep_running unless-stopped chat-web-3ccc
ok
step commit 'the new version serves'
past_return
ok
go_on
ending=done
)
{ liteship_release "$@"; [ $? -lt 128 ] || liteship_release again; }
LITESHIP_END
chmod 600 .deploy/chat/run/script.new
mv .deploy/chat/run/script.new .deploy/chat/run/script
launch .deploy/chat/run/script 3ccc
trap - EXIT
exit 0
fi
follow
)
{ liteship_watch launch 3>&1 1>&2 4<&0 </dev/null; ended=$?; [ $ended != 0 ] || { exec 9>&-; lock_open=; liteship_watch follow 3>&1 1>&2 4<&0 </dev/null; ended=$?; }; (exit $ended); [ $? -lt 128 ] || echo 'end release lost'; }
