// `deploy secrets …`, and the same inside a secrets file, with stand-ins for vaults.

#include <catch2/catch_test_macros.hpp>

#include "unit/cli/fixture.h"
#include "vaults/vault.h"

using namespace liteship;
using liteship::test::StandIn;

namespace {

const std::string key_config = std::string(small_config) + "ssh: {key_data: [KEY]}\n";

}  // namespace

TEST_CASE("what secrets fetch prints is what secrets extract reads", "[cli][secrets]") {
  const StandIn stand_in;
  Program program;
  CHECK(program.run({"secrets", "fetch", "-a", "enpass", "--from", "/v", "Item"}) == 0);
  CHECK(program.out.text ==
        "\\{\\\"Item/KEY\\\":\\\"a\\ b\\\",\\\"Item/TOKEN\\\":\\\"x\\\\ny\\\"\\}\n");
  const auto printed = program.out.text;
  CHECK(program.run({"secrets", "extract", "TOKEN", printed}) == 0);
  CHECK(program.out.text == "x\ny\n");
  program.input = printed;
  CHECK(program.run({"secrets", "extract", "KEY"}) == 0);
  CHECK(program.out.text == "a b\n");
  CHECK(program.run({"secrets", "fetch", "-a", "enpass", "--from", "/v", "Item/KEY", "--json"}) ==
        0);
  CHECK(contains(program.out.text, R"({"Item/KEY":"a b"})"));
  program.input.reset();
  CHECK(program.run({"secrets", "extract", "KEY"}) == 2);
  CHECK(contains(program.err.text, "JSON is required"));
  CHECK(program.run({"secrets", "extract", "NOPE", printed}) == 2);
  CHECK(contains(program.err.text, "`NOPE` was not fetched"));
  CHECK(program.run({"secrets", "fetch", "KEY"}) == 2);
  CHECK(contains(program.err.text, "--adapter is required"));
  CHECK(program.requests.empty());
}

TEST_CASE("a secrets file fetches and extracts in this process", "[cli][secrets]") {
  const StandIn stand_in;
  Program program;
  program.write("deploy.yml", key_config);
  for (const std::string name : {"kamal", "deploy"}) {
    program.write(".kamal/secrets", "ALL=$(" + name +
                                        " secrets fetch --adapter enpass --from /v Item)\n" +
                                        "KEY=$(" + name + " secrets extract TOKEN $ALL)\n" +
                                        "ONE=$(" + name + " secrets extract KEY $(" + name +
                                        " secrets fetch -a enpass --from /v Item/KEY))\n");
    CHECK(program.run({"logs"}) == 0);
    INFO(program.err.text);
    REQUIRE(program.requests.size() == 1);
    CHECK(program.requests[0].key_data.at(0).reveal() == "x\ny");
    program.requests.clear();
    CHECK(program.run({"secrets", "print"}) == 0);
    CHECK(contains(program.out.text, "\nKEY=x\ny\nONE=a b\n"));
    CHECK(program.out.text.starts_with("ALL=\\{"));
  }
}

TEST_CASE("a secret that a vault does not give stops before anything starts", "[cli][secrets]") {
  const StandIn signed_out("signed-out");
  Program program;
  program.write("deploy.yml",
                std::string(small_config) + "ssh: {key_data: [KEY]}\nenv: {secret: [B, C, D1]}\n");
  program.write(".kamal/secrets",
                "ALL=$(kamal secrets fetch --adapter lastpass --account a@b KEY)\n"
                "KEY=$(kamal secrets extract KEY $ALL)\nB=$(kamal secrets extract)\n"
                "C=$(kamal secrets print)\nD1=$(kamal secrets fetch -a nosuch X)\n");
  CHECK(program.run({"deploy"}) == 2);
  CHECK(program.err.text ==
        "error: not logged in to LastPass\n"
        "  --> .kamal/secrets:1:1\n"
        "   |\n"
        " 1 | ALL=…\n"
        "   | ^^^\n"
        "  why: there is no terminal on which its password could be asked for\n"
        "  help: run `lpass login a@b`\n"
        "error: name is required\n"
        "  --> .kamal/secrets:3:1\n"
        "   |\n"
        " 3 | B=…\n"
        "   | ^\n"
        "  help: run `deploy secrets extract --help`\n"
        "error: `deploy secrets print` is no command for a secrets file\n"
        "  --> .kamal/secrets:4:1\n"
        "   |\n"
        " 4 | C=…\n"
        "   | ^\n"
        "  help: use `secrets fetch` or `secrets extract`\n"
        "error: there is no adapter `nosuch`\n"
        "  --> .kamal/secrets:5:1\n"
        "   |\n"
        " 5 | D1=…\n"
        "   | ^^\n"
        "  help: one of: 1password, lastpass, bitwarden, bitwarden-sm, aws_secrets_manager, "
        "doppler, enpass, gcp, passbolt, test\n");
  CHECK(program.requests.empty());
}

TEST_CASE("secrets print shows every secret of the files in their order", "[cli][secrets]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.write("deploy.staging.yml", "servers: [192.0.2.20]\n");
  program.write(".kamal/secrets-common", "Z=common\nA=\"two\nlines\"\n");
  program.write(".kamal/secrets", "B=$Z\nZ=own\n");
  program.write(".kamal/secrets.staging", "B=staging\n");
  CHECK(program.run({"secrets", "print"}) == 0);
  CHECK(program.out.text == "Z=own\nA=two\nlines\nB=common\n");
  CHECK(program.run({"secrets", "print", "-d", "staging"}) == 0);
  CHECK(program.out.text == "Z=common\nA=two\nlines\nB=staging\n");
  program.write(".kamal/secrets", "B=$NOT_SET\n");
  CHECK(program.run({"secrets", "print"}) == 2);
  CHECK(contains(program.err.text, "`$NOT_SET`"));
  CHECK(program.out.text.empty());
}
