// `aws`, for AWS Secrets Manager. Names: of secrets; `--account` names a profile. A secret that is
// a JSON object is fetched as NAME/KEY for each of its keys, any other text as NAME.

#include <fmt/format.h>

#include <algorithm>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

constexpr std::size_t most_at_once = 20;  // of BatchGetSecretValue, says its reference

void keep_entry(Vault& vault, const Json& entry) {
  const std::string name = text_at(entry, "Name");
  const Json* text = member_at(entry, "SecretString");
  if (text == nullptr) {
    return vault.fail(fmt::format("the secret `{}` is no text", name),
                      "AWS Secrets Manager keeps it as binary", "store it as text there");
  }
  const Json pairs = read_json<Json>(text_of(*text));
  if (!pairs.is_object()) return vault.keep(name, text);
  for (const auto& [key, value] : pairs.items()) vault.offer(name + "/" + key, &value);
}

/// What AWS says of each secret that it did not give.
std::string complaints(const Json& errors) {
  std::vector<std::string> said;
  for (const Json& error : errors) {
    said.push_back(fmt::format("`{}`: {}", text_at(error, "SecretId"), text_at(error, "Message")));
  }
  return printable(join(said, "; "));
}

void fetch_some(Vault& vault, std::span<const std::string> names) {
  std::vector<std::string> words = {"secretsmanager", "batch-get-secret-value", "--secret-id-list"};
  words.insert(words.end(), names.begin(), names.end());
  const std::string& profile = vault.request().account;
  if (!profile.empty()) words.insert(words.end(), {"--profile", profile});
  words.insert(words.end(), {"--output", "json"});
  const Json answer = vault.read(words, fmt::format("read `{}`", join(names, "`, `")));
  const Json* errors = member_at(answer, "Errors");
  if (errors != nullptr && !errors->empty()) {
    return vault.fail("AWS Secrets Manager did not give every secret", complaints(*errors),
                      "check the names, the region and the permissions of the profile");
  }
  const Json* values = member_at(answer, "SecretValues");
  if (values == nullptr) return;
  for (const Json& entry : *values) keep_entry(vault, entry);
}

}  // namespace

void fetch_aws(Vault& vault) {
  const auto names = vault.names();
  for (std::size_t at = 0; at < names.size(); at += most_at_once) {
    fetch_some(vault, std::span(names).subspan(at, std::min(most_at_once, names.size() - at)));
  }
}

}  // namespace liteship::secrets
