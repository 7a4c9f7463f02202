#include "ssh/settings.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "liteship/diagnostic.h"
#include "ssh/files.h"
#include "ssh/known_hosts.h"

namespace liteship::ssh {
namespace {

using Values = std::multimap<std::string, std::string>;

const std::array<const char*, 7> default_names = {
    "id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"};

std::string first(const Values& values, const std::string& key, const std::string& fallback) {
  const auto found = values.lower_bound(key);
  return found != values.end() && found->first == key ? found->second : fallback;
}

Settings::Strict parse_strict(const std::string& word) {
  if (word == "yes" || word == "true") return Settings::Strict::yes;
  // `no` would also take a changed key; here it only takes a new one.
  if (word == "accept-new" || word == "no" || word == "off" || word == "false") {
    return Settings::Strict::accept_new;
  }
  return Settings::Strict::ask;
}

std::string none_to_empty(const std::string& word) { return word == "none" ? "" : word; }

/// As ssh 9.6: names go into the ProxyCommand's shell as they are, and a `-` in front makes an
/// option of them.
void check_name(const std::string& what, const std::string& name, std::string_view foreign) {
  const bool control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  const bool plain = name.find_first_of(foreign) == std::string::npos && !control;
  if (plain && !name.starts_with('-')) return;
  throw Error(
      ErrorKind::usage,
      Diagnostic{.message = fmt::format("`{}` cannot be the name of a {}", name, what),
                 .reason = "it begins with `-` or holds characters that a shell would act on",
                 .help = "check `ssh:` in deploy.yml and ~/.ssh/config"});
}

void check_names(const Settings& settings) {
  constexpr std::string_view shell = "'`\"$\\;&<>|(){} ";
  check_name("host", settings.alias, shell);
  check_name("host", settings.host, shell);
  check_name("user", settings.user, "'`\"$;&<>|(){}");
}

/// Keys in lower case → Settings.
Settings from_values(const Values& values, const Question& question) {
  Settings settings;
  settings.alias = question.host;
  settings.host = first(values, "hostname", question.host);
  const auto port = parse_integer(first(values, "port", "22"));
  if (port && *port > 0 && *port < 65536) settings.port = {static_cast<std::uint16_t>(*port)};
  settings.user = first(values, "user", "root");
  check_names(settings);
  const auto [begin, end] = values.equal_range("identityfile");
  for (auto file = begin; file != end; ++file) {
    const std::string path = expand_home(file->second);
    if (!path.empty()) settings.identity_files.push_back(path);
  }
  settings.identities_only = first(values, "identitiesonly", "no") == "yes";
  settings.identity_agent = first(values, "identityagent", "");
  if (settings.identity_agent == "SSH_AUTH_SOCK") settings.identity_agent.clear();
  settings.identity_agent =
      settings.identity_agent == "none" ? "none" : expand_home(settings.identity_agent);
  settings.proxy_jump = none_to_empty(first(values, "proxyjump", ""));
  settings.proxy_command =
      expand_tokens(none_to_empty(first(values, "proxycommand", "")), settings);
  for (const char* key : {"userknownhostsfile", "globalknownhostsfile"}) {
    for (const std::string& file : split(first(values, key, ""), ' ')) {
      if (!file.empty()) settings.known_hosts_files.push_back(expand_home(file));
    }
  }
  settings.host_key_alias = first(values, "hostkeyalias", "");
  settings.alive_interval =
      static_cast<int>(parse_integer(first(values, "serveraliveinterval", "0")).value_or(0));
  settings.strict = parse_strict(first(values, "stricthostkeychecking", "ask"));
  return settings;
}

/// "Key value" or "Key=value", key in lower case, one pair of quotes removed.
std::pair<std::string, std::string> parse_option(std::string_view line) {
  line = trim(line);
  const std::size_t end = std::min(line.find_first_of(" \t="), line.size());
  std::string key(line.substr(0, end));
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string_view value = trim(line.substr(end));
  if (value.starts_with('=')) value = trim(value.substr(1));
  if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return {key, std::string(value)};
}

bool host_line_matches(const std::string& patterns, const std::string& host) {
  bool found = false;
  for (const std::string& pattern : split(replace_all(patterns, "\t", " "), ' ')) {
    if (pattern.starts_with('!')) {
      if (matches_pattern(host, pattern.substr(1))) return false;
    } else if (!pattern.empty()) {
      found = found || matches_pattern(host, pattern);
    }
  }
  return found;
}

/// Walks the lines; the first value of a key wins, identity files add up.
class FallbackParser {
 public:
  FallbackParser(const Question& question, const ReadIncluded& read, Values& values)
      : question_(question), read_(read), values_(values) {}

