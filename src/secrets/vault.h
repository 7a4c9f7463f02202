#pragma once
// What the adapters are made of: a row of facts about the vault's program, and one conversation
// with it. A failure sticks: everything after it does nothing, so adapters need no branches for it.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "liteship/secrets.h"

namespace liteship::secrets {

using Json = nlohmann::ordered_json;

class Vault;

/// One vault. The first name is the one that is shown; the others are Kamal's spellings, too.
struct Adapter {
  std::vector<std::string> names;
  std::string title;    // "1Password"
  std::string program;  // "op"
  std::string website;  // where the program can be had
  std::string log_in;   // what a person types to log in; ACCOUNT stands for the account
  bool needs_account = false;
  bool needs_names = true;  // false: without names, all of `--from`
  void (*fetch)(Vault&) = nullptr;
};

[[nodiscard]] const std::vector<Adapter>& adapters();

class Vault {
 public:
  Vault(const Adapter& adapter, const FetchRequest& request, const VaultTools& tools)
      : adapter_(adapter), request_(request), tools_(tools) {}

  [[nodiscard]] const FetchRequest& request() const { return request_; }
  /// The names, each behind `--from` and a `/`.
  [[nodiscard]] std::vector<std::string> names() const;
  /// A variable of our own environment; "" when it is not set.
  [[nodiscard]] std::string variable(const std::string& name) const;

  /// What the program printed. doing: "read `Item`", for the message when it fails.
  [[nodiscard]] std::string run(const std::vector<std::string>& words, const std::string& doing);
  /// The same as JSON; null after a failure.
  [[nodiscard]] Json read(const std::vector<std::string>& words, const std::string& doing);
  /// The same as run(), but a status other than 0 is an answer, too: nothing.
  [[nodiscard]] std::optional<std::string> try_run(const std::vector<std::string>& words);
  /// Logs in or unlocks: the program may ask the person. Fails where nobody is there.
  [[nodiscard]] std::string log_in(const std::vector<std::string>& words);
  /// A program that asks for its password whenever it runs.
  [[nodiscard]] Json read_asking(const std::vector<std::string>& words, const std::string& doing);

  /// Sets a variable for what runs from now on: sessions travel so, never as an argument.
  void set(const std::string& name, const std::string& value) { variables_[name] = value; }
  /// Keeps a value under its name; fails when it is none or empty.
  void keep(const std::string& name, const Json* value);
  /// The same for one that nobody named: an empty one is left out.
  void offer(const std::string& name, const Json* value);
  [[nodiscard]] bool has(const std::string& name) const;
  /// Fails when any of these, or anything below it (`name/…`), was not kept.
  void require(const std::vector<std::string>& names);

  void fail(std::string message, std::string reason = {}, std::string help = {});
  [[nodiscard]] bool failed() const { return failure_.has_value(); }
  [[nodiscard]] std::variant<Fetched, Diagnostic> take();

 private:
  [[nodiscard]] CommandResult start(const VaultTools::Run& run,
                                    const std::vector<std::string>& words);
  [[nodiscard]] std::string checked(CommandResult result, const std::string& doing);
  [[nodiscard]] Json parse(const std::string& text, const std::string& doing);
  [[nodiscard]] std::string log_in_help() const;

  const Adapter& adapter_;
  const FetchRequest& request_;
  const VaultTools& tools_;
  VaultTools::Variables variables_;
  Fetched fetched_;
  std::optional<Diagnostic> failure_;
};

/// A value as the text that a container gets: a text as it is, else its JSON. Nothing for null.
[[nodiscard]] std::optional<std::string> value_text(const Json& value);

void fetch_one_password(Vault& vault);
void fetch_last_pass(Vault& vault);
void fetch_bitwarden(Vault& vault);
void fetch_bitwarden_sm(Vault& vault);
void fetch_aws(Vault& vault);
void fetch_doppler(Vault& vault);
void fetch_enpass(Vault& vault);
void fetch_gcp(Vault& vault);
void fetch_passbolt(Vault& vault);
void fetch_test(Vault& vault);

}  // namespace liteship::secrets
