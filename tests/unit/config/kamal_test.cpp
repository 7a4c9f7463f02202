// `deploy config --kamal`, and values as Ruby reads them. tests/kamal compares with Kamal itself.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "config/ruby_scalar.h"
#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("the file is shown as Kamal shows it", "[config][kamal]") {
  const Config config = parse(
      "service: notes\n"
      "image: alice/notes\n"
      "servers: {web: [192.0.2.10], job: [192.0.2.10]}\n"
      "registry: {server: ghcr.io, username: alice, password: [PW]}\n"
      "builder: {arch: amd64, args: {A: 010, B: '010'}}\n"
      "volumes: ['notes:/storage']\n"
      "ssh: {user: app, proxy: bastion.example.com, keys: [~/.ssh/k]}\n"
      "logging: {driver: local, options: {max-size: 5m, tag: \"a$b `c`\"}}\n"
      "accessories:\n"
      "  db: &db {image: postgres, host: 192.0.2.10, registry: {username: al, password: "
      "hunter2}}\n");
  CHECK(render_kamal_config(config, Version{"1234567"}) ==
        "---\n"
        ":roles:\n- job\n- web\n"
        ":hosts:\n- \"192.0.2.10\"\n"
        ":primary_host: \"192.0.2.10\"\n"
        ":version: \"1234567\"\n"
        ":repository: ghcr.io/alice/notes\n"
        ":absolute_image: \"ghcr.io/alice/notes:1234567\"\n"
        ":service_with_version: notes-1234567\n"
        ":volume_args:\n- \"--volume\"\n- \"notes:/storage\"\n"
        ":ssh_options:\n"
        "  :user: app\n"
        "  :port: 22\n"
        "  :proxy: !ruby/object:Net::SSH::Proxy::Jump\n"
        "    jump_proxies: \"root@bastion.example.com\"\n"
        "  :keepalive: true\n"
        "  :keepalive_interval: 30\n"
        "  :keys:\n    - ~/.ssh/k\n"
        "  :log_level: :fatal\n"
        ":sshkit: {}\n"
        ":builder:\n  arch: amd64\n  args:\n    A: 010\n    B: \"010\"\n"
        ":accessories:\n  db:\n    image: postgres\n    host: 192.0.2.10\n    registry:\n"
        "      username: al\n      password: \"[REDACTED]\"\n"
        ":logging:\n- \"--log-driver\"\n- \"\\\"local\\\"\"\n- \"--log-opt\"\n"
        "- \"max-size=\\\"5m\\\"\"\n- \"--log-opt\"\n- \"tag=\\\"a\\\\$b \\\\`c\\\\`\\\"\"\n");
}

TEST_CASE("a value without quotes is what Ruby makes of it", "[config][kamal]") {
  struct Row {
    std::string written;
    std::string read;
  };
  const auto row = GENERATE(values<Row>({{"yes", "true"},
                                         {"Off", "false"},
                                         {"y", "y"},
                                         {"1_000", "1000"},
                                         {"1,000", "1000"},
                                         {"010", "8"},
                                         {"08", "08"},
                                         {"0x1F", "31"},
                                         {"0o10", "0o10"},
                                         {"-0", "0"},
                                         {"+5", "5"},
                                         {"1.50", "1.5"},
                                         {"1.", "1.0"},
                                         {".5", "0.5"},
                                         {"1e3", "1e3"},
                                         {"1.5e+3", "1500.0"},
                                         {"10000000000000000.0", "1.0e+16"},
                                         {"0.00001", "1.0e-05"},
                                         {"123.456789012345678", "123.45678901234568"},
                                         {"12:30", "45000"},
                                         {"1:2:3", "3723"},
                                         {"80:80", "80:80"},
                                         {":3000", "3000"},
                                         {"10.0.0.1", "10.0.0.1"},
                                         {"1__0", "1__0"},
                                         {"2024-01-01", "2024-01-01"}}));
  config::Node node;
  node.kind = config::NodeKind::scalar;
  node.text = row.written;
  CHECK(config::ruby_text(node) == row.read);
  node.quoted = true;
  CHECK(config::ruby_text(node) == row.written);
}

TEST_CASE("roles have the assets of the root or their own, and none without proxy", "[config]") {
  const Config config = parse(
      "service: notes\nasset_path: /app/assets:ro\n"
      "servers:\n  web: [a]\n  job: {hosts: [a]}\n"
      "  api: {hosts: [a], proxy: {host: api.example.com}, asset_path: /api/assets}\n");
  CHECK(config.roles[0].asset_path == AssetPath{"/app/assets", "ro"});
  CHECK(!config.roles[1].asset_path);
  CHECK(config.roles[2].asset_path == AssetPath{"/api/assets", ""});
  CHECK(messages(errors_of(minimal + "asset_path: public/assets\n")) ==
        "`asset_path` must be a full path inside the container, not `public/assets`\n");
}

TEST_CASE("what the builder is told is read", "[config]") {
  const Builder builder = parse(minimal +
                                "builder:\n  arch: [amd64]\n  ssh: default=$SSH_AUTH_SOCK\n"
                                "  cache: {type: registry, options: mode=max, image: a/cache}\n"
                                "  driver: cloud org/name\n  provenance: mode=max\n  sbom: true\n"
                                "  pack: {builder: b, buildpacks: [x, y]}\n")
                              .builder;
  CHECK(builder.ssh == "default=$SSH_AUTH_SOCK");
  CHECK(builder.cache == BuildCache{"registry", "a/cache", "mode=max"});
  CHECK(builder.driver == "cloud org/name");
  CHECK(builder.provenance == "mode=max");
  CHECK(builder.sbom == "true");
  CHECK(builder.pack == BuildPack{"b", {"x", "y"}});
  CHECK(messages(errors_of(minimal + "builder: {arch: [amd64, arm64], pack: {builder: b}}\n")) ==
        "`builder.pack` builds for one architecture\n");
}

TEST_CASE("hooks are shown or not, one by one", "[config]") {
  const HooksOutput all = parse(minimal + "hooks_output: :verbose\n").hooks_output;
  CHECK(all.for_hook("pre-build") == HookOutput::verbose);
  const HooksOutput some = parse(minimal + "hooks_output: {pre-build: quiet}\n").hooks_output;
  CHECK(some.for_hook("pre-build") == HookOutput::quiet);
  CHECK(!some.for_hook("pre-deploy"));
}

TEST_CASE("a file that asks for a newer Kamal is refused", "[config]") {
  CHECK(messages(errors_of(minimal + "minimum_version: 2.12.0\n")).empty());
  CHECK(messages(errors_of(minimal + "minimum_version: 2.13\n")) ==
        "`minimum_version` asks for Kamal 2.13\n");
}

TEST_CASE("a volume below the server's home may be written with the shell's words", "[config]") {
  const Config config = parse(minimal + "volumes: ['$PWD/data:/data', '${HOME}/x:/x']\n");
  CHECK(config.volumes[0].source == "~/data");
  CHECK(config.volumes[1].source == "~/x");
}

TEST_CASE("a clear value hides a secret of its name, as `docker run` has it", "[config]") {
  const Config config = parse(
      "service: notes\nenv: {clear: {A: root}}\n"
      "servers: {web: {hosts: [a], env: {secret: [A, B]}}}\n");
  CHECK(config.roles[0].env.clear.at("A") == "root");
  REQUIRE(config.roles[0].env.secret.size() == 1);
  CHECK(config.roles[0].env.secret[0].name == "B");
}
