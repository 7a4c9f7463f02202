// Vaults that are locked, empty, silent, broken or not there.

#include <catch2/catch_test_macros.hpp>

#include "vaults/vault.h"

using namespace liteship;
using liteship::test::StandIn;
using liteship::test::told;

namespace {

struct Asked {
  FetchRequest request;
  std::string title;
  std::string program;
};

/// One request for each vault, which its stand-in can answer.
const std::vector<Asked> every_vault = {
    {{"1password", {"KEY"}, "my", "Vault/Item"}, "1Password", "op"},
    {{"lastpass", {"KEY"}, "ada@example.org", "FOLDER"}, "LastPass", "lpass"},
    {{"bitwarden", {"login"}, "ada@example.org", ""}, "Bitwarden", "bw"},
    {{"bitwarden-sm", {"be8e0ad8"}, "", ""}, "Bitwarden Secrets Manager", "bws"},
    {{"aws_secrets_manager", {"app"}, "", ""}, "AWS Secrets Manager", "aws"},
    {{"doppler", {"KEY"}, "", "app/prd"}, "Doppler", "doppler"},
    {{"enpass", {"Item"}, "", "/v"}, "Enpass", "enpass-cli"},
    {{"gcp", {"KEY"}, "default", ""}, "Google Secret Manager", "gcloud"},
    {{"passbolt", {"KEY"}, "", ""}, "Passbolt", "passbolt"}};

std::string fetch(const FetchRequest& request, bool terminal = false) {
  return told(fetch_secrets(request, StandIn::tools(terminal)));
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every vault's failure is one error that names program and reason", "[vaults]") {
  for (const auto& [request, title, program] : every_vault) {
    INFO(title);
    {
      const StandIn broken("broken");
      const auto said = fetch(request);
      INFO(said);
      CHECK(says(said, title));
      // Programs that are asked first whether somebody is logged in are not believed to be broken.
      CHECK((says(said, "the vault is on fire") || says(said, "not logged in")));
    }
    {
      const StandIn silent("silent");
      const auto said = fetch(request);
      INFO(said);
      CHECK(said.starts_with("! "));
      CHECK(says(said, title));
    }
    {
      const StandIn empty("empty");
      const auto said = fetch(request);
      INFO(said);
      CHECK(said.starts_with("! "));
      CHECK(says(said, title));
      CHECK_FALSE(says(said, "s3cret"));
    }
    {
      const StandIn signed_out("signed-out");
      const auto said = fetch(request);
      INFO(said);
      CHECK(said.starts_with("! "));
      CHECK(says(said, "help: "));
    }
    const StandIn here;
    setenv("PATH", "/nowhere", 1);
    CHECK(says(fetch(request), "error: `" + program + "` is not installed"));
  }
}

TEST_CASE("names that a vault does not have are told", "[vaults]") {
  for (const auto& [request, title, program] : every_vault) {
    if (title.starts_with("Bitwarden Secrets") || title.starts_with("AWS") || title == "Doppler" ||
        title.starts_with("Google")) {
      continue;  // their stand-ins know names, see below
    }
    INFO(title);
    const StandIn missing("missing");
    const auto said = fetch(request);
    INFO(said);
    CHECK(said.starts_with("! error: " + title));
  }
  const StandIn stand_in;
  CHECK(says(fetch({"bitwarden-sm", {"nosuch"}, "", ""}), "Resource not found"));
  CHECK(says(fetch({"aws_secrets_manager", {"app", "gone"}, "", ""}),
             "`gone`: Secrets Manager can't find the specified secret."));
  CHECK(says(fetch({"aws_secrets_manager", {"binary"}, "", ""}), "`binary` is no text"));
  CHECK(says(fetch({"doppler", {"GONE"}, "", "app/prd"}), "Could not find requested secret: GONE"));
  CHECK(says(fetch({"gcp", {"GONE"}, "default", ""}), "NOT_FOUND"));
  CHECK(says(fetch({"gcp", {"BYTES"}, "default", ""}), "`default/BYTES` is no text"));
  CHECK(says(fetch({"bitwarden", {"note/TOKN"}, "a", ""}), "did you mean `TOKEN`?"));
  CHECK(says(fetch({"bitwarden", {"bare"}, "a", ""}), "neither a password nor fields"));
  CHECK(says(fetch({"passbolt", {"nosuch/KEY"}, "", ""}), "no folder `nosuch`"));
  CHECK(says(fetch({"passbolt", {"TWICE"}, "", "app"}), "`TWICE` more than once"));
}

TEST_CASE("what is asked for is checked before a program is run", "[vaults]") {
  const StandIn stand_in;
  CHECK(says(fetch({"1pasword", {"A"}, "my", ""}), "did you mean `1password`?"));
  CHECK(says(fetch({"vault", {"A"}, "", ""}), "one of: 1password, lastpass, bitwarden"));
  CHECK(says(fetch({"1password", {"A/B/C"}, "", ""}), "1Password needs an account"));
  CHECK(says(fetch({"1password", {}, "my", ""}), "no secret is named"));
  CHECK(says(fetch({"lastpass", {}, "my", ""}), "no secret is named"));
  CHECK(says(fetch({"doppler", {"KEY"}, "", ""}), "--from PROJECT/CONFIG"));
  CHECK(says(fetch({"enpass", {"KEY"}, "", ""}), "--from FOLDER"));
  CHECK(stand_in.calls().empty());
  CHECK(says(fetch({"1password", {"A"}, "my", ""}), "names no item of a vault"));
}

TEST_CASE("a password is asked for where there is a terminal", "[vaults]") {
  {
    const StandIn out("signed-out");
    CHECK(fetch({"1password", {"KEY"}, "my", "Vault/Item"}, true) == R"({"Vault/Item/KEY":"a b"})");
    // The session's token is in the environment of what follows, in no argument.
    CHECK(out.calls() ==
          "|op account get --account my\n|op signin --account my --force\n"
          "t0ken|op item get Item --vault Vault --format json --account my --fields label=KEY\n");
  }
  {
    const StandIn locked("locked");
    CHECK(fetch({"bitwarden", {"login"}, "ada@example.org", ""}, true) == R"({"login":"s3cret"})");
    CHECK(
        locked.calls() ==
        "|bw status\n|bw unlock --raw\nk3y==|bw status\nk3y==|bw sync\nk3y==|bw get item login\n");
  }
  {
    const StandIn out("signed-out");
    CHECK(fetch({"bitwarden", {"login"}, "ada@example.org", ""}, true) == R"({"login":"s3cret"})");
    CHECK(says(out.calls(), "|bw login ada@example.org\n|bw status\n|bw unlock --raw\n"));
  }
  for (const FetchRequest& request :
       std::vector<FetchRequest>{{"lastpass", {"KEY"}, "ada@example.org", "FOLDER"},
                                 {"doppler", {"KEY"}, "", "app/prd"},
                                 {"gcp", {"KEY"}, "default", ""}}) {
    const StandIn out("signed-out");
    INFO(request.adapter);
    CHECK_FALSE(fetch(request, true).starts_with("!"));
  }
  const StandIn out("signed-out");
  CHECK(fetch({"lastpass", {"KEY"}, "ada@example.org", ""}) ==
        "! error: not logged in to LastPass\n"
        "  why: there is no terminal on which its password could be asked for\n"
        "  help: run `lpass login ada@example.org`\n");
}
