// `enpass-cli`. `--from` is the folder of the vault. Names: TITLE, for all passwords of an entry,
// or TITLE/LABEL. Fetched as TITLE/LABEL, or TITLE where there is no label.

#include <fmt/format.h>

#include <algorithm>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

/// What `enpass-cli` is asked for: each entry once.
std::vector<std::string> titles_of(const std::vector<std::string>& names) {
  std::vector<std::string> titles;
  for (const std::string& name : names) {
    const std::size_t slash = name.rfind('/');
    const std::string title = name.substr(0, slash == 0 ? std::string::npos : slash);
    if (std::find(titles.begin(), titles.end(), title) == titles.end()) titles.push_back(title);
  }
  return titles;
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void fetch_enpass(Vault& vault) {
  const FetchRequest& request = vault.request();
  if (request.from.empty()) {
    return vault.fail("the folder of the Enpass vault is not given", {},
                      "add `--from FOLDER`, such as ~/Documents/Enpass/Vaults/primary");
  }
  std::vector<std::string> words = {"-json", "-vault", request.from, "show"};
  const auto titles = titles_of(request.names);
  words.insert(words.end(), titles.begin(), titles.end());
  const auto doing = fmt::format("read `{}`", join(request.names, "`, `"));
  for (const Json& entry : vault.read_asking(words, doing)) {
    const std::string title = text_at(entry, "title");
    const std::string label = text_at(entry, "label");
    const std::string key = label.empty() ? title : title + "/" + label;
    const bool asked = is_among(request.names, title) || is_among(request.names, key);
    if (title.empty() || text_at(entry, "password").empty() || !asked) continue;
    if (vault.has(key)) return vault.fail(fmt::format("Enpass has `{}` more than once", key));
    vault.keep(key, member_at(entry, "password"));
  }
  vault.require(request.names);
}

}  // namespace liteship::secrets
