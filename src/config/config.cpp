#include "liteship/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "config/bind.h"
#include "config/check.h"
#include "config/docs.h"
#include "config/dotenv.h"
#include "config/kamal.h"
#include "config/prepare.h"
#include "config/read.h"
#include "config/schema.h"
#include "config/value.h"
#include "config/yaml.h"

namespace liteship {
namespace config {
namespace {

/// By file, line and column; the base file's problems before the overlay's.
void sort_by_place(std::vector<Diagnostic>& diagnostics, const std::string& first_file) {
  const auto key = [&](const Diagnostic& diagnostic) {
    const Location where = diagnostic.where.value_or(Location{});
    return std::make_tuple(where.file != first_file, where.line, where.column);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
}

/// A value that several roles inherit is looked at several times: one report is enough.
void drop_repeated(std::vector<Diagnostic>& diagnostics) {
  std::vector<Diagnostic> once;
  for (Diagnostic& diagnostic : diagnostics) {
    if (std::find(once.begin(), once.end(), diagnostic) == once.end()) {
      once.push_back(std::move(diagnostic));
    }
  }
  diagnostics = std::move(once);
}

void throw_errors(Problems& problems, const std::string& first_file) {
  if (problems.errors.empty()) return;
  for (const auto* more : {&problems.obstacles, &problems.suspects}) {
    problems.errors.insert(problems.errors.end(), more->begin(), more->end());
  }
  erb::hide_outputs(problems.outputs, problems.errors);
  drop_repeated(problems.errors);
  sort_by_place(problems.errors, first_file);
  throw Error(ErrorKind::usage, std::move(problems.errors));
}

// 100 times the largest sample; what reads YAML needs 500 times the file's size in the worst case.
constexpr std::size_t largest_file = 256 * 1024;

void check_size(const SourceText& source, Problems& problems) {
  if (source.text.size() <= largest_file) return;
  problems.error(fmt::format("the file is larger than {} kB", largest_file / 1024),
                 {source.path, 0, 0, 1, {}}, "this is no deploy.yml; `-c` names another file");
}

/// `Dotenv.load` in ERB reads as secrets files are read.
ErbTools with_dotenv(ErbTools tools) {
  tools.read_dotenv = [](const std::string& text, const ErbTools::Variables& variables,
                         bool overwrite, const auto& run) {
    return evaluate_dotenv({"", text}, variables, overwrite, run);
  };
  return tools;
}

erb::Expanded expand(const SourceText& source, erb::Session& session, Problems& problems) {
  auto [made, errors, suspects] = session.expand(source);
  std::move(errors.begin(), errors.end(), std::back_inserter(problems.errors));
  std::move(suspects.begin(), suspects.end(), std::back_inserter(problems.suspects));
  return std::move(made);
}

/// One file as a map. Text that is not even that leaves nothing to look at: thrown at once.
Node load(const erb::Expanded& source, Problems& problems) {
  Problems shape;
  shape.outputs = problems.outputs;
  shape.suspects = problems.suspects;
  std::vector<Node> documents = parse_yaml(source, shape);
  const bool is_empty = documents.empty() || documents.front().is(NodeKind::null);
  if (documents.size() > 1) {
    problems.warn("only the first YAML document counts", documents[1].where,
                  "remove the line `---` before this one, and what follows it");
  }
  if (!is_empty && !documents.front().is(NodeKind::map)) {
    shape.error("the file must hold keys and values", documents.front().where,
                "run `deploy docs configuration`");
  }
  if (is_empty || !documents.front().is(NodeKind::map)) throw_errors(shape, source.path);
  problems.errors.insert(problems.errors.end(), shape.errors.begin(), shape.errors.end());
  problems.warnings.insert(problems.warnings.end(), shape.warnings.begin(), shape.warnings.end());
  Node root;
  root.kind = NodeKind::map;
  root.where.file = source.path;
  if (is_empty) return root;
  root = std::move(documents.front());
  drop_extensions(root);
  reject_kamal_1(root, source.path, problems);
  return root;
}

/// A repository's name as Docker takes it; why not, else empty.
std::string image_problem(const std::string& image) {
  if (image.find(':', image.rfind('/') == std::string::npos ? 0 : image.rfind('/')) !=
      std::string::npos) {
    return "must not hold a tag: the tag is the version";
  }
  const bool plain = !image.empty() && std::all_of(image.begin(), image.end(), [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '/' || c == '-' || c == '_' ||
           c == '.' || c == ':';
  });
  if (plain && std::isalnum(static_cast<unsigned char>(image.front())) == 0) {
    return "must begin with a letter or a digit";
  }
  return plain ? "" : "may hold only small letters, digits, `-`, `_`, `.` and `/`";
}

void bind_image(const Node& root, Config& config, Problems& problems) {
  const Node* image = root.find("image");
  read(image, config.image);
  if (image == nullptr && config.registry) {
    problems.error("`image` is missing", root.entry("registry")->where,
                   "a registry needs the image's name: `image: user/name`");
  }
  if (image == nullptr) {
    std::transform(config.service.begin(), config.service.end(), std::back_inserter(config.image),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return;
  }
  const std::string problem = image_problem(config.image);
  if (!image->is(NodeKind::scalar) || problem.empty()) return;
  problems.obstacle(fmt::format("`image` {}", problem), image->where,
                    "a name such as `alice/notes`; Docker takes no other");
}

void check_destination(const Node& root, const Config& config, Problems& problems) {
  if (!config.destination.empty() && !is_name(config.destination)) {
    problems.error(
        fmt::format("`{}` cannot be a destination: letters, digits, `-` and `_`, no `-` in front",
                    config.destination),
        Location{root.where.file, 0, 0, 1, {}});
  }
  const Node* require = root.find("require_destination");
  bool required = false;
  read(require, required);
  if (required && config.destination.empty()) {
    problems.error("this configuration needs a destination", require->where,
                   "add `-d <destination>`; each has its own `deploy.<destination>.yml`");
  }
}

// The Kamal whose schema this is.
constexpr std::array<int, 3> kamal_version = {2, 12, 0};

void check_minimum_version(const Node& root, Problems& problems) {
  const Node* node = root.find("minimum_version");
  if (node == nullptr || !node->is(NodeKind::scalar)) return;
  std::array<int, 3> wanted{};
  const std::vector<std::string> parts = split(node->text, '.');
  for (std::size_t i = 0; i < std::min(parts.size(), wanted.size()); ++i) {
    wanted.at(i) = static_cast<int>(parse_number(parts[i]).value_or(0));
  }
  if (wanted <= kamal_version) return;
  problems.error(fmt::format("`minimum_version` asks for Kamal {}", node->text), node->where,
                 "this `deploy` carries out the keys of Kamal 2.12: a newer `deploy` may know it");
}

Config bind(const Node& root, const std::string& destination, Problems& problems) {
  Config config;
  config.destination = destination;
  read(root.find("service"), config.service);
  config.registry = bind_registry(root.find("registry"), problems);
  bind_image(root, config, problems);
  config.proxy = bind_proxy(root.find("proxy"), problems);
  config.labels = bind_labels(root.find("labels"), problems);
  config.env = bind_env(root.find("env"), problems);
  config.volumes = bind_volumes(root.find("volumes"), problems);
  config.builder = bind_builder(root.find("builder"), problems);
  config.ssh = bind_ssh(root.find("ssh"), problems);
  config.sqlite = bind_sqlite(root.find("sqlite"), config.volumes, problems);
  config.logging = bind_logging(root.find("logging"));
  read(root.find("hooks_path"), config.hooks_path);
  config.hooks_output = bind_hooks_output(root.find("hooks_output"));
  read(root.find("error_pages_path"), config.error_pages_path);
  bind_output(root.find("output"), config, problems);
  read(root.find("secrets_path"), config.secrets_path);
  read(root.find("aliases"), config.aliases);
  read(root.find("retain_containers"), config.retain_containers);
  read(root.find("readiness_delay"), config.readiness_delay);
  read(root.find("deploy_timeout"), config.deploy_timeout);
  read(root.find("drain_timeout"), config.drain_timeout);
  read(root.find("stop_timeout"), config.stop_timeout);
  bind_roles(root, config, problems);
  bind_accessories(root, config, problems);
  check_destination(root, config, problems);
  check_minimum_version(root, problems);
  return config;
}

}  // namespace
}  // namespace config

Config parse_config(const ConfigInput& input) {
  Problems problems;
  config::check_size(input.base, problems);
  if (input.overlay) config::check_size(*input.overlay, problems);
  config::throw_errors(problems, input.base.path);
  const ErbTools tools = config::with_dotenv(input.erb);
  erb::Session session(input.environment, tools);
  if (!input.destination.empty()) session.set("KAMAL_DESTINATION", input.destination);
  const erb::Expanded base = config::expand(input.base, session, problems);
  std::optional<erb::Expanded> overlay;
  if (input.overlay) overlay = config::expand(*input.overlay, session, problems);
  problems.outputs = session.outputs();
  config::throw_errors(problems, input.base.path);  // half a text is rarely YAML

  config::Node root = config::load(base, problems);
  if (overlay) root = config::merge(root, config::load(*overlay, problems));
  std::string merged = config::to_yaml(root);
  config::expand_variables(root, session.environment(), problems);
  static const config::Schema schema = config::read_schema(embedded_config());
  config::check(root, schema, input.base.path, problems);
  Config config = config::bind(root, input.destination, problems);
  config::throw_errors(problems, input.base.path);

  for (auto* shown : {&problems.warnings, &problems.obstacles}) {
    config::drop_repeated(*shown);
    config::sort_by_place(*shown, input.base.path);
    erb::hide_outputs(problems.outputs, *shown);
  }
  config.warnings = std::move(problems.warnings);
  config.obstacles = std::move(problems.obstacles);
  config.merged = std::move(merged);
  for (const auto& [name, value] : session.changes()) config.exported.emplace(name, Secret(value));
  return config;
}

bool Volume::is_host_path() const {
  return !source.empty() && std::string_view("/.~").find(source.front()) != std::string_view::npos;
}

std::string Volume::text() const {
  if (source.empty()) return target;
  return options.empty() ? source + ":" + target : source + ":" + target + ":" + options;
}

std::string Config::app_name() const {
  return destination.empty() ? service : service + "-" + destination;
}

const Role& Config::primary_role() const {
  if (!roles.empty()) return roles.front();
  throw Error(ErrorKind::usage,
              Diagnostic{.message = "there is no app in this configuration",
                         .reason = "it has accessories and no `servers:`",
                         .help = "`deploy accessory …` acts on those; `deploy docs servers` tells "
                                 "how an app is added"});
}

Cutover Config::cutover() const {
  if (!sqlite) return Cutover::overlap;
  return sqlite->cutover.value_or(sqlite->migrate ? Cutover::hold : Cutover::overlap);
}

std::optional<HookOutput> HooksOutput::for_hook(const std::string& name) const {
  const auto own = of.find(name);
  return own == of.end() ? all : std::optional(own->second);
}

namespace {

void need(std::vector<SecretName>& names, const SecretName& name) {
  const bool known = std::any_of(names.begin(), names.end(), [&](const SecretName& other) {
    return other.name == name.name && other.secret == name.secret;
  });
  if (!known) names.push_back(name);
}

void need(std::vector<SecretName>& names, const std::vector<SecretName>& more) {
  for (const SecretName& name : more) need(names, name);
}

void need(std::vector<SecretName>& names, const std::optional<SecretName>& name) {
  if (name) need(names, *name);
}

void need(std::vector<SecretName>& names, const std::optional<Credential>& credential) {
  if (credential && std::holds_alternative<SecretName>(*credential)) {
    need(names, std::get<SecretName>(*credential));
  }
}

void need(std::vector<SecretName>& names, const SshConfig& ssh) {
  for (const Credential& key : ssh.key_data) need(names, std::optional(key));
}

void need(std::vector<SecretName>& names, const std::optional<Registry>& registry) {
  if (!registry) return;
  need(names, registry->username);
  need(names, registry->password);
}

}  // namespace

std::vector<SecretName> needed_secrets(const std::optional<Registry>& registry) {
  std::vector<SecretName> names;
  need(names, registry);
  return names;
}

std::vector<SecretName> needed_secrets(const SshConfig& ssh) {
  std::vector<SecretName> names;
  need(names, ssh);
  return names;
}

Secret value_of(const Credential& credential, const Secrets& secrets) {
  if (const auto* text = std::get_if<std::string>(&credential)) return Secret(*text);
  return secrets.at(std::get<SecretName>(credential).secret);
}

std::vector<SecretName> needed_secrets(const Accessory& accessory) {
  std::vector<SecretName> names;
  need(names, accessory.registry);
  need(names, accessory.env.secret);
  if (!accessory.proxy) return names;
  need(names, accessory.proxy->certificate_pem);
  need(names, accessory.proxy->private_key_pem);
  return names;
}

std::vector<SecretName> needed_secrets(const Config& config) {
  std::vector<SecretName> names;
  need(names, config.registry);
  need(names, config.builder.secrets);
  need(names, config.ssh);
  for (const Role& role : config.roles) {
    need(names, role.env.secret);
    if (!role.proxy) continue;
    need(names, role.proxy->certificate_pem);
    need(names, role.proxy->private_key_pem);
  }
  if (config.sqlite && config.sqlite->replica) need(names, config.sqlite->replica->secret);
  return names;
}

}  // namespace liteship
