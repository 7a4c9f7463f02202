// Secrets files → values. Nothing of a value, nor of a command that may hold one, enters a message.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/dotenv.h"
#include "liteship/config.h"

namespace liteship {
namespace config {
namespace {

constexpr std::size_t largest_secrets_file = 1024 * 1024;
constexpr std::size_t largest_values = 16 * 1024 * 1024;  // all of them; one of Linux's is 128 kB
constexpr std::size_t shortest_line = 8;  // of a value of several that is hidden by itself, too

void check_secrets_size(const SourceText& file) {
  if (file.text.size() <= largest_secrets_file) return;
  throw Error(ErrorKind::usage, Diagnostic{fmt::format("`{}` is larger than {} kB", file.path,
                                                       largest_secrets_file / 1024),
                                           {},
                                           {},
                                           {},
                                           "this is no secrets file"});
}

class Evaluator {
 public:
  Evaluator(const std::map<std::string, std::string>& environment, const RunSecretCommand& run,
            Problems& problems)
      : environment_(environment), run_(run), problems_(problems) {}

  void read(const SourceText& file);
  void assign(const Assignment& assignment);
  void require(const std::vector<SecretName>& needed, const std::vector<SourceText>& files);
  void sort_out(const std::vector<SecretName>& needed, const WarnOfSecret& warn);
  Secrets take();

 private:
  struct Wrong {
    std::string key;
    Diagnostic diagnostic;
  };

  const std::string* find(const std::string& name) const;
  void wrong(const Assignment& of, Diagnostic diagnostic);
  void use(const std::string& name, const Assignment& of);
  std::set<std::string> reached_from(const std::vector<SecretName>& needed) const;
  void count(std::size_t bytes, const Assignment& of);
  std::optional<std::string> lookup(const VariableReference& reference, const Assignment& of);
  std::optional<std::string> run_command(const Substitution& command, const Assignment& of);
  std::optional<std::string> value_of(const Piece& piece, const Assignment& of);
  std::string without_values(const std::string& text) const;

