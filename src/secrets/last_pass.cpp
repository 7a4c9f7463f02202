// `lpass`, LastPass's program. Names: GROUP/ENTRY, fetched under the same name.

#include <fmt/format.h>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {

void fetch_last_pass(Vault& vault) {
  const std::string& account = vault.request().account;
  const auto status = vault.try_run({"status", "--color", "never"});
  if (trim(status.value_or("")) != "Logged in as " + account + ".") {
    (void)vault.log_in({"login", account});
  }
  const auto names = vault.names();
  std::vector<std::string> words = {"show"};
  words.insert(words.end(), names.begin(), names.end());
  words.emplace_back("--json");
  for (const Json& entry : vault.read(words, fmt::format("read `{}`", join(names, "`, `")))) {
    vault.keep(text_at(entry, "fullname"), member_at(entry, "password"));
  }
  vault.require(names);
}

}  // namespace liteship::secrets