  void parse(std::string_view text, int depth) {
    bool active = active_;
    for (const std::string& line : split_lines(text)) {
      const auto [key, value] = parse_option(line);
      if (key.empty() || key.front() == '#') continue;
      if (key == "match") refuse_match();
      if (key == "host") {
        active = host_line_matches(value, question_.host);
      } else if (active && key == "include" && depth < 16) {
        for (const std::string& included : read_(value)) {
          // ssh's limit of 16 levels is none for a file that includes itself twice: 2^16 readings.
          if (++included_ > most_included) refuse_includes();
          parse(included, depth + 1);
        }
      } else if (active && (key == "identityfile" || !values_.contains(key))) {
        values_.emplace(key, value);
      }
    }
  }

 private:
  [[noreturn]] static void refuse_match() {
    throw Error(ErrorKind::usage,
                Diagnostic{.message = "the SSH configuration uses `Match`, which needs `ssh`",
                           .reason = "there is no `ssh` program to evaluate it",
                           .help = "install the OpenSSH client, or set `ssh: config: false` and "
                                   "name user, port and keys in deploy.yml"});
  }

  [[noreturn]] static void refuse_includes() {
    throw Error(ErrorKind::usage,
                Diagnostic{.message = fmt::format(
                               "the SSH configuration includes more than {} files", most_included),
                           .reason = "a file that includes itself is read again and again",
                           .help = "remove the `Include`, or set `ssh: config: false`"});
  }

  static constexpr int most_included = 1000;

  const Question& question_;
  const ReadIncluded& read_;
  Values& values_;
  bool active_ = true;
  int included_ = 0;
};

std::vector<std::string> read_pattern(const std::string& pattern) {
  std::string path = expand_home(pattern);
  if (!path.starts_with('/')) path = home_directory() + "/.ssh/" + path;
  std::vector<std::string> texts;
  glob_t found{};
  if (::glob(path.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      if (auto text = read_file(found.gl_pathv[i])) texts.push_back(std::move(*text));
    }
  }
  ::globfree(&found);
  return texts;
}

std::vector<std::string> config_paths(const Question& question) {
  if (!question.use_config) return {};
  if (!question.config_files.empty()) {
    std::vector<std::string> paths;
    for (const std::string& file : question.config_files) paths.push_back(expand_home(file));
    return paths;
  }
  return {home_directory() + "/.ssh/config", "/etc/ssh/ssh_config"};
}

Settings resolve_by_fallback(const Question& question) {
  std::vector<std::string> texts;
  for (const std::string& path : config_paths(question)) {
    if (auto text = read_file(path)) texts.push_back(std::move(*text));
  }
  return parse_config_files(texts, question, read_pattern);
}

}  // namespace

std::string expand_tokens(const std::string& text, const Settings& settings) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char token = text[i] == '%' && i + 1 < text.size() ? text[i + 1] : '\0';
    switch (token) {
      case 'h':
        result += settings.host;
        break;
      case 'p':
        result += std::to_string(settings.port.number);
        break;
      case 'r':
        result += settings.user;
        break;
      case 'n':
        result += settings.alias;
        break;
      case '%':
        result += '%';
        break;
      default:
        result += text[i];
        continue;
    }
    ++i;
  }
  return result;
}

bool is_default_identity(const std::string& path) {
  const std::string directory = home_directory() + "/.ssh/";
  return std::any_of(default_names.begin(), default_names.end(),
                     [&](const char* name) { return path == directory + name; });
}