  const std::map<std::string, std::string>& environment_;
  const RunSecretCommand& run_;
  Problems& problems_;
  std::map<std::string, std::string> values_;
  std::map<std::string, std::string> used_;  // with the environment's
  std::size_t size_ = 0;                     // of all values so far
  std::set<std::string> own_;                // keys of the file that is being read
  std::set<std::string> broken_;  // reported already: what depends on them is not reported again
  std::set<std::string> blamed_;  // of those, what something depends on
  std::vector<Wrong> wrong_;
  std::map<std::string, std::set<std::string>> uses_;  // by key: the names in its values
};

void Evaluator::wrong(const Assignment& of, Diagnostic diagnostic) {
  if (wrong_.size() < most_problems) wrong_.push_back({of.key, std::move(diagnostic)});
}

void Evaluator::use(const std::string& name, const Assignment& of) {
  uses_[of.key].insert(name);
  if (broken_.contains(name)) blamed_.insert(name);
}

/// Kamal reads each file by itself: what stands above in the same file goes before the environment,
/// and only we look into the other files at all.
const std::string* Evaluator::find(const std::string& name) const {
  const auto value = values_.find(name);
  if (value != values_.end() && own_.contains(name)) return &value->second;
  if (const auto found = environment_.find(name); found != environment_.end()) {
    return &found->second;
  }
  return value == values_.end() ? nullptr : &value->second;
}

void Evaluator::read(const SourceText& file) {
  check_secrets_size(file);
  own_.clear();
  for (const Assignment& assignment : parse_dotenv(file, problems_)) assign(assignment);
}

std::optional<std::string> Evaluator::lookup(const VariableReference& reference,
                                             const Assignment& of) {
  use(reference.name, of);
  if (broken_.contains(reference.name) && !values_.contains(reference.name)) return std::nullopt;
  if (const std::string* value = find(reference.name)) {
    used_[reference.name] = *value;
    return *value;
  }
  wrong(of, {fmt::format("the value of `{}` uses `${}`, which is not set", of.key, reference.name),
             of.where,
             {},
             {},
             fmt::format("set `{0}` in the environment or above this line, or write `\\${0}` "
                         "for the text itself",
                         reference.name)});
  return std::nullopt;
}

/// `text` with every known value hidden, and every line of one. All at once: a value may be part of
/// another, or of the word that stands in its place.
std::string Evaluator::without_values(const std::string& text) const {
  std::vector<bool> hidden(text.size(), false);
  const auto hide = [&](const std::string& value) {
    if (value.empty()) return;
    for (auto at = text.find(value); at != text.npos; at = text.find(value, at + value.size())) {
      std::fill_n(hidden.begin() + static_cast<std::ptrdiff_t>(at), value.size(), true);
    }
  };
  for (const auto* values : {&values_, &used_}) {
    for (const auto& [name, value] : *values) {
      hide(value);
      for (const std::string& line : split_lines(value)) {
        if (line.size() >= shortest_line) hide(line);
      }
    }
  }
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!hidden[i]) shown += text[i];
    if (hidden[i] && (i == 0 || !hidden[i - 1])) shown += "[redacted]";
  }
  return shown;
}

std::optional<std::string> Evaluator::run_command(const Substitution& command,
                                                  const Assignment& of) {
  std::string text;
  bool whole = true;
  for (const auto& piece : command.pieces) {
    if (const auto* literal = std::get_if<Literal>(&piece)) {
      text += literal->text;
      continue;
    }
    const auto& reference = std::get<VariableReference>(piece);
    const bool known = find(reference.name) != nullptr || broken_.contains(reference.name);
    const auto value =
        known || !reference.quoted ? lookup(reference, of) : std::optional(reference.source);
    whole = whole && value.has_value();
    text += value.value_or("");
    count(value.value_or("").size(), of);
  }
  if (!whole) return std::nullopt;
  SecretOutcome outcome = run_(text);
  if (auto* failure = std::get_if<Diagnostic>(&outcome)) {
    failure->where = of.where;
    failure->reason = without_values(failure->reason);
    wrong(of, std::move(*failure));
    return std::nullopt;
  }
  CommandResult& result = std::get<CommandResult>(outcome);
  // One line end goes, as with Ruby's chomp: the others belong to the value.
  if (result.output.ends_with('\n')) result.output.pop_back();
  if (result.output.ends_with('\r')) result.output.pop_back();
  if (result.status == 0 && !trim(result.output).empty()) return std::move(result.output);
  Diagnostic diagnostic{
      fmt::format("the command `{}` for `{}` printed nothing", command.program, of.key),
      of.where,
      {},
      {},
      "run it by hand to see why"};
  if (result.status != 0) {
    diagnostic.message = fmt::format("the command `{}` for `{}` failed with exit status {}",
                                     command.program, of.key, result.status);
  }
  const std::vector<std::string> said = split_lines(trim(without_values(result.error_output)));
  if (!said.empty()) diagnostic.reason = said.back();
  wrong(of, std::move(diagnostic));
  return std::nullopt;
}

std::optional<std::string> Evaluator::value_of(const Piece& piece, const Assignment& of) {
  if (const auto* literal = std::get_if<Literal>(&piece)) return literal->text;
  if (const auto* reference = std::get_if<VariableReference>(&piece)) return lookup(*reference, of);
  return run_command(std::get<Substitution>(piece), of);
}

void Evaluator::count(std::size_t bytes, const Assignment& of) {
  size_ += bytes;
  if (size_ <= largest_values) return;
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("the secrets take more than {} MiB", largest_values >> 20U),
                         of.where,
                         "a value that repeats others grows with each line",
                         {},
                         "keep large data in files on the server, not in secrets"});
}

void Evaluator::assign(const Assignment& assignment) {
  own_.insert(assignment.key);
  std::string value;
  bool whole = true;
  for (const Piece& piece : assignment.pieces) {
    const auto part = value_of(piece, assignment);
    whole = whole && part.has_value();
    value += part.value_or("");
    count(part.value_or("").size(), assignment);
  }
  if (value.find('\0') != std::string::npos) {
    wrong(assignment, {fmt::format("the value of `{}` holds a NUL byte", assignment.key),
                       assignment.where,
                       {},
                       {},
                       "no environment can carry it: encode it, such as in base64"});
    whole = false;
  }
  if (whole) {
    values_[assignment.key] = value;
    broken_.erase(assignment.key);
    // What a later line repairs is whole, unless something took the broken one.
    if (!blamed_.contains(assignment.key)) {
      std::erase_if(wrong_, [&](const Wrong& w) { return w.key == assignment.key; });
    }
  } else {
    values_.erase(assignment.key);
    broken_.insert(assignment.key);
  }
}

