#!/usr/bin/env bash
# test: maintenance page and back, pause and resume, over a release, HTTPS with a certificate of our own
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"

server_up a --with-docker
chatroom_project a
deploy_ok setup
# code [FILE]: of one answer, whose body goes to the file
code() { curl -sS --max-time 20 -o "${1:-/dev/null}" -w '%{http_code}' "$(server_url a)/messages" || true; }

note 'maintenance: a page with our words, nothing else, and back'
watch_begin a
deploy_ok app maintenance --message 'Back at noon'
expect_equal 'the code' 503 "$(code "$work/page")"
grep -q 'Back at noon' "$work/page" || fail 'the page lacks the message'
deploy_ok proxy details
expect_out maintenance
sleep 1
deploy_ok app live
expect_equal 'the code' 200 "$(code)"
sleep 0.5
watch_end '200 503'

note 'a release under it, which holds requests itself, does not end it'
deploy_ok app maintenance
second=$(chatroom_commit second)
deploy_ok
expect_equal 'the code' 503 "$(code)"
deploy_ok app live
chatroom_serves a "$second"

note 'nor does a restart of the proxy'
deploy_ok app maintenance
deploy_ok proxy restart
expect_equal 'the code' 503 "$(code)"
deploy_ok app live
chatroom_serves a "$second"

note 'pause: requests wait, none is lost'
deploy_ok app pause --max-pause 30
watch_begin a
sleep 1
deploy_ok status
expect_equal 'answers while it is paused' 0 "$(grep -c . "$work/watch.log" || true)"
deploy_ok app resume
sleep 0.5
watch_end 200

note 'a release ends a pause'
deploy_ok app pause --max-pause 60
third=$(chatroom_commit third)
deploy_ok
chatroom_serves a "$third"

note 'what is not possible says so'
deploy_ok app stop
deploy_fails 2 app maintenance
expect_err 'the proxy sends no requests'
deploy_ok app start
chatroom_serves a "$third"

# issue NAME: an authority NAME.pem, and from it cert.pem and key.pem for chat.example.
tls=$work/tls
mkdir "$tls"
issue() { (. "$source_root/tests/server/common.sh" && issue_certificate "$tls" "$1" DNS:chat.example); }
address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' "liteship-server-$run_id-a")
# https AUTHORITY HOST: the version that answers there, or curl's exit code.
https() {
  curl -fsS --max-time 10 --cacert "$tls/$1.pem" --resolve "$2:443:$address" "https://$2/version" \
    2>/dev/null || echo "curl: $?"
}
# secret_line: a line of the key, which nothing but the key has.
secret_line() { sed -n 2p "$tls/key.pem"; }

note 'HTTPS with a certificate of our own, for its host name alone'
issue first
mkdir -p "$project/.deploy"
printf '%s\n' "CERTIFICATE=\$(cat $tls/cert.pem)" "PRIVATE_KEY=\$(cat $tls/key.pem)" >"$project/.deploy/secrets"
echo '/.deploy/secrets' >"$project/.gitignore"
sed -i 's|^  app_port: 3000|&\n  host: chat.example\n  ssl: {certificate_pem: CERTIFICATE, private_key_pem: PRIVATE_KEY}|' \
  "$project/deploy.yml"
fourth=$(chatroom_commit fourth)
deploy_ok --dry-run
! grep -qF "$(secret_line)" "$work/out" "$work/err" || fail 'a dry run shows the key'
secret_line | root_on a sh -c 'cat >/root/key-line
  (while [ ! -e /root/key-end ]; do
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n" | grep -aqF -f /root/key-line && touch /root/key-seen
  done) >/dev/null 2>&1 &'
deploy_ok -v
root_on a touch /root/key-end
! root_on a test -e /root/key-seen || fail 'the key was an argument'
! grep -rqF "$(secret_line)" "$work/out" "$work/err" "$work/home" || fail 'the key is in a log'
expect_equal 'the version' "{\"version\":\"$fourth\"}" "$(https first chat.example)"
expect_equal 'the answer to another name' 'curl: 35' "$(https first other.example)"
expect_equal 'the answer to HTTP' 301 \
  "$(curl -sS -o /dev/null -w '%{http_code}' -H 'Host: chat.example' "$(server_url a)/version")"
expect_equal 'files that others can read' '' \
  "$(root_on a find /home/deployer/.kamal/proxy/apps-config/chatroom/tls -type f -perm /o+rwx)"
expect_equal 'copies of the key' /home/deployer/.kamal/proxy/apps-config/chatroom/tls/web/key.pem \
  "$(root_on a grep -rlF -f /root/key-line /home/deployer)"

note 'a new certificate comes with a release, and a rollback keeps it'
issue second
fifth=$(chatroom_commit fifth)
deploy_ok
expect_equal 'the version' "{\"version\":\"$fifth\"}" "$(https second chat.example)"
expect_equal 'the old authority' 'curl: 60' "$(https first chat.example)"
deploy_ok rollback
expect_equal 'the version' "{\"version\":\"$fourth\"}" "$(https second chat.example)"
