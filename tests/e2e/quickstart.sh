#!/usr/bin/env bash
# test: the quickstart tells its whole story and leaves nothing behind
. "$(dirname "$0")/lib.sh"

export DEPLOY QUICKSTART=$run_id-quickstart
quickstart() { "$source_root/examples/quickstart.sh" "$@" </dev/null; }
code=0
trap 'code=$?; set +e; quickstart --down; (exit $code); e2e_end' EXIT

quickstart --release "$release" >"$work/story" 2>&1 || { tail -n 40 "$work/story" >&2 && fail 'the quickstart'; }
expect_equal 'what visitors saw' '  Chatroom
  you: written to the first edition
  Chatroom, second edition
  you: written to the first edition
  you: written to the second edition
  Chatroom
  you: written to the first edition
  you: written to the second edition' "$(grep -E '^  (Chatroom|you: )' "$work/story")"

quickstart --down
expect_equal 'images' '' "$(docker image ls -q "$QUICKSTART-chatroom")"
expect_equal 'servers' '' "$(docker ps -aq --filter "name=liteship-server-$QUICKSTART")"
