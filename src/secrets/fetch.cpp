// Requests, and the JSON that goes from `secrets fetch` to `secrets extract`.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "secrets/vault.h"
#include "support/json.h"

namespace liteship {
namespace {

using secrets::Adapter;
using secrets::Json;

const Adapter* find_adapter(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Adapter& adapter : secrets::adapters()) {
    if (std::find(adapter.names.begin(), adapter.names.end(), name) != adapter.names.end()) {
      return &adapter;
    }
  }
  return nullptr;
}

Diagnostic unknown_adapter(const std::string& name) {
  const auto known = adapter_names();
  const auto close = closest_match(name, known);
  return {.message = fmt::format("there is no adapter `{}`", name),
          .help = close ? fmt::format("did you mean `{}`?", *close)
                        : fmt::format("one of: {}", join(known, ", "))};
}

/// Is the text JSON's object? One that a shell was to read is unescaped first.
Json read_fetched(const std::string& text) {
  Json json = read_json<Json>(text);
  if (json.is_object()) return json;
  const auto line = split_words(text);
  if (line && !line->needs_shell && line->words.size() == 1) {
    json = read_json<Json>(line->words.front());
  }
  return json;
}

}  // namespace

std::vector<std::string> adapter_names() {
  std::vector<std::string> names;
  for (const Adapter& adapter : secrets::adapters()) names.push_back(adapter.names.front());
  return names;
}

std::variant<Fetched, Diagnostic> fetch_secrets(const FetchRequest& request,
                                                const VaultTools& tools) {
  const Adapter* adapter = find_adapter(request.adapter);
  if (adapter == nullptr) return unknown_adapter(request.adapter);
  secrets::Vault vault(*adapter, request, tools);
  if (adapter->needs_account && request.account.empty()) {
    vault.fail(fmt::format("{} needs an account", adapter->title), {}, "add `--account ACCOUNT`");
  } else if (adapter->needs_names && request.names.empty()) {
    vault.fail("no secret is named", {}, "name those that you want from " + adapter->title);
  } else {
    adapter->fetch(vault);
  }
  auto result = vault.take();
  const auto* fetched = std::get_if<Fetched>(&result);
  if (fetched == nullptr || !fetched->empty()) return result;
  return Diagnostic{.message = fmt::format("{} gave no secret", adapter->title),
                    .help = "check the names and `--from`"};
}

std::string fetched_json(const Fetched& fetched) {
  Json json = Json::object();
  for (const auto& [name, value] : fetched) json[name] = value.reveal();
  return print_json(json);
}

std::variant<Secret, Diagnostic> extract_secret(const std::string& name, const std::string& json) {
  const Json pairs = read_fetched(json);
  if (!pairs.is_object()) {
    return Diagnostic{.message = "this is not what `deploy secrets fetch` prints",
                      .reason = trim(json).empty() ? "it is empty" : "it is no JSON object",
                      .help = "in a secrets file, write `$FETCHED` without quotes around it"};
  }
  const Json* value = member_at(pairs, name);
  std::vector<std::string> known;
  for (const auto& [key, other] : pairs.items()) {
    known.push_back(key);
    if (value == nullptr && key.ends_with("/" + name)) value = &other;
  }
  if (value != nullptr) {
    if (const auto text = secrets::value_text(*value)) return Secret(*text);
  }
  const auto close = closest_match(name, known);
  return Diagnostic{.message = fmt::format("`{}` was not fetched", name),
                    .help = close ? fmt::format("did you mean `{}`?", *close)
                                  : fmt::format("fetched: `{}`", join(known, "`, `"))};
}

namespace secrets {

void fetch_test(Vault& vault) {
  for (const std::string& name : vault.names()) {
    const Json backwards = std::string(name.rbegin(), name.rend());
    vault.keep(name, &backwards);
  }
}

}  // namespace secrets
}  // namespace liteship