// It says root because `ssh -G` alone prints the local user's name as if it had been set.
std::string wrapper_config(const Question& question) {
  std::string text;
  for (const std::string& path : config_paths(question)) {
    const bool absolute = path.starts_with('/');
    char buffer[4096];
    const std::string base = absolute || ::getcwd(buffer, sizeof buffer) == nullptr ? "" : buffer;
    text += fmt::format("Include \"{}\"\n", absolute ? path : base + "/" + path);
  }
  return text + "Host *\n  User root\n";
}

Question server_question(const SshRequest& request) {
  Question question{.host = request.host,
                    .user = request.user,
                    .port = request.port,
                    .use_config = request.use_config,
                    .config_files = request.config_files};
  if (question.host.starts_with('[') && question.host.ends_with(']')) {
    question.host = question.host.substr(1, question.host.size() - 2);
  }
  return question;
}

Question parse_hop(const std::string& text) {
  Question hop;
  std::string rest = text.starts_with("ssh://") ? text.substr(6) : text;
  if (const auto at = rest.rfind('@'); at != std::string::npos) {
    hop.user = rest.substr(0, at);
    rest = rest.substr(at + 1);
  }
  const auto bracket = rest.find(']');
  const auto colon = rest.find(':', rest.starts_with('[') ? std::min(bracket, rest.size()) : 0);
  const bool has_port = colon != std::string::npos &&
                        (rest.starts_with('[') || rest.find(':', colon + 1) == std::string::npos);
  if (has_port) {
    const auto port = parse_integer(rest.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) {
      throw Error(ErrorKind::usage,
                  Diagnostic{.message = fmt::format("bad port in the jump host `{}`", text),
                             .help = "write it as user@host:port"});
    }
    hop.port = Port{static_cast<std::uint16_t>(*port)};
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  if (rest.empty()) {
    throw Error(ErrorKind::usage, Diagnostic{.message = fmt::format("no host in `{}`", text),
                                             .help = "write it as user@host:port"});
  }
  hop.host = rest;
  return hop;
}

Settings parse_ssh_g(std::string_view output, const Question& question) {
  Values values;
  for (const std::string& line : split_lines(output)) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos) values.emplace(line.substr(0, space), line.substr(space + 1));
  }
  return from_values(values, question);
}

Settings parse_config_files(const std::vector<std::string>& texts, const Question& question,
                            const ReadIncluded& read) {
  Values values;
  if (question.user) values.emplace("user", *question.user);
  if (question.port) values.emplace("port", std::to_string(question.port->number));
  FallbackParser parser(question, read, values);
  for (const std::string& text : texts) parser.parse(text, 0);
  if (!values.contains("identityfile")) {
    for (const char* name : default_names) {
      values.emplace("identityfile", fmt::format("~/.ssh/{}", name));
    }
  }
  if (!values.contains("userknownhostsfile")) {
    values.emplace("userknownhostsfile", "~/.ssh/known_hosts ~/.ssh/known_hosts2");
  }
  if (!values.contains("globalknownhostsfile")) {
    values.emplace("globalknownhostsfile", "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2");
  }
  return from_values(values, question);
}

Settings resolve_settings(const Question& question, const OutputSink& log) {
  std::vector<std::string> words = {"ssh", "-T", "-G", "-F", "/dev/stdin"};
  if (question.user) words.insert(words.end(), {"-l", *question.user});
  if (question.port) words.insert(words.end(), {"-p", std::to_string(question.port->number)});
  words.insert(words.end(), {"--", question.host});
  const ToolResult result = run_tool(words, wrapper_config(question));
  if (result.status == 0) return parse_ssh_g(result.output, question);
  if (result.status == 127) {
    log("ssh: no `ssh` program; reading the configuration with the built-in parser\n");
    return resolve_by_fallback(question);
  }
  throw Error(
      ErrorKind::usage,
      Diagnostic{.message = fmt::format("`ssh` rejects its configuration for `{}`", question.host),
                 .reason = std::string(trim(result.error_output)),
                 .help = fmt::format("fix it until `ssh -G {}` works", question.host)});
}

}  // namespace liteship::ssh
