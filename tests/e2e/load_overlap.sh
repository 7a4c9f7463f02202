#!/usr/bin/env bash
# test: 20 releases under load in overlap fail no request and lose no write
# serial
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/load.sh"

server_up a --with-docker
chatroom_project a '  cutover: overlap'
deploy_ok setup

load_begin a
releases_under_load a overlap
load_end a
