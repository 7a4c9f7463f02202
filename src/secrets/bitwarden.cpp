// `bw`, Bitwarden's program. Names: ITEM, for its password or else all of its fields, and
// ITEM/FIELD, for a custom field. Fetched under the same names.

#include <fmt/format.h>

#include <algorithm>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

struct BitwardenItem {
  std::string name;
  std::vector<std::string> fields;
};

std::string bitwarden_status(Vault& vault) {
  return text_at(vault.read({"status"}, "tell whether it is unlocked"), "status");
}

/// The session's key goes into BW_SESSION, where `bw` looks for it.
void unlock(Vault& vault) {
  std::string status = bitwarden_status(vault);
  if (status == "unauthenticated") {
    (void)vault.log_in({"login", vault.request().account});
    status = bitwarden_status(vault);
  }
  if (status == "locked") {
    const std::string key = vault.log_in({"unlock", "--raw"});
    if (!trim(key).empty()) vault.set("BW_SESSION", std::string(trim(key)));
    status = bitwarden_status(vault);
  }
  if (status != "unlocked") {
    vault.fail("Bitwarden's vault is not unlocked", fmt::format("it is `{}`", status),
               "run `export BW_SESSION=$(bw unlock --raw)`");
  }
  (void)vault.run({"sync"}, "be brought up to date");
}

std::vector<BitwardenItem> bitwarden_items(const std::vector<std::string>& names) {
  std::vector<BitwardenItem> items;
  for (const std::string& name : names) {
    const auto parts = split(name, '/');
    auto known = std::find_if(items.begin(), items.end(),
                              [&](const BitwardenItem& item) { return item.name == parts[0]; });
    if (known == items.end()) known = items.insert(items.end(), {parts[0], {}});
    if (parts.size() > 1) known->fields.push_back(parts[1]);
  }
  return items;
}

const Json* custom_field(const Json& item, const std::string& name) {
  const Json* fields = member_at(item, "fields");
  if (fields == nullptr) return nullptr;
  for (const Json& field : *fields) {
    if (text_at(field, "name") == name) return &field;
  }
  return nullptr;
}

std::vector<std::string> custom_field_names(const Json& item) {
  std::vector<std::string> names;
  const Json* fields = member_at(item, "fields");
  if (fields == nullptr) return names;
  for (const Json& field : *fields) names.push_back(text_at(field, "name"));
  return names;
}

void keep_custom_fields(Vault& vault, const BitwardenItem& item, const Json& json) {
  for (const std::string& name : item.fields) {
    const Json* field = custom_field(json, name);
    if (field == nullptr) {
      const auto close = closest_match(name, custom_field_names(json));
      return vault.fail(fmt::format("Bitwarden's item `{}` has no field `{}`", item.name, name), {},
                        close ? fmt::format("did you mean `{}`?", *close)
                              : "custom fields are below the item's notes");
    }
    vault.keep(item.name + "/" + name, member_at(*field, "value"));
  }
}

void keep_bitwarden_item(Vault& vault, const BitwardenItem& item, const Json& json) {
  if (!item.fields.empty()) return keep_custom_fields(vault, item, json);
  const Json* login = member_at(json, "login");
  const Json* password = login == nullptr ? nullptr : member_at(*login, "password");
  if (password != nullptr && !password->is_null()) return vault.keep(item.name, password);
  const Json* fields = member_at(json, "fields");
  if (fields != nullptr && !fields->empty()) {
    for (const Json& field : *fields) {
      vault.offer(item.name + "/" + text_at(field, "name"), member_at(field, "value"));
    }
    return;
  }
  vault.fail(fmt::format("Bitwarden's item `{}` has neither a password nor fields", item.name));
}

}  // namespace

void fetch_bitwarden(Vault& vault) {
  unlock(vault);
  for (const BitwardenItem& item : bitwarden_items(vault.names())) {
    const Json json =
        vault.read({"get", "item", item.name}, fmt::format("read the item `{}`", item.name));
    if (!vault.failed()) keep_bitwarden_item(vault, item, json);
  }
}

}  // namespace liteship::secrets
