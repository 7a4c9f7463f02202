// What each vault's program is asked, and what becomes of its answer. The stand-ins beside this
// file name the page on which the real program's output is described.

#include <catch2/catch_test_macros.hpp>

#include "vaults/vault.h"

using namespace liteship;
using liteship::test::StandIn;
using liteship::test::told;

namespace {

struct Row {
  FetchRequest request;
  std::string calls;
  std::string json;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const StandIn stand_in;
    INFO(row.request.adapter << " " << join(row.request.names, " "));
    CHECK(told(fetch_secrets(row.request, StandIn::tools(false))) == row.json);
    CHECK(stand_in.calls() == row.calls);
  }
}

}  // namespace

TEST_CASE("1password fetches fields of items, sections and whole items", "[vaults]") {
  const std::string signed_in = "|op account get --account my\n";
  const std::string item = "|op item get Item --vault Vault --format json --account my";
  check({{{"1password", {"KEY", "section/TOKEN"}, "my", "op://Vault/Item"},
          signed_in + item + " --fields label=KEY,label=section.TOKEN\n",
          R"({"Vault/Item/KEY":"a b","Vault/Item/section/TOKEN":"x\ny"})"},
         {{"one_password", {"Vault/Item/KEY"}, "my", ""},
          signed_in + item + " --fields label=KEY\n",
          R"({"Vault/Item/KEY":"a b"})"},
         {{"1Password", {"op://Vault/Item"}, "my", ""},
          signed_in + item + " --fields label=password\n",
          R"({"Vault/Item":"s3cret"})"},
         {{"1password", {}, "my", "Vault/Item"},
          signed_in + item + "\n",
          R"({"Vault/Item/KEY":"a b"})"}});
}

TEST_CASE("lastpass fetches entries by their full name", "[vaults]") {
  check({{{"lastpass", {"KEY", "TOKEN"}, "ada@example.org", "FOLDER"},
          "|lpass status --color never\n|lpass show FOLDER/KEY FOLDER/TOKEN --json\n",
          R"({"FOLDER/KEY":"s3cret","FOLDER/TOKEN":"x\ny"})"}});
}

TEST_CASE("bitwarden fetches passwords and custom fields", "[vaults]") {
  const std::string before = "|bw status\n|bw sync\n";
  check({{{"bitwarden", {"login"}, "ada@example.org", ""},
          before + "|bw get item login\n",
          R"({"login":"s3cret"})"},
         {{"bitwarden", {"note"}, "ada@example.org", ""},
          before + "|bw get item note\n",
          R"({"note/KEY":"a b","note/TOKEN":"x\ny"})"},
         {{"bitwarden", {"TOKEN", "KEY"}, "ada@example.org", "note"},
          before + "|bw get item note\n",
          R"({"note/TOKEN":"x\ny","note/KEY":"a b"})"}});
}

TEST_CASE("bitwarden-sm fetches one secret, a project's, or all", "[vaults]") {
  const std::string both = R"({"KEY":"a b","TOKEN":"x\ny"})";
  check({{{"bitwarden-sm", {"be8e0ad8"}, "", ""},
          "|bws secret get be8e0ad8 --output json\n",
          R"({"KEY":"a b"})"},
         {{"bitwarden_secrets_manager", {"all"}, "", ""}, "|bws secret list --output json\n", both},
         {{"bitwarden-sm", {"all"}, "", "p1"}, "|bws secret list p1 --output json\n", both},
         {{"bitwarden-sm", {"p1/all"}, "", ""}, "|bws secret list p1 --output json\n", both}});
}

TEST_CASE("aws_secrets_manager fetches texts and the pairs of JSON objects", "[vaults]") {
  const std::string get = "|aws secretsmanager batch-get-secret-value --secret-id-list ";
  check({{{"aws_secrets_manager", {"app", "plain"}, "work", ""},
          get + "app plain --profile work --output json\n",
          R"({"app/KEY":"a b","app/PORT":"5432","plain":"x\ny"})"}});

  const StandIn stand_in;
  FetchRequest many{"aws_secrets_manager", {}, "", ""};
  for (int i = 0; i < 21; ++i) many.names.push_back("n" + std::to_string(i));
  const auto fetched = fetch_secrets(many, StandIn::tools(false));
  REQUIRE(std::holds_alternative<Fetched>(fetched));
  CHECK(std::get<Fetched>(fetched).size() == 21);
  CHECK(split_lines(stand_in.calls()).at(1) == get + "n20 --output json");  // 20 are the most
}

