// `passbolt`. Names: NAME, or FOLDER/…/NAME. Fetched under the bare names.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship::secrets {
namespace {

/// A text in an expression of the filter (CEL: quotes and backslashes as in C).
std::string cel_text(const std::string& text) {
  return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

/// Finds folders by path, each level once.
class Folders {
 public:
  explicit Folders(Vault& vault) : vault_(vault) {}

  /// The Id of the last folder; "" for no path.
  std::string find(std::span<const std::string> path) {
    if (path.empty() || vault_.failed()) return "";
    const std::string whole = join(path, "/");
    if (const auto known = ids_.find(whole); known != ids_.end()) return known->second;
    const std::string parent = find(path.first(path.size() - 1));
    auto filter = "Name == " + cel_text(path.back());
    if (!parent.empty()) filter += " && FolderParentID == " + cel_text(parent);
    const Json found = vault_.read({"list", "folders", "--filter", filter, "--json"},
                                   fmt::format("look for the folder `{}`", whole));
    for (const Json& folder : found) {
      if (text_at(folder, "folder_parent_id") == parent) {
        return ids_[whole] = text_at(folder, "id");
      }
    }
    vault_.fail(fmt::format("Passbolt has no folder `{}`", whole));
    return "";
  }

 private:
  Vault& vault_;
  std::map<std::string, std::string> ids_;
};

struct Wanted {
  std::string name;
  std::string folder;  // an Id, or ""
};

std::vector<Wanted> wanted_of(Vault& vault) {
  Folders folders(vault);
  std::vector<Wanted> wanted;
  for (const std::string& name : vault.names()) {
    const auto parts = split(name, '/');
    wanted.push_back({parts.back(), folders.find(std::span(parts).first(parts.size() - 1))});
  }
  return wanted;
}

std::vector<std::string> list_words(const std::vector<Wanted>& wanted) {
  std::vector<std::string> conditions;
  std::vector<std::string> folders;
  bool outside = false;
  for (const auto& [name, folder] : wanted) {
    outside = outside || folder.empty();
    conditions.push_back(folder.empty() ? "Name == " + cel_text(name)
                                        : fmt::format("(Name == {} && FolderParentID == {})",
                                                      cel_text(name), cel_text(folder)));
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  std::vector<std::string> words = {"list", "resources", "--filter", join(conditions, " || ")};
  // With --folder the server sends less, but nothing that lies in no folder.
  for (const std::string& folder : folders) {
    if (!outside) words.insert(words.end(), {"--folder", folder});
  }
  words.emplace_back("--json");
  return words;
}

}  // namespace

void fetch_passbolt(Vault& vault) {
  (void)vault.run({"verify"}, "verify its server");
  const auto wanted = wanted_of(vault);
  if (vault.failed()) return;
  const auto names = join(vault.names(), "`, `");
  for (const Json& resource : vault.read(list_words(wanted), fmt::format("read `{}`", names))) {
    const std::string name = text_at(resource, "name");
    if (vault.has(name)) {
      return vault.fail(fmt::format("Passbolt has `{}` more than once", name), {},
                        "name its folder, and fetch those of different folders one by one");
    }
    vault.keep(name, member_at(resource, "password"));
  }
  for (const Wanted& one : wanted) vault.require({one.name});
}

}  // namespace liteship::secrets
