// `gcloud`, for Google Secret Manager. Names: NAME, PROJECT/NAME or PROJECT/NAME/VERSION; `default`
// stands for gcloud's own project, `latest` is the usual version. Fetched as PROJECT/NAME.
// Account: USER, or USER|SERVICE_ACCOUNT[,…] to act for the last of these; `default` is gcloud's
// own.

#include <fmt/format.h>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

constexpr const char* gcloud_own = "default";

struct GcpAccount {
  std::string user;
  std::string acts_for;  // service accounts, the last of which is the one that is acted for
};

GcpAccount account_of(const std::string& text) {
  const std::size_t bar = text.find('|');
  if (bar == std::string::npos) return {text, ""};
  return {text.substr(0, bar), text.substr(bar + 1)};
}

/// The API speaks base64, gcloud the kind for URLs.
std::optional<std::string> decode_data(std::string data) {
  data = replace_all(replace_all(data, "-", "+"), "_", "/");
  while (data.size() % 4 != 0) data += '=';
  return base64_decode(data);
}

void fetch_one(Vault& vault, const GcpAccount& account, const std::string& name) {
  auto parts = split(name, '/');
  if (parts.size() == 1) parts.insert(parts.begin(), gcloud_own);
  const std::string key = parts[0] + "/" + parts[1];
  std::vector<std::string> words = {"secrets", "versions", "access",
                                    parts.size() > 2 ? parts[2] : "latest", "--secret=" + parts[1]};
  if (parts[0] != gcloud_own) words.push_back("--project=" + parts[0]);
  if (account.user != gcloud_own) words.push_back("--account=" + account.user);
  if (!account.acts_for.empty()) {
    words.push_back("--impersonate-service-account=" + account.acts_for);
  }
  words.emplace_back("--format=json");
  const Json answer = vault.read(words, fmt::format("read `{}`", key));
  if (vault.failed()) return;
  const Json* payload = member_at(answer, "payload");
  const auto value = decode_data(payload == nullptr ? "" : text_at(*payload, "data"));
  if (!value || !is_utf8(*value)) {
    return vault.fail(fmt::format("the secret `{}` is no text", key),
                      "Google Secret Manager keeps other bytes in it", "store it as text there");
  }
  const Json text = *value;
  vault.keep(key, &text);
}

}  // namespace

void fetch_gcp(Vault& vault) {
  const auto accounts = vault.read({"auth", "list", "--format=json"}, "list its accounts");
  if (!vault.failed() && accounts.empty()) (void)vault.log_in({"auth", "login"});
  const GcpAccount account = account_of(vault.request().account);
  for (const std::string& name : vault.names()) fetch_one(vault, account, name);
}

}  // namespace liteship::secrets
