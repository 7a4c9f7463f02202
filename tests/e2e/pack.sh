#!/usr/bin/env bash
# test: an image of Cloud Native Buildpacks gets context, arguments, secrets and labels
# releases: 13
# long
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chatroom.sh"
. "$(dirname "$0")/engine_laptop.sh"

# The real pack and lifecycle; the builder with its two buildpacks is ours, because none can be pulled.
builder_up() {
  local parts name folder=$work/buildpacks
  parts=$("$source_root/tests/server/parts.sh" pack)
  cp -r "$e2e_dir/buildpacks" "$folder"
  mkdir "$folder/lifecycle"
  cp "$parts/lifecycle" "$parts/launcher" "$folder/lifecycle/"
  for name in analyzer builder creator detector exporter extender rebaser restorer; do
    ln -s lifecycle "$folder/lifecycle/$name"
  done
  printf '%s\n' '[apis.buildpack]' 'deprecated = []' 'supported = ["0.10", "0.11"]' '[apis.platform]' \
    'deprecated = []' 'supported = ["0.12", "0.13", "0.14"]' '[lifecycle]' 'version = "0.20.11"' >"$folder/lifecycle.toml"
  tar -C "$folder" -czf "$folder/lifecycle.tgz" lifecycle lifecycle.toml
  docker cp "$parts/pack" "$laptop:/usr/local/bin/" >/dev/null
  # Docker 28.5 mounts nothing below an absolute link, and pack mounts /var/run/docker.sock.
  stack_image build 'RUN ln -sfn ../run /var/run' 'COPY --from=liteship-test/chatroom /public /public'
  stack_image run 'COPY --from=liteship-test/chatroom /chatroom /chatroom' \
    'COPY --from=liteship-test/chatroom --chown=1000:1000 /storage /storage' \
    'ENV PUBLIC_DIR=/workspace/public PORT=3000'
  on_laptop pack config pull-policy never >/dev/null
  on_laptop pack config trusted-builders add tests/builder >/dev/null # as those of Heroku and Paketo are
  docker exec -w "$folder" "$laptop" pack builder create tests/builder --config builder.toml >/dev/null
}
stack_image() { # stack_image build|run DOCKERFILE_LINE…
  printf '%s\n' 'FROM liteship-test/debian:14' 'RUN useradd --uid 1000 --create-home cnb' \
    'ENV CNB_USER_ID=1000 CNB_GROUP_ID=1000' "${@:2}" 'USER 1000:1000' |
    on_laptop docker build -q -t "tests/$1" - >/dev/null
}

token=TOKEN$RANDOM$RANDOM
registry_up
server_up a --with-docker
trust_registry root_on a
chatroom_project a
"$source_root/tests/server/images.sh" debian-14
engine_laptop_up
laptop_gets liteship-test/chatroom liteship-test/debian:14
trust_registry on_laptop
builder_up
tool_uses_laptop docker pack

mkdir -p "$project/.deploy"
echo /.deploy/secrets >"$project/.gitignore"
(umask 077 && printf '%s\n' "REGISTRY_PASSWORD=$(peer registry password)" "BUILD_TOKEN='$token two'" \
  >"$project/.deploy/secrets")
rm "$project/Dockerfile"
chatroom_config a "registry:
  server: $registry
  username: $(peer registry user)
  password: [REGISTRY_PASSWORD]
builder:
  pack:
    builder: tests/builder
    buildpacks: [tests/app]
  args:
    GREETING: from a buildpack
    TOKEN_SUM: $(printf '%s two' "$token" | sha256sum | cut -d' ' -f1)
  secrets: [BUILD_TOKEN]
env:
  clear: {AUTO_MIGRATE: 1}"
sed -i '/^  migrate:/d' "$project/deploy.yml" # its entry point is the web process

note 'setup and a second release'
first=$(chatroom_commit 'first')
deploy_ok setup
chatroom_serves a "$first"
expect_http "$(server_url a)/" 'from a buildpack'
expect_equal 'the label by which containers are found' chatroom \
  "$(on_laptop docker image inspect -f '{{.Config.Labels.service}}' "$registry/chatroom:$first")"
second=$(chatroom_commit 'second')
deploy_ok
chatroom_serves a "$second"

note 'the context that is left behind, and the secret'
expect_equal 'folders of contexts' '' "$(find "$work" -maxdepth 1 -name 'tmp.*')"
expect_equal 'in the image' '' "$(on_laptop docker history --no-trunc "$registry/chatroom:$second" | grep -F "$token")"

note 'a buildpack that fails is a failed release'
sed -i 's/TOKEN_SUM: .*/TOKEN_SUM: other/' "$project/deploy.yml"
chatroom_commit 'third' >/dev/null
deploy_fails 4
expect_err 'the secret is another one'
chatroom_serves a "$second"