TEST_CASE("doppler fetches from one or several configs", "[vaults]") {
  const std::string me = "|doppler me --json\n";
  check({{{"doppler", {"KEY", "TOKEN"}, "", "app/prd"},
          me + "|doppler secrets get KEY TOKEN --json -p app -c prd\n",
          R"({"KEY":"a b","TOKEN":"a b"})"},
         {{"doppler", {"app/prd/KEY", "web/prd/TOKEN"}, "", ""},
          me + "|doppler secrets get KEY --json -p app -c prd\n" +
              "|doppler secrets get TOKEN --json -p web -c prd\n",
          R"({"KEY":"a b","TOKEN":"a b"})"}});

  const StandIn stand_in;
  auto tools = StandIn::tools(false);
  tools.environment["DOPPLER_TOKEN"] = "dp.st.prd.abc";
  CHECK(told(fetch_secrets({"doppler", {"KEY"}, "", ""}, tools)) == R"({"KEY":"a b"})");
  CHECK(stand_in.calls() == me + "|doppler secrets get KEY --json\n");
}

TEST_CASE("enpass fetches the passwords of entries", "[vaults]") {
  const std::string show = "|enpass-cli -json -vault /v show ";
  check({{{"enpass", {"Item"}, "", "/v"},
          show + "Item\n",
          R"({"Item/KEY":"a b","Item/TOKEN":"x\ny"})"},
         {{"enpass", {"Item/KEY", "Other"}, "", "/v"},
          show + "Item Other\n",
          R"({"Item/KEY":"a b","Other":"s3cret"})"}});
}

TEST_CASE("gcp fetches versions, of projects, for service accounts", "[vaults]") {
  const std::string list = "|gcloud auth list --format=json\n";
  const std::string access = "|gcloud secrets versions access ";
  check({{{"gcp", {"KEY"}, "default", ""},
          list + access + "latest --secret=KEY --format=json\n",
          R"({"default/KEY":"a b"})"},
         {{"gcp", {"TOKEN/12", "URL"}, "ada@example.org", "app"},
          list + access +
              "12 --secret=TOKEN --project=app --account=ada@example.org --format=json\n" + access +
              "latest --secret=URL --project=app --account=ada@example.org --format=json\n",
          R"({"app/TOKEN":"x\ny","app/URL":"~~~???"})"},
         {{"gcp_secret_manager", {"app/KEY"}, "default|a@b,c@d", ""},
          list + access +
              "latest --secret=KEY --project=app --impersonate-service-account=a@b,c@d "
              "--format=json\n",
          R"({"app/KEY":"a b"})"}});
}

TEST_CASE("passbolt finds folders level by level", "[vaults]") {
  check({{{"passbolt", {"KEY"}, "", ""},
          "|passbolt verify\n|passbolt list resources --filter Name == \"KEY\" --json\n",
          R"({"KEY":"a b"})"},
         {{"passbolt", {"KEY", "TOKEN"}, "", "app/deep"},
          "|passbolt verify\n"
          "|passbolt list folders --filter Name == \"app\" --json\n"
          "|passbolt list folders --filter Name == \"deep\" && FolderParentID == \"f1\" --json\n"
          "|passbolt list resources --filter (Name == \"KEY\" && FolderParentID == \"f2\") || "
          "(Name == \"TOKEN\" && FolderParentID == \"f2\") --folder f2 --json\n",
          R"({"KEY":"a b","TOKEN":"x\ny"})"}});
}

TEST_CASE("Kamal's adapter for trying out reads names backwards", "[vaults]") {
  check({{{"test", {"KEY"}, "me", "from"}, "", R"({"from/KEY":"YEK/morf"})"}});
}
