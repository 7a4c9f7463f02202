#!/usr/bin/env bash
# Liteship from nothing: builds `deploy`, boots a fresh Debian server on this machine, and there makes
# a first release of examples/chatroom, a second one, and a rollback. Ends with the address of the app.
#
#   examples/quickstart.sh [--release 12|13|14]   the Debian of the server, 12 by default
#   examples/quickstart.sh --down                 removes server, project and images
#
# Needs Debian 12 or newer, root or sudo, and apt. The server is a container with sshd and no Docker;
# a run begins with a new one. Kept for the next run: packages, build/release, ~/.cache/liteship.
# DEPLOY=FILE uses this binary, called `deploy`, and builds none; QUICKSTART=NAME calls the server so.
. "$(dirname "$0")/../tests/server/common.sh"

name=${QUICKSTART:-quickstart}
server=$server_dir/server.sh
state=$cache_dir/$name
project=$state/project
binary=$(realpath -m "${DEPLOY:-$source_root/build/release/deploy}")
image=$name-chatroom # also the local name of the images, so that --down finds them

usage() { sed -n '2,/^\. /s/^# \{0,1\}//p' "$source_root/examples/quickstart.sh" | sed '$d'; }
heading() { printf '\n== %s\n' "$*"; }
seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", b - a }'; }
url() { echo "http://127.0.0.1:$(jq .http_port "$cache_dir/servers/$name/server.json")"; }

# run WORD…: shows the command, runs it in the project, says how long it took.
run() {
  local began=$EPOCHREALTIME
  printf '\n$ %s\n' "$*"
  (cd "$project" && PATH=${binary%/*}:$PATH "$@") || die "\`$*\` ended with $?"
  printf '  took %s\n' "$(seconds_since "$began")"
}

remove_all() {
  local images
  ! command -v docker >/dev/null || "$server" down "$name"
  mapfile -t images < <(docker image ls -q "$image" 2>/dev/null | sort -u)
  [ ${#images[@]} = 0 ] || docker image rm -f "${images[@]}" >/dev/null
  rm -rf "$state"
}

build() {
  [ -z "${DEPLOY:-}" ] || return 0
  (cd "$source_root" && cmake --preset release && nice cmake --build --preset release)
}

# The images are made while the compiler runs; that of the app, so that deploy finds its layers in the
# cache. engine.sh says in one line what is missing.
prepare_machine() {
  local release=$1 build status=0
  step 'build deploy' build &
  build=$!
  "$server_dir/engine.sh" || status=$?
  [ $status != 0 ] || "$server_dir/images.sh" "server-$release" kamal-proxy chatroom || status=$?
  wait "$build" || status=$?
  [ $status = 0 ] || die 'this machine lacks what the lines above say'
}

write_deploy_yml() {
  cat >"$project/deploy.yml" <<END
service: chatroom
image: $image
servers:
  - $name
proxy:
  app_port: 3000
  healthcheck:
    path: /up
volumes:
  - chatroom_storage:/storage
sqlite:
  databases:
    - /storage/app.sqlite3
    - /storage/queue.sqlite3
  migrate: /chatroom migrate
ssh:
  config: $state/ssh_config
END
}

commit() {
  git -C "$project" add -A
  git -C "$project" -c user.name=you -c user.email=you@example.com commit -qm "$1"
}

make_project() {
  mkdir -p "$project"
  git -C "$source_root" ls-files -z examples/chatroom | tar -c -C "$source_root" --null -T - |
    tar -x -C "$project" --strip-components 2
  "$server" ssh-config "$name" >"$state/ssh_config"
  write_deploy_yml
  git -C "$project" init -q
  commit 'first edition'
}

# What a visitor gets: the heading, to which the style sheet may add, and the messages in the database.
visit() {
  printf '\n$ curl %s\n' "$(url)"
  printf '  Chatroom%s\n' "$(curl -fsS "$(url)/style.css" | sed -n 's|^h1::after.*"\(.*\)".*|\1|p')"
  curl -fsS "$(url)/messages" | jq -r '.messages[] | "  \(.author): \(.body)"'
}

say_hello() { curl -fsS -o /dev/null -d author=you --data-urlencode "body=$1" "$(url)/messages"; }

change_page() {
  echo 'h1::after { content: ", second edition"; }' >>"$project/public/style.css"
  commit 'second edition'
}

story() {
  heading 'The first release: installs Docker on the server, then ships the app'
  run deploy setup
  say_hello 'written to the first edition'
  visit
  heading 'The second release: one small layer changed'
  change_page
  run deploy
  say_hello 'written to the second edition'
  visit
  heading 'Back to the first; the data stays'
  run deploy rollback
  visit
  heading 'What the server says'
  run deploy status
  run deploy releases
}

main() {
  local release=$1 began=$EPOCHREALTIME
  heading "Preparing this machine"
  remove_all
  prepare_machine "$release"
  step "boot a fresh Debian $release" "$server" up "$name" --release "$release"
  make_project
  story
  heading "Done in $(seconds_since "$began")"
  cat <<END
The app:      $(url)
The project:  $project
To go on:     export PATH=${binary%/*}:\$PATH; cd $project; deploy --help
To clean up:  examples/quickstart.sh --down
END
}

again=("$0" "$@")
release=12 down=
while [ $# -gt 0 ]; do
  case $1 in
    --release) codename "${2:-}" >/dev/null && release=$2 && shift 2 ;;
    --down) down=1 && shift ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
done
if [ -n "$down" ]; then
  remove_all
  exit
fi
"$server_dir/packages.sh" test
# shellcheck source=tests/server/docker_group.sh
. "$server_dir/docker_group.sh" "${again[@]}"
main "$release"
