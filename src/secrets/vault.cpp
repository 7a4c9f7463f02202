#include "secrets/vault.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/json.h"

namespace liteship::secrets {
namespace {

constexpr int not_found = 127;  // what a shell says of a program that does not exist

/// Programs tell in their last line why they failed.
std::string last_line(const std::string& text) {
  const auto lines = split_lines(trim(text));
  return lines.empty() ? "" : printable(trim(lines.back()));
}

}  // namespace

std::vector<std::string> Vault::names() const {
  std::vector<std::string> names = request_.names;
  if (request_.from.empty()) return names;
  for (std::string& name : names) name = request_.from + "/" + name;
  return names;
}

std::string Vault::variable(const std::string& name) const {
  const auto found = tools_.environment.find(name);
  return found == tools_.environment.end() ? "" : found->second;
}

CommandResult Vault::start(const VaultTools::Run& run, const std::vector<std::string>& words) {
  Command command(adapter_.program);
  command.args(words);
  CommandResult result = run(command, variables_);
  if (result.status == not_found) {
    fail(fmt::format("`{}` is not installed", adapter_.program),
         fmt::format("secrets of {} are fetched with its program", adapter_.title),
         fmt::format("see {}", adapter_.website));
  }
  return result;
}

std::string Vault::checked(CommandResult result, const std::string& doing) {
  if (failed()) return {};
  if (result.status == 0) return std::move(result.output);
  fail(fmt::format("{} could not {}", adapter_.title, doing),
       fmt::format(
           "`{}` ended with status {}{}", adapter_.program, result.status,
           last_line(result.error_output).empty() ? "" : ": " + last_line(result.error_output)),
       log_in_help());
  return {};
}

std::string Vault::run(const std::vector<std::string>& words, const std::string& doing) {
  return failed() ? "" : checked(start(tools_.run, words), doing);
}

std::optional<std::string> Vault::try_run(const std::vector<std::string>& words) {
  if (failed()) return std::nullopt;
  CommandResult result = start(tools_.run, words);
  if (failed() || result.status != 0) return std::nullopt;
  return std::move(result.output);
}

Json Vault::parse(const std::string& text, const std::string& doing) {
  if (failed()) return {};
  Json json = read_json<Json>(text);
  if (!json.is_discarded()) return json;
  fail(fmt::format("{} could not {}", adapter_.title, doing),
       fmt::format("`{}` printed {}", adapter_.program,
                   trim(text).empty() ? "nothing" : "something that is no JSON"),
       log_in_help());
  return {};
}

Json Vault::read(const std::vector<std::string>& words, const std::string& doing) {
  return parse(run(words, doing), doing);
}

std::string Vault::log_in(const std::vector<std::string>& words) {
  if (failed()) return {};
  if (!tools_.ask) {
    fail(fmt::format("not logged in to {}", adapter_.title),
         "there is no terminal on which its password could be asked for", log_in_help());
    return {};
  }
  return checked(start(tools_.ask, words), "be logged in to");
}

Json Vault::read_asking(const std::vector<std::string>& words, const std::string& doing) {
  if (failed()) return {};
  return parse(checked(start(tools_.ask ? tools_.ask : tools_.run, words), doing), doing);
}

std::string Vault::log_in_help() const {
  return replace_all(adapter_.log_in, "ACCOUNT",
                     request_.account.empty() ? "ACCOUNT" : quote(request_.account));
}

std::optional<std::string> value_text(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return value.is_string() ? text_of(value) : print_json(value);
}

void Vault::keep(const std::string& name, const Json* value) {
  if (failed()) return;
  auto text = value == nullptr ? std::nullopt : value_text(*value);
  if (!text || text->empty()) {
    fail(fmt::format("`{}` is empty in {}", name, adapter_.title), {},
         "give it a value there, or check its name");
    return;
  }
  const auto known = std::find_if(fetched_.begin(), fetched_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (known == fetched_.end()) {
    fetched_.emplace_back(name, Secret(std::move(*text)));
  } else {
    known->second = Secret(std::move(*text));
  }
}

void Vault::offer(const std::string& name, const Json* value) {
  if (value != nullptr && !value_text(*value).value_or("").empty()) keep(name, value);
}

bool Vault::has(const std::string& name) const {
  return std::any_of(fetched_.begin(), fetched_.end(),
                     [&](const auto& entry) { return entry.first == name; });
}

void Vault::require(const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    const bool found = std::any_of(fetched_.begin(), fetched_.end(), [&](const auto& entry) {
      return entry.first == name || entry.first.starts_with(name + "/");
    });
    if (!found) missing.push_back(name);
  }
  if (missing.empty()) return;
  fail(fmt::format("{} has no `{}`", adapter_.title, join(missing, "`, `")), {},
       "check the names and `--from`");
}

void Vault::fail(std::string message, std::string reason, std::string help) {
  if (failed()) return;
  failure_ = Diagnostic{std::move(message), std::nullopt, std::move(reason), {}, std::move(help)};
}

std::variant<Fetched, Diagnostic> Vault::take() {
  if (failure_) return std::move(*failure_);
  return std::move(fetched_);
}

}  // namespace liteship::secrets
