// `op`, 1Password's program. Names: VAULT/ITEM[/SECTION]/FIELD, with or without `op://`; without a
// field, the password. Fetched under the same path without `op://` and `/password`.

#include <fmt/format.h>

#include <algorithm>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

constexpr std::string_view scheme = "op://";
constexpr std::string_view usual_field = "/password";

struct VaultItem {
  std::string vault;
  std::string name;
  std::vector<std::string> fields;  // "section.field"; empty: all
};

std::string without_scheme(const std::string& path) {
  return path.starts_with(scheme) ? path.substr(scheme.size()) : path;
}

/// Without the desktop app, `op signin` prints `export OP_SESSION_…="TOKEN"`; with it, nothing. The
/// token goes into the environment of what follows, where `--session` would show it to everybody.
void sign_in(Vault& vault) {
  const std::string& account = vault.request().account;
  if (vault.try_run({"account", "get", "--account", account})) return;
  const std::string printed = vault.log_in({"signin", "--account", account, "--force"});
  for (const std::string& line : split_lines(printed)) {
    const std::size_t equals = line.find('=');
    if (!line.starts_with("export ") || equals == std::string::npos) continue;
    std::string token = line.substr(equals + 1);
    if (token.size() > 1 && token.front() == '"') token = token.substr(1, token.rfind('"') - 1);
    vault.set(std::string(trim(line.substr(7, equals - 7))), token);
  }
}

/// The names by item, in the order of their first.
std::vector<VaultItem> vault_items(Vault& vault) {
  std::vector<VaultItem> items;
  for (const std::string& name : vault.names()) {
    auto parts = split(without_scheme(name), '/');
    if (parts.size() < 2 || parts[0].empty() || parts[1].empty()) {
      vault.fail(fmt::format("`{}` names no item of a vault", name), {},
                 "write `VAULT/ITEM/FIELD`, or give the front of it with `--from`");
      return {};
    }
    auto field =
        parts.size() == 2 ? std::string("password") : join(std::span(parts).subspan(2), ".");
    const auto known = std::find_if(items.begin(), items.end(), [&](const VaultItem& item) {
      return item.vault == parts[0] && item.name == parts[1];
    });
    if (known == items.end()) {
      items.push_back({parts[0], parts[1], {std::move(field)}});
    } else {
      known->fields.push_back(std::move(field));
    }
  }
  return items;
}

Json read_item(Vault& vault, const VaultItem& item) {
  std::vector<std::string> words = {"item",    "get",       item.name,
                                    "--vault", item.vault,  "--format",
                                    "json",    "--account", vault.request().account};
  if (!item.fields.empty()) {
    std::vector<std::string> labels;
    for (const std::string& field : item.fields) labels.push_back("label=" + field);
    words.insert(words.end(), {"--fields", join(labels, ",")});
  }
  return vault.read(words, fmt::format("read `{}` in its vault `{}`", item.name, item.vault));
}

std::string name_of(const Json& field) {
  std::string name = without_scheme(text_at(field, "reference"));
  if (name.ends_with(usual_field)) name.erase(name.size() - usual_field.size());
  return name;
}

/// One field is an object, several are a list.
void keep_fields(Vault& vault, const Json& answer) {
  const Json list = answer.is_object() ? Json::array({answer}) : answer;
  for (const Json& field : list) vault.keep(name_of(field), member_at(field, "value"));
}

void keep_all_fields(Vault& vault, const Json& item) {
  const Json* fields = member_at(item, "fields");
  if (fields == nullptr) return;
  for (const Json& field : *fields) vault.offer(name_of(field), member_at(field, "value"));
}

}  // namespace

void fetch_one_password(Vault& vault) {
  const FetchRequest& request = vault.request();
  const auto place = split(without_scheme(request.from), '/');
  if (request.names.empty() && place.size() != 2) {
    return vault.fail("no secret is named", {},
                      "name secrets, or all of an item with `--from VAULT/ITEM`");
  }
  sign_in(vault);
  if (request.names.empty()) {
    return keep_all_fields(vault, read_item(vault, {place[0], place[1], {}}));
  }
  for (const VaultItem& item : vault_items(vault)) keep_fields(vault, read_item(vault, item));
}

}  // namespace liteship::secrets