std::string file_names(const std::vector<SourceText>& files) {
  std::vector<std::string> names;
  for (const SourceText& file : files) names.push_back(fmt::format("`{}`", file.path));
  return join(names, ", ");
}

void Evaluator::require(const std::vector<SecretName>& needed,
                        const std::vector<SourceText>& files) {
  std::vector<std::string> known;
  for (const auto& [name, value] : values_) known.push_back(name);
  for (const SecretName& name : needed) {
    if (broken_.contains(name.secret)) continue;
    if (!values_.contains(name.secret)) {
      const auto found = environment_.find(name.secret);
      if (found != environment_.end()) values_[name.secret] = found->second;
    }
    const auto found = values_.find(name.secret);
    if (found != values_.end() && !found->second.empty()) continue;
    const std::string where =
        files.empty() ? "a secrets file (`.deploy/secrets`)" : file_names(files);
    const auto close = closest_match(name.secret, known);
    Diagnostic diagnostic{found != values_.end()
                              ? fmt::format("the secret `{}` is empty", name.secret)
                              : fmt::format("the secret `{}` is missing", name.secret),
                          name.where,
                          {},
                          {},
                          fmt::format("add `{}=…` to {}", name.secret, where)};
    if (found == values_.end() && close) {
      diagnostic.help = fmt::format("did you mean `{}`? else {}", *close, diagnostic.help);
    }
    problems_.errors.push_back(std::move(diagnostic));
    broken_.insert(name.secret);
  }
}

std::set<std::string> Evaluator::reached_from(const std::vector<SecretName>& needed) const {
  std::set<std::string> reached;
  std::vector<std::string> open;
  for (const SecretName& name : needed) open.push_back(name.secret);
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (!reached.insert(name).second) continue;
    if (const auto uses = uses_.find(name); uses != uses_.end()) {
      open.insert(open.end(), uses->second.begin(), uses->second.end());
    }
  }
  return reached;
}

void Evaluator::sort_out(const std::vector<SecretName>& needed, const WarnOfSecret& warn) {
  const std::set<std::string> reached = reached_from(needed);
  for (Wrong& w : wrong_) {
    if (needed.empty() || reached.contains(w.key)) {
      problems_.errors.push_back(std::move(w.diagnostic));
    } else {
      w.diagnostic.help = "nothing here needs it";
      warn(w.diagnostic);
    }
  }
}

Secrets Evaluator::take() {
  Secrets secrets;
  for (auto& [name, value] : values_) secrets.emplace(name, Secret(std::move(value)));
  return secrets;
}

}  // namespace
}  // namespace config

Secrets resolve_secrets(const std::vector<SourceText>& files,
                        const std::map<std::string, std::string>& environment,
                        const RunSecretCommand& run, const std::vector<SecretName>& needed,
                        const WarnOfSecret& warn) {
  Problems problems;
  config::Evaluator evaluator(environment, run, problems);
  for (const SourceText& file : files) evaluator.read(file);
  evaluator.sort_out(needed, warn);
  evaluator.require(needed, files);
  if (!problems.errors.empty()) {
    problems.errors.insert(problems.errors.end(), problems.suspects.begin(),
                           problems.suspects.end());
  }
  if (!problems.errors.empty()) throw Error(ErrorKind::usage, std::move(problems.errors));
  return evaluator.take();
}

std::vector<std::string> secret_names(const std::vector<SourceText>& files) {
  Problems ignored;
  std::vector<std::string> names;
  for (const SourceText& file : files) {
    for (const config::Assignment& assignment : config::parse_dotenv(file, ignored)) {
      if (std::find(names.begin(), names.end(), assignment.key) == names.end()) {
        names.push_back(assignment.key);
      }
    }
  }
  return names;
}

}  // namespace liteship
