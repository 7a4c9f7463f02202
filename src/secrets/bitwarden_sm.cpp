// `bws`, the program of Bitwarden Secrets Manager. Names: a secret's UUID, `all`, or PROJECT/all.
// Fetched under the secret's key.

#include <fmt/format.h>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

/// All secrets of a project; "": of all projects.
void fetch_list(Vault& vault, const std::string& project) {
  std::vector<std::string> words = {"secret", "list", "--output", "json"};
  if (!project.empty()) words.insert(words.begin() + 2, project);
  const auto doing = project.empty() ? std::string("list its secrets")
                                     : fmt::format("list the secrets of `{}`", project);
  for (const Json& secret : vault.read(words, doing))
    vault.offer(text_at(secret, "key"), member_at(secret, "value"));
}

}  // namespace

void fetch_bitwarden_sm(Vault& vault) {
  const auto names = vault.names();
  constexpr std::string_view all = "all";
  if (names.size() == 1 && names[0] == all) return fetch_list(vault, "");
  if (names.size() == 1 && names[0].ends_with("/all")) {
    return fetch_list(vault, names[0].substr(0, names[0].size() - 1 - all.size()));
  }
  for (const std::string& name : names) {
    const Json secret = vault.read({"secret", "get", name, "--output", "json"},
                                   fmt::format("read the secret `{}`", name));
    vault.keep(text_at(secret, "key"), member_at(secret, "value"));
  }
}

}  // namespace liteship::secrets
