#!/usr/bin/env bash
# test: secrets arrive byte for byte and nobody else sees them, whatever the umask
# releases: 12
# also: 14
# shellcheck disable=SC2016  # what is in single quotes is for a shell on the server
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/chatroom.sh"
nasty=$source_root/tests/security/nasty.py
WATCHER=${WATCHER:-$source_root/build/dev/tests/watcher}
mark=LEAK$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
[ "$(id -u)" = 0 ] || as_nobody=(sudo -n -u nobody)
nobody_on() { root_on a setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

# spy_begin … spy_end NAME: what an ordinary user sees of every process, here and on the server.
spies=$(mktemp -d /tmp/liteship-spies.XXXXXX) # $work is closed to others
code=0
trap 'code=$?; rm -rf "$spies"; set +e; (exit $code); e2e_end' EXIT
spy_begin() {
  rm -f "$spies/end"
  root_on a rm -f /tmp/end
  "${as_nobody[@]}" "$spies/watcher" 3000 "$spies/end" <<<"$mark" >"$work/spy.laptop" &
  spy_here=$!
  nobody_on /usr/local/bin/watcher 3000 /tmp/end <<<"$mark" >"$work/spy.server" &
  spy_there=$!
  until grep -q watching "$work/spy.laptop" && grep -q watching "$work/spy.server"; do sleep 0.05; done
}
spy_end() {
  touch "$spies/end"
  root_on a touch /tmp/end
  wait "$spy_here" "$spy_there"
  note "$1: here $(tail -n 1 "$work/spy.laptop"), there $(tail -n 1 "$work/spy.server")"
}
spy_saw() { grep -q "^hit $2" "$work/spy.$1" || fail "the watcher ($1) does not see a planted secret ($2)"; }
spy_saw_nothing() {
  ! grep -h '^hit' "$work"/spy.* >&2 || fail 'a secret could be seen by another user'
}

# said WORDS…: runs `deploy WORDS…`; what it says is looked through at the end.
said() {
  umask 0
  deploy_ok "$@"
  umask 022
  cat "$work/out" "$work/err" >>"$work/said"
}
arrived() { "$nasty" check "$work/nasty" "$@" || fail "not all secrets arrived in $1"; }
environ_of() { root_on a sh -c 'cat "/proc/$(docker inspect -f "{{.State.Pid}}" "$1")/environ"' sh "$1"; }

# A build gets secrets from BuildKit only, which this machine's docker may lack.
build_secret='' use_secret=true
if docker buildx version >/dev/null 2>&1; then
  build_secret='builder: {secrets: [S_BUILD]}'
  use_secret="--mount=type=secret,id=S_BUILD grep -q 'build .*(id)' /run/secrets/S_BUILD"
else
  note 'no buildx: secrets of a build are not tried here'
fi

# secrets_config CUTOVER [NAME]: the secrets go to the app, its migration and the replicator; NAME to the app.
secrets_config() {
  local names copied
  names=$("$nasty" names | sed 's/[A-Z0-9_]*/S_&/g; s/ /, /g')
  copied=$("$nasty" names replicator | sed 's/[A-Z0-9_]*/S_&/g; s/ /, /g')
  chatroom_config a "  cutover: $1
  replica:
    url: file:///var/backups/chat
    secret: [$copied]
env:
  secret: [$names${2:+, $2}]
$build_secret"
  sed -i "s|^  migrate: .*|  migrate: sh -c 'cat /proc/\$\$/environ >/storage/environ.migrate; exec /chatroom migrate'|" \
    "$project/deploy.yml"
}

rm -f /tmp/pwned # of an earlier run
server_up a # without Docker: the first setup talks to it through sudo
root_on a sh -c 'echo umask 0 >/home/deployer/.bashrc' # bash reads it for commands over ssh, too
expect_equal "the umask of the server's shell" 0000 "$(on a umask)"
"$source_root/tests/server/images.sh" debian-12
chatroom_project a
"$nasty" make "$mark" "$work/nasty"
install -m 755 "$WATCHER" "$spies/watcher"
chmod 755 "$spies"
docker cp "$WATCHER" "liteship-server-$run_id-a:/usr/local/bin/watcher" >/dev/null
root_on a sh -c 'echo "Defaults logfile=/var/log/sudo.log, log_allowed" >/etc/sudoers.d/zz-log'

mkdir -p "$project/.deploy"
(umask 077 && cp "$work/nasty/secrets" "$project/.deploy/secrets" &&
  echo "S_BUILD=\"build $mark \\\"\\\$(id)\\\"\"" >>"$project/.deploy/secrets")
printf '%s\n' /.deploy/secrets >"$project/.gitignore"
cat >"$project/Dockerfile" <<END_OF_DOCKERFILE
FROM $("$source_root/tests/server/images.sh" --tag debian-12)
RUN $use_secret
COPY --from=liteship-test/chatroom /chatroom /chatroom
COPY --from=liteship-test/chatroom /public /public
COPY --from=liteship-test/chatroom --chown=1000:1000 /storage /storage
COPY public /public
USER 1000:1000
ENV PORT=3000
CMD ["/chatroom", "serve"]
END_OF_DOCKERFILE
secrets_config hold
first=$(chatroom_commit 'first')

note 'the watcher finds what is planted'
spy_begin
sh -c 'sleep 1; :' sh "$mark planted"
PLANTED=$mark "${as_nobody[@]}" sleep 1
root_on a sh -c 'sleep 1; :' sh "$mark planted"
spy_end planted
spy_saw laptop cmdline
spy_saw laptop environ
spy_saw server cmdline

note 'setup: the app, the migration and the replicator have every byte'
spy_begin
said setup -v
environ_of "chatroom-web-$first" | arrived app
root_on a cat /var/lib/docker/volumes/chatroom_storage/_data/environ.migrate | arrived migration
# shellcheck disable=SC2046
environ_of chatroom-litestream | arrived replicator $("$nasty" names replicator)

note 'exec: a new container and the running one have them, too'
deploy_ok exec sh -c 'cat /proc/$$/environ'
arrived 'exec' <"$work/out"
deploy_ok exec --reuse sh -c 'cat /proc/$$/environ'
arrived 'exec --reuse' <"$work/out"

note 'releases in both modes, rollback, logs, what is printed'
secrets_config overlap
second=$(chatroom_commit 'second')
said deploy --json
environ_of "chatroom-web-$second" | arrived 'app after a deploy'
said rollback -vv
chatroom_serves a "$first"
environ_of "chatroom-web-$first" | arrived 'app after rollback'
for words in '--dry-run' 'plan --json' 'rollback --dry-run' 'logs' 'status --json' 'releases' 'audit' \
  'config' 'config --json' 'app restart'; do
  # shellcheck disable=SC2086
  said $words
done

note 'errors'
echo 'S_QUOTES=' >>"$project/.deploy/secrets"
deploy_fails 2
cat "$work/out" "$work/err" >>"$work/said"
sed -i '$d' "$project/.deploy/secrets"
# The shell's own words: `sh -c '… $S_UTF8 …'` would be given the value as an argument, by the file itself.
printf '%s\n' 'OTHER=$(echo "no: $S_UTF8 $S_LINES" >&2; exit 1)' >>"$project/.deploy/secrets"
said plan # nothing needs it
secrets_config overlap OTHER
deploy_fails 2
cat "$work/out" "$work/err" >>"$work/said"
secrets_config overlap
sed -i '$d' "$project/.deploy/secrets"
printf 'FROM liteship-test/chatroom\nCMD ["nothing"]\n' >"$project/Dockerfile"
chatroom_commit 'broken' >/dev/null
deploy_fails 4
cat "$work/out" "$work/err" >>"$work/said"
spy_end 'everything'
spy_saw_nothing

note 'no file, no output, no image, no label has a secret'
! grep -nF "$mark" "$work/said" >&2 || fail 'a secret was printed'
expect_equal 'files here' "$project/.deploy/secrets" "$(grep -rlF "$mark" "$work/home" "$project")"
expect_equal 'files on the server' '/home/deployer/.deploy/chatroom/env/web.env
/home/deployer/.deploy/chatroom/env/web.env.sh
/home/deployer/.deploy/chatroom/litestream/env
/home/deployer/.deploy/chatroom/litestream/env.sh' \
  "$(root_on a grep -rlsF "$mark" /home /root /tmp /var/tmp /var/log /var/spool /var/mail /etc /opt /srv /usr/local | sort)"
expect_equal 'files that another user can read' '' \
  "$(nobody_on sh -c 'grep -rlsF --exclude-dir=proc --exclude-dir=sys "$(cat)" / || :' <<<"$mark")"
expect_equal 'the image' 0 \
  "$({ docker save "chatroom:$second"; docker history --no-trunc "chatroom:$second"; } | grep -caF "$mark")"
expect_equal 'labels and arguments of containers' 0 "$(root_on a sh -c 'docker ps --all --quiet |
  xargs docker inspect -f "{{json .Config.Labels}}{{json .Config.Cmd}}{{json .Args}}{{json .HostConfig.Binds}}"' | grep -cF "$mark")"
expect_equal 'what secrets ran' '' "$(ls /tmp/pwned 2>/dev/null; root_on a sh -c 'ls /tmp/pwned 2>/dev/null || :')"

note 'files and directories are ours alone'
expect_equal 'on the server' '644 .deploy/chatroom/litestream/litestream.yml' \
  "$(root_on a sh -c 'cd /home/deployer && find .deploy \( -type d ! -perm 700 -o -type f ! -perm 600 \) -printf "%m %p\n"')"
expect_equal 'here' '' \
  "$(find "$work/home/.local" "$work/home/.cache" \( -type d ! -perm 700 -o -type f ! -perm 600 \) -printf '%m %p\n')"
